"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "#lib/catalog/read-models.ts";
import { messageOf } from "#lib/errors.ts";

/** Runs server actions one at a time and says in a toast what went wrong. */
export function useAction() {
	const [pending, start] = useTransition();
	function perform<R extends object>(action: () => Promise<ActionResult<R>>, onDone: (result: R) => void = () => {}) {
		start(async () => {
			try {
				const result = await action();
				if (result.ok) onDone(result);
				else toast.error(result.error);
			} catch (error) {
				// Whether it was done nobody knows: what got lost may be the answer.
				toast.error(`The server does not answer (${messageOf(error)}); reload the page to see what came of it.`);
			}
		});
	}
	return { perform, pending };
}
