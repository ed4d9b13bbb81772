"use client";

import { useState } from "react";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { useAction } from "./use-action.ts";

/** The server action behind a *Test* button: tries what the input says, and answers how that went. */
export type TestAction<I, T> = (input: I) => Promise<ActionResult<{ readonly test: T }>>;

/**
 * Runs *Test* and keeps its result until it is forgotten.
 * @param failed makes the result of a refusal or a lost connection, which is shown as a failed test
 */
export function useTestAction<I, T>(action: TestAction<I, T>, failed: (message: string) => T) {
	const [test, setTest] = useState<T | null>(null);
	const { runAction, pending } = useAction({ onRefused: (error) => setTest(failed(error)) });
	const run = (input: I) =>
		runAction(
			() => action(input),
			(result) => setTest(result.test),
		);
	return { test, pending, run, forget: () => setTest(null) };
}
