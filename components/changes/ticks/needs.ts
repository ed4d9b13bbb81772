import { isWithin } from "#components/changes/paths.ts";
import type { ChangeNeed, ChangeNeeds, FolderMoves, NeedingChange } from "#lib/catalog/read-models/change-view.ts";
import { folderOf } from "#lib/paths.ts";
import {
	countTicked,
	isOriginLeftOut,
	type PlanTicks,
	type TickableChange,
	tickChanges,
	tickFolder,
	tickOfChange,
	tickOfFolder,
} from "./plan-ticks.ts";

/** Changes of a plan that need others: boxes that move along when one is ticked. Pure. */
export interface Needs {
	/** By key. */
	readonly changes: ReadonlyMap<number, NeedingChange>;
	/** The needs of a change, by its key. */
	readonly ofDependent: ReadonlyMap<number, readonly ChangeNeed[]>;
	/** The needs that it is part of, by the key of what is needed. */
	readonly ofNeeded: ReadonlyMap<number, readonly ChangeNeed[]>;
	readonly moves: readonly FolderMoves[];
	/** There are more: boxes move by those that are known only. */
	readonly isCut: boolean;
}

export const noNeeds: Needs = {
	changes: new Map(),
	ofDependent: new Map(),
	ofNeeded: new Map(),
	moves: [],
	isCut: false,
};

export function needsOf({ changes, needs, moves, isCut }: ChangeNeeds): Needs {
	const ofDependent = new Map<number, ChangeNeed[]>();
	const ofNeeded = new Map<number, ChangeNeed[]>();
	const add = (map: Map<number, ChangeNeed[]>, key: number, need: ChangeNeed) => {
		const known = map.get(key);
		if (known === undefined) map.set(key, [need]);
		else known.push(need);
	};
	for (const need of needs) {
		for (const key of need.dependents) add(ofDependent, key, need);
		for (const key of need.needs) add(ofNeeded, key, need);
	}
	return { changes: new Map(changes.map((change) => [change.key, change])), ofDependent, ofNeeded, moves, isCut };
}

/** A change that is left out although its own box was not unticked. */
export interface LeftAlong {
	readonly change: NeedingChange;
	/** What it needs, and is left out. */
	readonly without: NeedingChange;
	readonly why: string;
}

/** The boxes as they are shown. */
export interface ShownTicks {
	/** As the person has them. */
	readonly ticks: PlanTicks;
	readonly needs: Needs;
	/** What is left out because it needs something that is, by key. */
	readonly along: ReadonlyMap<number, LeftAlong>;
}

export function shownTicks(ticks: PlanTicks, needs: Needs): ShownTicks {
	const along = new Map<number, LeftAlong>();
	const done = new Set<ChangeNeed>();
	const left = [...needs.changes.values()].filter((change) => !tickOfChange(ticks, change));
	for (let without = left.pop(); without !== undefined; without = left.pop()) {
		for (const need of needs.ofNeeded.get(without.key) ?? []) {
			if (done.has(need)) continue;
			done.add(need);
			for (const key of need.dependents) {
				const change = needs.changes.get(key);
				if (change === undefined || along.has(key) || !tickOfChange(ticks, change)) continue;
				along.set(key, { change, without, why: need.why });
				left.push(change);
			}
		}
	}
	return { ticks, needs, along };
}

export function shownTickOfChange({ ticks, along }: ShownTicks, change: TickableChange): boolean {
	return !along.has(change.key) && tickOfChange(ticks, change);
}

export function shownTickOfFolder({ ticks, needs, along }: ShownTicks, directory: string): boolean | "indeterminate" {
	const own = tickOfFolder(ticks, directory);
	if (own !== true) return own;
	const differs =
		needs.moves.some((some) => isWithin(some.directory, directory) && isOriginLeftOut(ticks, some)) ||
		[...along.values()].some(({ change }) => isWithin(folderOf(change.path), directory));
	return differs ? "indeterminate" : true;
}

/** How many changes are ticked, of so many in each folder. */
export function countShown(
	{ ticks, needs, along }: ShownTicks,
	folders: readonly { readonly directory: string; readonly rows: number }[],
): number {
	return countTicked(ticks, folders, needs.moves) - along.size;
}

/** Says of a change that is left out by the box of another one what that is. */
export function whyLeftAlong({ ticks, along }: ShownTicks, change: TickableChange): string | null {
	const one = along.get(change.key);
	if (one !== undefined) return `left out with ${one.without.path}: ${one.why}`;
	if (change.fromPath === null || ticks.changes.has(change.key)) return null;
	const ends = { directory: folderOf(change.path), from: folderOf(change.fromPath) };
	return isOriginLeftOut(ticks, ends) ? `left out with ${ends.from || "the top folder"}, where it comes from` : null;
}

/** Ticks that were made, and what was ticked besides as it is needed. */
export interface TickedWithNeeds {
	readonly ticks: PlanTicks;
	readonly besides: readonly NeedingChange[];
}

/** Ticks a change, and whatever it needs. */
export function tickWithNeeds(ticks: PlanTicks, change: TickableChange, needs: Needs): TickedWithNeeds {
	return tickNeedsOf(tickChanges(ticks, [change], true), [change.key], needs);
}

/** Ticks all in a folder and below it, and whatever that needs elsewhere. */
export function tickFolderWithNeeds(ticks: PlanTicks, directory: string, needs: Needs): TickedWithNeeds {
	const within = [...needs.ofDependent.keys()].filter((key) =>
		isWithin(folderOf(needs.changes.get(key)?.path ?? ""), directory),
	);
	return tickNeedsOf(tickFolder(ticks, directory, true), within, needs);
}

function tickNeedsOf(ticks: PlanTicks, keys: readonly number[], needs: Needs): TickedWithNeeds {
	const seen = new Set(keys);
	const done = new Set<ChangeNeed>();
	const open = [...keys];
	const besides: NeedingChange[] = [];
	for (let key = open.pop(); key !== undefined; key = open.pop()) {
		for (const need of needs.ofDependent.get(key) ?? []) {
			if (done.has(need)) continue;
			done.add(need);
			for (const other of need.needs) {
				if (seen.has(other)) continue;
				seen.add(other);
				open.push(other);
				const change = needs.changes.get(other);
				if (change !== undefined && !tickOfChange(ticks, change)) besides.push(change);
			}
		}
	}
	return { ticks: tickChanges(ticks, besides, true), besides };
}
