"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "#lib/catalog/views.ts";
import { messageOf } from "#lib/errors.ts";

/** Runs a server action once at a time; says in a toast what went wrong. What it changes comes by the event stream. */
export function useRunAction<I, R extends object>(
	action: (input: I) => Promise<ActionResult<R>>,
	onDone: (result: R) => void,
) {
	const [pending, start] = useTransition();
	function perform(input: I) {
		start(async () => {
			try {
				const result = await action(input);
				if (result.ok) onDone(result);
				else toast.error(result.error);
			} catch (error) {
				toast.error(`The server does not answer (${messageOf(error)}); the state above says what came of it.`);
			}
		});
	}
	return { perform, pending };
}
