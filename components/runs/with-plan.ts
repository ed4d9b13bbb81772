import type { RunView } from "#lib/catalog/read-models/run-view.ts";

/** A run that came to the plan of a held one keeps none of its own: its changes are those of that one. */
export function withPlan(run: RunView): RunView {
	return run.sameAs === null ? run : { ...run, run: run.sameAs };
}
