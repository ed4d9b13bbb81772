"use client";

import { useState, useTransition } from "react";
import type { ActionResult, StorageTest } from "#lib/catalog/read-models.ts";
import { messageOf } from "#lib/errors.ts";

export type TestAction<I> = (input: I) => Promise<ActionResult<{ readonly test: StorageTest }>>;

/** Runs *Test*; a refusal or a lost connection is shown as a failed test. */
export function useTest<I>(action: TestAction<I>) {
	const [test, setTest] = useState<StorageTest | null>(null);
	const [pending, start] = useTransition();
	function run(input: I) {
		start(async () => {
			try {
				const result = await action(input);
				setTest(result.ok ? result.test : failed(result.error));
			} catch (error) {
				setTest(failed(`The server could not be asked: ${messageOf(error)}`));
			}
		});
	}
	return { test, pending, run };
}

const failed = (message: string): StorageTest => ({
	ok: false,
	message,
	folders: 0,
	files: 0,
	matches: [],
	milliseconds: 0,
	facts: null,
});
