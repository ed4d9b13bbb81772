import type { Entry } from "#lib/storage/storage.ts";
import type { DataFile } from "#lib/sync/match/match.ts";

/**
 * The files of a folder as it was compared last, and which of them are data files with what: kept beside its digest, so that
 * of a folder in which one file of many has changed only what that file belongs to need be fetched from the catalogue and
 * compared.
 *
 * One line per file, sorted by name: name, size, time, inode, etag, ctime and `archived` (either only where it is so) as JSON, a tab, and what it is. `d`: a data file; then,
 * as JSON, the numbers of the lines that belong to it, by role. `b`: what belongs to others; then the numbers of their lines.
 * Nothing: none of the source's business.
 */
export type FolderSnapshot = string;

/** A longer one is not kept: it would have to be in memory as a whole. */
const maxFiles = 20_000;

const roles = ["metadata", "conf", "other", "members"] as const;

/**
 * @param files sorted by name
 * @param data those of them that are data files
 * @returns null: too many
 */
export function folderSnapshot(files: readonly Entry[], data: Iterable<DataFile>): FolderSnapshot | null {
	if (files.length > maxFiles) return null;
	const numbers = new Map(files.map((entry, i) => [entry, i]));
	const tails = new Map<Entry, string>();
	const owners = new Map<Entry, (number | undefined)[]>();
	for (const file of data) {
		const belonging = roles.map((role) => file[role]);
		const isAlone = belonging.every((entries) => entries.length === 0);
		const numbered = () => JSON.stringify(belonging.map((entries) => entries.map((entry) => numbers.get(entry))));
		tails.set(file.entry, isAlone ? "d" : `d${numbered()}`);
		for (const entry of belonging.flat()) {
			const known = owners.get(entry);
			const number = numbers.get(file.entry);
			// A range type for the folder belongs to all of its thousands.
			if (known === undefined) owners.set(entry, [number]);
			else known.push(number);
		}
	}
	for (const [entry, of] of owners) if (!tails.has(entry)) tails.set(entry, `b${JSON.stringify(of)}`);
	return files.map((entry) => `${lineOf(entry)}${tails.get(entry) ?? ""}\n`).join("");
}

export interface Since {
	/** Data files that have changed, or of which something has that belongs to them. */
	readonly data: readonly DataFile[];
	readonly snapshot: FolderSnapshot;
}

/**
 * What has changed since then; null where other names came or went: what belongs to what may be another matter then, and
 * the whole folder is to be compared.
 * @param files sorted by name
 */
export function changedSince(listing: FolderSnapshot, files: readonly Entry[]): Since | null {
	const changed: number[] = [];
	const tails: number[] = [];
	let now = "";
	let at = 0;
	let kept = 0;
	for (const [i, entry] of files.entries()) {
		const line = lineOf(entry);
		if (!listing.startsWith(line, at)) {
			if (!listing.startsWith(nameOf(entry), at)) return null;
			changed.push(i);
			now += listing.slice(kept, at) + line;
			kept = listing.indexOf("\t", at) + 1;
			tails.push(kept);
		} else tails.push(at + line.length);
		at = listing.indexOf("\n", at) + 1;
	}
	if (at !== listing.length) return null;
	const tailOf = (i: number) => listing.slice(tails[i], listing.indexOf("\n", tails[i]));
	const data = new Set(changed.flatMap((i) => dataFilesOf(i, tailOf(i))));
	return {
		data: [...data].map((i) => dataFileOf(files, i, tailOf(i))),
		snapshot: now + listing.slice(kept),
	};
}

/** The names of a snapshot's files. */
export function namesIn(snapshot: FolderSnapshot): readonly string[] {
	const lines = snapshot.split("\n").filter((line) => line !== "");
	return lines.map((line): string => JSON.parse(line.slice(0, line.indexOf("\t")))[0]);
}

/** The files of a snapshot, sorted by name. */
export function filesIn(snapshot: FolderSnapshot): readonly Entry[] {
	const lines = snapshot.split("\n").filter((line) => line !== "");
	return lines.map((line): Entry => {
		const [name, size, mtime, inode, etag, ...more] = JSON.parse(line.slice(0, line.indexOf("\t")));
		const ctime = more.find((one: unknown) => typeof one === "number");
		const archived = more.includes("archived");
		return {
			name,
			size,
			mtime,
			inode,
			etag,
			...(ctime === undefined ? {} : { ctime }),
			...(archived ? { archived } : {}),
		};
	});
}

/** The numbers of the data files that a line is of. */
function dataFilesOf(number: number, tail: string): readonly number[] {
	if (tail.startsWith("d")) return [number];
	return tail.startsWith("b") ? JSON.parse(tail.slice(1)) : [];
}

function dataFileOf(files: readonly Entry[], number: number, tail: string): DataFile {
	const numbered: readonly (readonly number[])[] = tail === "d" ? [] : JSON.parse(tail.slice(1));
	const entryAt = (i: number) => {
		const entry = files[i];
		if (entry === undefined) throw new Error(`A folder's listing speaks of line ${i} of ${files.length}.`);
		return entry;
	};
	const [metadata = [], conf = [], other = [], members = []] = numbered.map((some) => some.map(entryAt));
	return { entry: entryAt(number), metadata, conf, other, members };
}

/** JSON: names and etags may hold anything, a tab and a line feed too. */
function lineOf(entry: Entry): string {
	const { size, mtime, ctime, inode, etag, archived } = entry;
	const changed = ctime === undefined ? "" : `,${ctime}`;
	const isArchived = archived ? ',"archived"' : "";
	return `${nameOf(entry)}${size},${mtime},${JSON.stringify(inode)},${JSON.stringify(etag)}${changed}${isArchived}]\t`;
}

function nameOf({ name }: Entry): string {
	return `[${JSON.stringify(name)},`;
}
