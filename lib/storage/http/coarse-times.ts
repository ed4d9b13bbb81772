import { hash } from "node:crypto";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { unchangedFiles } from "#lib/storage/listing/unchanged.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions, Unclear } from "#lib/storage/storage.ts";
import type { HtmlIndex, HtmlRow } from "./html.ts";

interface DatedIndex extends HtmlIndex {
	/** The time of the listing by the server's own clock, minutes since 1970 UTC. */
	readonly listedAt: number;
}

/** The member as the server answered when asked for it; null: it is gone. */
export type Looked = Entry | Unclear | "folder" | null;

interface Looking {
	look(row: HtmlRow): Promise<Looked>;
}

/**
 * A listing from an index with coarse times and sizes. Its digest is of what the index shows, so that an unchanged folder
 * costs one request; the server is asked for files that are new or look different from what is known of them.
 *
 * What is written twice within a minute looks the same afterwards. So files that were written just now are `recent`, whatever
 * else the server reports of them: where they are known as such they are asked for again. The digest of a folder that has some
 * ends in their exact state, and is never taken for true by what the index shows alone.
 */
export async function exactListing(
	index: DatedIndex,
	{ look }: Looking,
	{ knownDigest = null, knownFiles, needed }: Pick<ListOptions, "knownDigest" | "knownFiles" | "needed">,
): Promise<Listing> {
	const { rows, listedAt } = index;
	const shownFolders = [...index.folders].sort();
	// An index without times shows no change of a file's content: then every file is asked for, every time.
	const isBlind = rows.some(({ minute }) => minute === null);
	const shown = isBlind ? "" : shownDigest(shownFolders, rows);
	if (knownDigest !== null && knownDigest === shown)
		return { digest: shown, folders: shownFolders, files: null, unclear: index.unclear };

	const known = isBlind ? [] : ((await knownFiles?.()) ?? []);
	const settled = known.filter(({ mtime, recent }) => mtime !== null && !recent);
	const wanted = needed === undefined ? null : await needed(rows.map(({ name }) => name));
	const asked = rows.filter(({ name }) => wanted === null || wanted.has(name));
	const unasked = rows.filter(({ name }) => wanted !== null && !wanted.has(name));
	const looked = await lookAt(asked, settled, { look: async (row) => withRecency(await look(row), listedAt) });
	const files = [...looked.files, ...unasked.map(shownEntry)].sort(byName);
	const folders = [...new Set([...shownFolders, ...looked.folders])].sort();
	const unclear = [...index.unclear, ...looked.unclear];
	// Members that could not be examined are asked for again the next time.
	const digest = isBlind
		? digestOf(folders, files)
		: `${shown}${recentState(looked.files)}${looked.unclear.length > 0 || looked.folders.length > 0 || looked.isOdd ? "!" : ""}`;
	return { digest, folders, files: digest === knownDigest ? null : files, unclear };
}

/** The file as far as the index shows it, when the server reveals nothing more: it is listed, and opening it is an error. */
export function shownEntry({ name, size, minute }: HtmlRow): Entry {
	const [, number = "0", unit = ""] = /^([\d.]+)\s?([KMGTP]?)$/i.exec(size ?? "") ?? [];
	const bytes = Math.round(Number(number) * 1024 ** ("KMGTP".indexOf(unit.toUpperCase() || "-") + 1));
	return { name, size: bytes, mtime: minute === null ? null : minute * 60_000_000, etag: null, inode: null };
}

function shownDigest(folders: readonly string[], rows: readonly HtmlRow[]): string {
	const lines = rows.map(({ name, size, minute }) => JSON.stringify([name, size, minute])).sort();
	return hash("sha256", JSON.stringify([folders, lines]), "base64url");
}

/** Minutes by which the clock that stamped a file may differ from the server's own. */
const clocksDiffer = { behind: 1, ahead: 24 * 60 };

/** Whether the file may be written again in the same minute after it was listed. */
function withRecency(found: Looked, listedAt: number): Looked {
	if (found === null || found === "folder" || "message" in found || found.mtime === null) return found;
	const written = minuteOf(found.mtime);
	const isRecent = written >= listedAt - clocksDiffer.behind && written < listedAt + clocksDiffer.ahead;
	return isRecent ? { ...found, recent: true } : found;
}

/** The exact state of the files that were written just now; empty without such files. */
function recentState(files: readonly Entry[]): string {
	const recent = files.filter((file) => file.recent);
	return recent.length === 0 ? "" : `~${digestOf([], recent)}`;
}

interface LookedAt {
	readonly files: readonly Entry[];
	/** Folders that the index shows as files. */
	readonly folders: readonly string[];
	readonly unclear: readonly Unclear[];
	/** The server says otherwise of a file than its index shows. */
	readonly isOdd: boolean;
}

async function lookAt(rows: readonly HtmlRow[], known: readonly Entry[], { look }: Looking): Promise<LookedAt> {
	const knownByName = new Map(known.map((entry) => [entry.name, entry]));
	const looked = new Map<HtmlRow, Looked>();
	const lookAtAll = (some: readonly HtmlRow[]) =>
		Promise.all(some.map(async (row) => void looked.set(row, await look(row))));
	const likely = rows.flatMap((row) => {
		const entry = knownByName.get(row.name);
		const offset = entry && offsetBetween(row, entry);
		return entry === undefined || offset === undefined ? [] : [{ file: row, mtime: entry.mtime ?? 0, offset }];
	});
	const unchanged = await unchangedFiles(likely, async (some) => {
		await lookAtAll(some);
		return new Set(some.filter((row) => isAsKnown(looked.get(row), knownByName.get(row.name))));
	});
	await lookAtAll(rows.filter((row) => !looked.has(row) && !unchanged.has(row)));
	const files: Entry[] = [];
	const folders: string[] = [];
	const unclear: Unclear[] = [];
	const shown: [HtmlRow, Entry][] = [];
	for (const row of rows) {
		const known = knownByName.get(row.name);
		const found = looked.has(row) ? looked.get(row) : known && withoutRole(known);
		if (found === "folder") folders.push(row.name);
		else if (found && "message" in found) unclear.push(found);
		else if (found) {
			files.push(found);
			shown.push([row, found]);
		}
	}
	return { files, folders, unclear, isOdd: isOdd(shown) };
}

/**
 * Whether some file has another size than the index shows, or no time, where others agree with it: as a page that stands in for every file
 * while the server is busy.
 */
function isOdd(shown: readonly (readonly [HtmlRow, Entry])[]): boolean {
	const sized = shown.map(([{ size }, entry]) => (size === null ? null : mayShow(size, entry.size)));
	const timed = shown.map(([, { mtime }]) => mtime !== null);
	return [sized, timed].some((agree) => agree.includes(true) && agree.includes(false));
}

function isAsKnown(now: Looked | undefined, known: Entry | undefined): boolean {
	if (!now || now === "folder" || "message" in now) return false;
	return now.mtime === known?.mtime && now.size === known.size;
}

/** Keeps only the storage's fields of a known file, which also carries fields of the catalogue. */
function withoutRole({ name, size, mtime, etag, inode }: Entry): Entry {
	return { name, size, mtime, etag, inode };
}

/** Minutes between the index's time and UTC, if it may show this file; undefined if it shows another one. */
function offsetBetween({ size, minute }: HtmlRow, entry: Entry): number | undefined {
	if (minute === null || entry.mtime === null || (size !== null && !mayShow(size, entry.size))) return undefined;
	return minute - minuteOf(entry.mtime);
}

/** Whether a size in bytes may be written as that text, by any rule of rounding, in units of 1024 or 1000. */
export function mayShow(text: string, size: number): boolean {
	const [, number = "", unit = ""] = /^([\d.]+)\s?([KMGTP]?)$/i.exec(text) ?? [];
	if (unit === "") return Number(number) === size;
	const power = "KMGTP".indexOf(unit.toUpperCase()) + 1;
	const lastPlace = 10 ** -(number.split(".")[1] ?? "").length;
	return [1024, 1000].some((base) => Math.abs(size / base ** power - Number(number)) <= lastPlace);
}

function minuteOf(mtime: number): number {
	return Math.floor(mtime / 60_000_000);
}
