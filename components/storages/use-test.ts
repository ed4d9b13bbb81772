"use client";

import * as ui from "#components/ui/actions/use-test-action.ts";
import type { StorageTest } from "#lib/catalog/storages/storage-views.ts";

export type TestAction<I> = ui.TestAction<I, StorageTest>;

/** Runs the *Test* of a storage, or of a source on it. */
export function useTest<I>(action: TestAction<I>) {
	return ui.useTestAction(action, failed);
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
