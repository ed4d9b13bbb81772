import { isBelow, isWithin } from "#components/changes/paths.ts";
import type { PlanSelection } from "#lib/catalog/inputs.ts";
import { folderOf } from "#lib/paths.ts";

/** Which changes of a plan are ticked: all at first. What is most specific counts: a change, then the deepest folder above it. Pure. */
export interface PlanTicks {
	/** Folders, with all below them, whose tick differs from that of the folder above. */
	readonly folders: ReadonlyMap<string, boolean>;
	/** Changes whose tick differs from that of their folder, by key. */
	readonly changes: ReadonlyMap<number, { readonly ticked: boolean; readonly directory: string }>;
}

export const allTicked: PlanTicks = { folders: new Map(), changes: new Map() };

export function isAllTicked({ folders, changes }: PlanTicks): boolean {
	return folders.size === 0 && changes.size === 0;
}

/** Whether the changes in a folder are ticked, but for those that say otherwise themselves. */
function isTicked({ folders }: PlanTicks, directory: string): boolean {
	for (let folder = directory; ; folder = folderOf(folder)) {
		const ticked = folders.get(folder);
		if (ticked !== undefined) return ticked;
		if (folder === "") return true;
	}
}

export function tickOfChange(ticks: PlanTicks, key: number, directory: string): boolean {
	return ticks.changes.get(key)?.ticked ?? isTicked(ticks, directory);
}

/** `indeterminate`: something in the folder, or below it, differs from the rest. */
export function tickOfFolder(ticks: PlanTicks, directory: string): boolean | "indeterminate" {
	const own = isTicked(ticks, directory);
	const differs =
		[...ticks.folders].some(([folder, ticked]) => isBelow(folder, directory) && ticked !== own) ||
		[...ticks.changes.values()].some((one) => isWithin(one.directory, directory) && one.ticked !== own);
	return differs ? "indeterminate" : own;
}

/** Ticks, or leaves out, all in a folder and below it. */
export function tickFolder(ticks: PlanTicks, directory: string, ticked: boolean): PlanTicks {
	const folders = new Map([...ticks.folders].filter(([folder]) => !isWithin(folder, directory)));
	const changes = new Map([...ticks.changes].filter(([, one]) => !isWithin(one.directory, directory)));
	const inherited = directory === "" || isTicked({ folders, changes }, folderOf(directory));
	if (inherited !== ticked) folders.set(directory, ticked);
	return { folders, changes };
}

export function tickChange(ticks: PlanTicks, key: number, directory: string, ticked: boolean): PlanTicks {
	const changes = new Map(ticks.changes);
	changes.delete(key);
	if (isTicked(ticks, directory) !== ticked) changes.set(key, { ticked, directory });
	return { ...ticks, changes };
}

/** How many changes are ticked, of so many in each folder. */
export function countTicked(
	ticks: PlanTicks,
	folders: readonly { readonly directory: string; readonly rows: number }[],
): number {
	const ofFolders = folders.reduce((sum, { directory, rows }) => sum + (isTicked(ticks, directory) ? rows : 0), 0);
	const ofChanges = [...ticks.changes.values()].reduce(
		(sum, one) => sum + Number(one.ticked) - Number(isTicked(ticks, one.directory)),
		0,
	);
	return ofFolders + ofChanges;
}

/** As the server is asked for it. */
export function selectionOf({ folders, changes }: PlanTicks): Omit<PlanSelection, "keepOut"> {
	const foldersThat = (ticked: boolean) => [...folders].flatMap(([folder, is]) => (is === ticked ? [folder] : []));
	const changesThat = (ticked: boolean) => [...changes].flatMap(([key, one]) => (one.ticked === ticked ? [key] : []));
	return {
		only: [],
		except: [],
		// What no folder or change below leaves out is applied.
		folders: [...new Set([...(folders.get("") === false ? [] : [""]), ...foldersThat(true)])],
		leaveFolders: foldersThat(false),
		changes: changesThat(true),
		leaveChanges: changesThat(false),
	};
}
