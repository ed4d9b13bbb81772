import { isBelow, isWithin } from "#components/changes/paths.ts";
import type { PlanSelection } from "#lib/catalog/inputs.ts";
import type { ChangeView, FolderMoves } from "#lib/catalog/read-models/change-view.ts";
import { folderOf } from "#lib/paths.ts";

/**
 * Which changes of a plan are ticked: all at first. What is most specific counts: a change, then the deepest folder above it. The two ends of a
 * move are one change, ticked where the folders of both are. Pure.
 */
export interface PlanTicks {
	/** Folders, with all below them, whose tick differs from that of the folder above. */
	readonly folders: ReadonlyMap<string, boolean>;
	/** Changes whose tick differs from that of their folders, by key. */
	readonly changes: ReadonlyMap<number, ChangeTick>;
}

export interface ChangeTick {
	readonly ticked: boolean;
	readonly directory: string;
	/** moved: the folder that it comes from, if it is another one. */
	readonly from: string | null;
}

export type TickableChange = Pick<ChangeView, "key" | "path" | "fromPath">;

export const allTicked: PlanTicks = { folders: new Map(), changes: new Map() };

export function isAllTicked({ folders, changes }: PlanTicks): boolean {
	return folders.size === 0 && changes.size === 0;
}

/** Whether the changes in a folder are ticked, but for those that say otherwise themselves. */
export function isFolderTicked({ folders }: Pick<PlanTicks, "folders">, directory: string): boolean {
	for (let folder = directory; ; folder = folderOf(folder)) {
		const ticked = folders.get(folder);
		if (ticked !== undefined) return ticked;
		if (folder === "") return true;
	}
}

function foldersOf({ path, fromPath }: TickableChange): Pick<ChangeTick, "directory" | "from"> {
	const directory = folderOf(path);
	const from = fromPath === null ? directory : folderOf(fromPath);
	return { directory, from: from === directory ? null : from };
}

/** Whether the folders of a change are ticked. */
function areFoldersTicked(ticks: PlanTicks, { directory, from }: Pick<ChangeTick, "directory" | "from">): boolean {
	return isFolderTicked(ticks, directory) && (from === null || isFolderTicked(ticks, from));
}

export function tickOfChange(ticks: PlanTicks, change: TickableChange): boolean {
	return ticks.changes.get(change.key)?.ticked ?? areFoldersTicked(ticks, foldersOf(change));
}

/** `indeterminate`: something in the folder, or below it, differs from the rest. */
export function tickOfFolder(ticks: PlanTicks, directory: string): boolean | "indeterminate" {
	const own = isFolderTicked(ticks, directory);
	const differs =
		[...ticks.folders].some(([folder, ticked]) => isBelow(folder, directory) && ticked !== own) ||
		[...ticks.changes.values()].some((one) => isWithin(one.directory, directory) && one.ticked !== own);
	return differs ? "indeterminate" : own;
}

/** Ticks, or leaves out, all in a folder and below it. */
export function tickFolder(ticks: PlanTicks, directory: string, ticked: boolean): PlanTicks {
	const isOfFolder = ({ directory: own, from }: ChangeTick) =>
		isWithin(own, directory) || (from !== null && isWithin(from, directory));
	const folders = new Map([...ticks.folders].filter(([folder]) => !isWithin(folder, directory)));
	const changes = new Map([...ticks.changes].filter(([, one]) => !isOfFolder(one)));
	const inherited = directory === "" || isFolderTicked({ folders }, folderOf(directory));
	if (inherited !== ticked) folders.set(directory, ticked);
	return { folders, changes };
}

export function tickChanges(ticks: PlanTicks, all: readonly TickableChange[], ticked: boolean): PlanTicks {
	const changes = new Map(ticks.changes);
	for (const change of all) {
		const folders = foldersOf(change);
		changes.delete(change.key);
		if (areFoldersTicked(ticks, folders) !== ticked) changes.set(change.key, { ticked, ...folders });
	}
	return { ...ticks, changes };
}

/** Whether what moves there is left out because of the folder that it comes from. */
export function isOriginLeftOut(
	ticks: PlanTicks,
	{ directory, from }: { readonly directory: string; readonly from: string },
): boolean {
	return isFolderTicked(ticks, directory) && !isFolderTicked(ticks, from);
}

/** How many changes are ticked, of so many in each folder, so many of which move there from others. */
export function countTicked(
	ticks: PlanTicks,
	folders: readonly { readonly directory: string; readonly rows: number }[],
	moves: readonly FolderMoves[],
): number {
	const inFolders = folders.filter(({ directory }) => isFolderTicked(ticks, directory));
	const withoutOrigin = moves.filter((some) => isOriginLeftOut(ticks, some));
	const ofChanges = [...ticks.changes.values()].reduce(
		(sum, one) => sum + Number(one.ticked) - Number(areFoldersTicked(ticks, one)),
		0,
	);
	return rowsIn(inFolders) - rowsIn(withoutOrigin) + ofChanges;
}

function rowsIn(all: readonly { readonly rows: number }[]): number {
	return all.reduce((sum, { rows }) => sum + rows, 0);
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
