"use client";

import { type TestAction, useTestAction } from "#components/ui/actions/use-test-action.ts";
import type { TargetTest } from "#lib/catalog/targets/target-views.ts";

/** Runs the *Test* of a target. */
export function useTargetTest<I>(action: TestAction<I, TargetTest>) {
	return useTestAction(action, failed);
}

const failed = (message: string): TargetTest => ({
	ok: false,
	message,
	notes: [],
	milliseconds: 0,
	rangeTypes: [],
	storages: [],
});
