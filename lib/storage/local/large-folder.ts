import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { digestOfLines } from "#lib/storage/listing/digest.ts";
import { byName } from "#lib/storage/path.ts";
import type { Listing, Unclear } from "#lib/storage/storage.ts";
import { storageErrorOf } from "./errors.ts";
import { entriesOf, examineNames, type Facts, leftOutOf } from "./examine-names.ts";
import { fullPath, type LocalPlace } from "./place.ts";

/** A folder of so many names that threads share the work on them, and only names so far. */
export interface LargeFolder {
	/**
	 * Some thousands at a time, each time joined by `/`, which no name holds; in the folder's own order, which stays as it
	 * is while nothing changes: to sort them takes a third as long as to examine them.
	 */
	readonly names: readonly string[];
	/** Names that no path can express. */
	readonly unclear: readonly Unclear[];
	/** How many names begin with `.`. */
	readonly hidden: number;
	/** Tells whether it is still the same folder. */
	readonly identity: FolderIdentity;
}

export type FolderIdentity = Pick<Stats, "ino" | "dev">;

/** What some of the names turned out to be, as it travels between threads. */
export interface Examination {
	/** Names joined by `/`. */
	readonly folders: string;
	readonly files: string;
	readonly facts: Facts;
	readonly unclear: readonly Unclear[];
	/** How many of the names are no longer there. */
	readonly vanished: number;
	/** How many of them are links that are left out. */
	readonly links: number;
	readonly digest: string;
}

/** Names that are examined at one go. */
const namesPerPortion = 4000;
/** Names that one thread has examined before two have come to share them. */
const maxNamesOfOneThread = 5 * namesPerPortion;

/** null: few enough for one thread. */
export function largeFolderOf(
	names: readonly string[],
	{ folder, ...found }: { readonly folder: Stats; readonly unclear: readonly Unclear[]; readonly hidden: number },
): LargeFolder | null {
	if (names.length <= maxNamesOfOneThread) return null;
	const portions: string[] = [];
	for (let at = 0; at < names.length; at += namesPerPortion)
		portions.push(names.slice(at, at + namesPerPortion).join("/"));
	return { names: portions, ...found, identity: { ino: folder.ino, dev: folder.dev } };
}

interface LargeFolderOptions {
	readonly knownDigest: string | null;
	/** In one of the threads, which share the portions. */
	examine(names: string): Promise<Examination>;
	/** @throws StorageError when it is not the folder any more. */
	assertSame(identity: FolderIdentity): Promise<unknown>;
}

export async function listLargeFolder(
	{ names, unclear, hidden, identity }: LargeFolder,
	{ knownDigest, examine, assertSame }: LargeFolderOptions,
): Promise<Listing> {
	const examinations = await Promise.all(names.map((some) => examine(some)));
	if (examinations.some(({ vanished }) => vanished > 0)) await assertSame(identity);
	const digest = digestOfLines(examinations.map((some) => some.digest).join(""));
	const folders = examinations.flatMap((some) => namesOf(some.folders)).sort();
	const entries = () => examinations.flatMap(({ files, facts }) => entriesOf(namesOf(files), facts)).sort(byName);
	const allUnclear = [...unclear, ...examinations.flatMap((some) => some.unclear)];
	const links = examinations.reduce((sum, some) => sum + some.links, 0);
	const files = digest === knownDigest ? null : entries();
	return { digest, folders, files, unclear: allUnclear, ...leftOutOf(hidden, links) };
}

/** @param names one portion of a large folder's */
export function examineSome(place: LocalPlace, names: string, tick: () => void): Examination {
	try {
		const examined = examineNames(place, names.split("/"), tick);
		const { facts, vanished, links, unclear } = examined;
		const folders = examined.folders.join("/");
		const files = examined.files.join("/");
		const digest = createHash("sha256").update(`${folders}//${files}//`).update(facts).digest("base64url");
		return { folders, files, facts, unclear, vanished, links, digest };
	} catch (error) {
		throw storageErrorOf(error, place.path, fullPath(place));
	}
}

function namesOf(joined: string): string[] {
	return joined === "" ? [] : joined.split("/");
}
