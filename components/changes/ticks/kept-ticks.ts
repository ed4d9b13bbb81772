import { z } from "zod";
import { allTicked, isAllTicked, type PlanTicks } from "./plan-ticks.ts";

/** The boxes of a plan as this tab of the browser had them last, so that looking at a dataset loses none. */

const kept = z.object({
	folders: z.array(z.tuple([z.string(), z.boolean()])),
	changes: z.array(z.tuple([z.number(), z.object({ ticked: z.boolean(), directory: z.string() })])),
});

const nameOf = (run: number) => `eosync ticks of run ${run}`;

export function keepTicks(run: number, ticks: PlanTicks): void {
	if (isAllTicked(ticks)) sessionStorage.removeItem(nameOf(run));
	else
		sessionStorage.setItem(nameOf(run), JSON.stringify({ folders: [...ticks.folders], changes: [...ticks.changes] }));
}

export function keptTicks(run: number): PlanTicks {
	const text = sessionStorage.getItem(nameOf(run));
	if (text === null) return allTicked;
	const { folders, changes } = kept.parse(JSON.parse(text));
	return { folders: new Map(folders), changes: new Map(changes) };
}
