"use client";

import { useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";
import type { StorageTest } from "#lib/catalog/storages/storage-views.ts";

export type TestAction<I> = (input: I) => Promise<ActionResult<{ readonly test: StorageTest }>>;

/** Runs *Test*; a refusal or a lost connection is shown as a failed test. */
export function useTest<I>(action: TestAction<I>) {
	const [test, setTest] = useState<StorageTest | null>(null);
	const { runAction, pending } = useAction({ onRefused: (error) => setTest(failed(error)) });
	const run = (input: I) =>
		runAction(
			() => action(input),
			(result) => setTest(result.test),
		);
	return { test, pending, run, forget: () => setTest(null) };
}

const failed = (message: string): StorageTest => ({
	ok: false,
	message,
	folders: 0,
	files: 0,
	matches: [],
	milliseconds: 0,
	facts: null,
	reading: null,
});
