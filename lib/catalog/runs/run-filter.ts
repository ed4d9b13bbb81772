import { z } from "zod";
import { type RunState, type RunView, runStates, runTriggers } from "#lib/catalog/read-models/run-view.ts";
import { stateSets } from "./run-states.ts";

/** Which runs a list shows. Client-safe: a page asks the same of the runs that events bring as the server of those it has. */

/** What people look for in a list of runs. */
export const runsShown = ["all", "running", "waiting", "with changes", "needs attention"] as const;

/** UTC. */
const day = z.iso.date().refine((text) => !text.startsWith("0000"), "Enter a year from 1 to 9999");

/** Any of these, separated by commas; none: any there is. What is not among them is left out. */
const knownOf = <V extends string>(values: readonly V[]) =>
	z
		.string()
		.max(300)
		.default("")
		.transform((text): readonly V[] => {
			const given = text.split(",");
			return values.filter((value) => given.includes(value));
		});

export const runsFilter = z.object({
	show: z.enum(runsShown).default("all"),
	/** Part of the EO ID of the container. */
	search: z.string().max(300).default(""),
	trigger: knownOf(runTriggers),
	/** Who asked for it. */
	actor: z.string().max(300).optional(),
	state: knownOf(runStates),
	/** Days in which it was asked for, the first and the last. */
	since: day.optional(),
	until: day.optional(),
});
export type RunsFilter = z.infer<typeof runsFilter>;

export const noRunsFilter: RunsFilter = runsFilter.parse({});

export const statesShown: Readonly<Partial<Record<RunsFilter["show"], readonly RunState[]>>> = {
	running: stateSets.running,
	waiting: stateSets.proposed,
	"needs attention": ["held", "partial", "failed", "interrupted"],
};

/** The same as `runMatches` of `runs.ts`, of a run that is here. */
export function matchesRun(run: RunView, filter: RunsFilter): boolean {
	const { show, search, trigger, actor, state, since, until } = filter;
	return (
		run.container.toLowerCase().includes(search.toLowerCase()) &&
		isAmong(trigger, run.trigger) &&
		(actor === undefined || run.actor === actor) &&
		isAmong(state, run.state) &&
		(since === undefined || run.createdAt.slice(0, 10) >= since) &&
		(until === undefined || run.createdAt.slice(0, 10) <= until) &&
		isShown(run, show)
	);
}

/** Of a facet that takes several values, of which none stands for any. */
export function isAmong<V>(chosen: readonly V[], value: V): boolean {
	return chosen.length === 0 || chosen.includes(value);
}

function isShown(run: RunView, show: RunsFilter["show"]): boolean {
	if (show === "all") return true;
	if (show !== "with changes") return statesShown[show]?.includes(run.state) ?? false;
	return run.added + run.removed + run.updated + run.moved + run.linked + run.unlinked + run.rejected > 0;
}

/** How many runs there are of each trigger, user and state, of those that the rest of the filter leaves. */
export interface RunFacets {
	readonly trigger: Readonly<Record<string, number>>;
	readonly actor: Readonly<Record<string, number>>;
	readonly state: Readonly<Record<string, number>>;
}
