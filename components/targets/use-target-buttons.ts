"use client";

import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { readAgain } from "#components/live/read-again.ts";
import { useTargetTest } from "#components/targets/form/use-target-test.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import type { TargetActions } from "./target-actions.ts";

/** Reads again what is shown of targets. */
export function useReadTargets() {
	const client = useQueryClient();
	return () => {
		for (const kind of ["targets", "target"]) readAgain(client, { queryKey: [kind] });
	};
}

/** What can be asked of a target by a press, one at a time. */
export function useTargetButtons({ name, current }: TargetView, actions: TargetActions) {
	const again = useReadTargets();
	const asking = useAction();
	const testing = useTargetTest(actions.test);
	const ask = (action: () => Promise<ActionResult>, words: string) =>
		asking.runAction(action, () => {
			toast.success(words);
			again();
		});
	return {
		test: testing.test,
		isTesting: testing.pending,
		pending: asking.pending,
		runTest: () => testing.run({ name }),
		check: () => ask(() => actions.check({ name }), `${name} is compared; nothing is written there.`),
		push: () => ask(() => actions.push({ name, overwrite: false }), `What changed is pushed to ${name}.`),
		adopt: () => ask(() => actions.adopt({ name }), `What matches in ${name} is adopted; nothing is written there.`),
		resume: () => ask(() => actions.resume({ name }), `Target ${name} is resumed.`),
		cancel: () => {
			if (current !== null) ask(() => actions.cancel({ push: current.id }), "It stops as soon as it can.");
		},
	};
}
