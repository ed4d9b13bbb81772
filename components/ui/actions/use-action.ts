"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { answerOf } from "./lost-answer.ts";

interface ActionOptions {
	/** Called with the reason of a refusal, a sentence; default: a toast shows it, long enough for a sentence. */
	readonly onRefused?: (error: string) => void;
}

/** Runs server actions one at a time. */
export function useAction({
	onRefused = (error) => void toast.error(error, { duration: 10_000 }),
}: ActionOptions = {}) {
	const [pending, start] = useTransition();
	function runAction<R extends object>(action: () => Promise<ActionResult<R>>, onDone: (result: R) => void = () => {}) {
		start(async () => {
			const result = await answerOf(action);
			if (result.ok) onDone(result);
			else onRefused(result.error);
		});
	}
	return { runAction, pending };
}
