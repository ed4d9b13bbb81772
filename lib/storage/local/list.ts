import { type Dirent, opendirSync, readdirSync, type Stats } from "node:fs";
import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { digestOfLines, fileLine, folderLine } from "#lib/storage/listing/digest.ts";
import { unnameable } from "#lib/storage/listing/unclear.ts";
import type { Entry, Listing, Unclear } from "#lib/storage/storage.ts";
import { errnoOf, storageErrorOf } from "./errors.ts";
import { entriesOf, entryAt, entryOfStats, examineNames, leftOutOf } from "./examine-names.ts";
import { type FolderIdentity, type LargeFolder, largeFolderOf } from "./large-folder.ts";
import { fullPath, type LocalPlace, statPlain } from "./place.ts";

/** The synchronous half of the local storage, which runs in threads of its own: ten times as fast as asynchronous calls. */

/**
 * One complete folder, the names in it if there are very many, or an error; files that vanish meanwhile count as not there.
 * @param tick called now and then while a large folder is examined
 */
export function listFolder(place: LocalPlace, knownDigest: string | null, tick: () => void): Listing | LargeFolder {
	const { path } = place;
	const full = fullPath(place);
	try {
		const folder = statPlain(place);
		if (!folder.isDirectory())
			throw new StorageError("not-found", path, `${full} is not a folder; give the path of one.`);
		const { names, unclear: unnamed, hidden } = namesIn(full, folder);
		const large = largeFolderOf(names, { folder, unclear: unnamed, hidden });
		if (large) return large;
		const { folders, files, facts, vanished, unclear: examined, links } = examineNames(place, names.sort(), tick);
		if (vanished > 0) assertSame(place, folder);
		let lines = "";
		for (let i = 0; i < files.length; i++) lines += fileLine(entryAt(i, files, facts));
		const digest = digestOfLines(folders.map(folderLine).join("") + lines);
		const unclear = [...unnamed, ...examined];
		return {
			digest,
			folders,
			files: digest === knownDigest ? null : entriesOf(files, facts),
			unclear,
			...leftOutOf(hidden, links),
		};
	} catch (error) {
		throw storageErrorOf(error, path, full);
	}
}

/**
 * Checks that the folder was not moved away: then all its names vanish, and nothing is known of its files.
 * @throws StorageError `changed` when it is not the folder that was listed.
 */
export function assertSame(place: LocalPlace, then: FolderIdentity): void {
	const { path } = place;
	const full = fullPath(place);
	let now: Stats;
	try {
		now = statPlain(place);
	} catch (error) {
		throw storageErrorOf(error, path, full);
	}
	if (now.ino !== then.ino || now.dev !== then.dev)
		throw new StorageError("changed", path, `${full} was replaced while it was listed; run again.`, {
			retryable: true,
		});
}

/** The file as a listing would show it; null if there is none. */
export function statFile(place: LocalPlace): Entry | null {
	try {
		const stats = statPlain(place);
		return stats.isFile() ? entryOfStats(baseName(place.path), stats) : null;
	} catch (error) {
		// No file can have an over-long name or lie behind a loop of links.
		if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].includes(errnoOf(error))) return null;
		if (error instanceof StorageError && error.code === "not-found") return null;
		throw storageErrorOf(error, place.path, fullPath(place));
	}
}

/** A folder of 200,000 names is read in half the time that `readdirSync` takes, which sorts them; one of a hundred takes longer. */
const namesAtOnce = 1024;
/** Bytes of a folder itself, on most file systems some tens for each name. */
const largeFolderBytes = 64 * 1024;

/** The names in a folder, without those that begin with `.`; those that no path can express are unclear. */
function namesIn(full: string, { size }: Pick<Stats, "size">): NamesIn {
	const all = size > largeFolderBytes ? namesOneByOne(full) : readdirSync(full);
	const names: string[] = [];
	let damaged = false;
	for (const name of all) {
		if (name.startsWith(".")) continue;
		names.push(name);
		damaged ||= name.includes("\uFFFD");
	}
	return damaged ? readableNames(full) : { names, unclear: [], hidden: all.length - names.length };
}

function namesOneByOne(full: string): string[] {
	const names: string[] = [];
	const folder = opendirSync(full, { bufferSize: namesAtOnce });
	try {
		for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) names.push(entry.name);
	} finally {
		folder.closeSync();
	}
	return names;
}

interface NamesIn {
	readonly names: string[];
	readonly unclear: readonly Unclear[];
	/** How many names begin with `.`. */
	readonly hidden: number;
}

/** The slow way, used when decoding put U+FFFD into a name, unless the name really holds that character. */
function readableNames(full: string): NamesIn {
	const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
	const names: string[] = [];
	const unclear: Unclear[] = [];
	for (const entry of readdirSync(full, { encoding: "buffer", withFileTypes: true })) {
		try {
			names.push(decoder.decode(entry.name));
		} catch {
			const escaped = entry.name
				.toString("latin1")
				.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
			if (!escaped.startsWith(".")) unclear.push(unnameable(escaped, "is not valid UTF-8", kindOf(entry)));
		}
	}
	const shown = names.filter((name) => !name.startsWith("."));
	return { names: shown, unclear, hidden: names.length - shown.length };
}

function kindOf(entry: Dirent<Buffer>): Unclear["kind"] {
	return entry.isDirectory() ? "folder" : entry.isFile() ? "unknown" : "special";
}
