import { z } from "zod";
import { allTicked, type ChangeTick, isAllTicked, type PlanTicks } from "./plan-ticks.ts";

/** The boxes of a plan as this tab of the browser had them last, so that looking at a dataset loses none. */

/** Changes of the same folders and tick are together: browsers keep a few megabytes. */
const kept = z.object({
	folders: z.array(z.tuple([z.string(), z.boolean()])),
	changes: z.array(
		z.object({ ticked: z.boolean(), directory: z.string(), from: z.string().nullable(), keys: z.array(z.number()) }),
	),
});

const nameOf = (run: number) => `eosync ticks of run ${run}`;

export function keepTicks(run: number, ticks: PlanTicks): void {
	if (isAllTicked(ticks)) sessionStorage.removeItem(nameOf(run));
	else sessionStorage.setItem(nameOf(run), textOf(ticks));
}

export function keptTicks(run: number): PlanTicks {
	const text = sessionStorage.getItem(nameOf(run));
	return text === null ? allTicked : ticksOf(text);
}

export function textOf({ folders, changes }: PlanTicks): string {
	const alike = Map.groupBy(changes, ([, { ticked, directory, from }]) => JSON.stringify([ticked, directory, from]));
	const groups = [...alike.values()].flatMap((all) => {
		const [first] = all;
		return first === undefined ? [] : [{ ...first[1], keys: all.map(([key]) => key) }];
	});
	return JSON.stringify({ folders: [...folders], changes: groups } satisfies z.input<typeof kept>);
}

/** What an earlier version kept in another form is all ticked. */
export function ticksOf(text: string): PlanTicks {
	const { data } = kept.safeParse(JSON.parse(text));
	if (data === undefined) return allTicked;
	const changes = data.changes.flatMap(({ keys, ...tick }) => keys.map((key): [number, ChangeTick] => [key, tick]));
	return { folders: new Map(data.folders), changes: new Map(changes) };
}
