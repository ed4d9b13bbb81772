import type { RunState, RunView } from "#lib/catalog/read-models.ts";

/** What people look for in a list of runs. */
export const runFilters = ["all", "running", "waiting", "with changes", "needs attention"] as const;
export type RunFilter = (typeof runFilters)[number];

const statesByFilter: Readonly<Partial<Record<RunFilter, readonly RunState[]>>> = {
	running: ["queued", "scanning", "reading", "applying"],
	waiting: ["planned", "held"],
	"needs attention": ["held", "partial", "failed", "interrupted"],
};

export function matchesRun(run: RunView, filter: RunFilter): boolean {
	if (filter === "all") return true;
	if (filter !== "with changes") return statesByFilter[filter]?.includes(run.state) ?? false;
	return run.added + run.removed + run.updated + run.moved + run.linked + run.unlinked + run.rejected > 0;
}
