"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "#lib/catalog/read-models.ts";
import { answerOf } from "./lost-answer.ts";

interface ActionOptions {
	/** Gets why it was refused, in a sentence; default: a toast says so. */
	readonly onRefused?: (error: string) => void;
}

/** Runs server actions one at a time. */
export function useAction({ onRefused = (error) => void toast.error(error) }: ActionOptions = {}) {
	const [pending, start] = useTransition();
	function perform<R extends object>(action: () => Promise<ActionResult<R>>, onDone: (result: R) => void = () => {}) {
		start(async () => {
			const result = await answerOf(action);
			if (result.ok) onDone(result);
			else onRefused(result.error);
		});
	}
	return { perform, pending };
}
