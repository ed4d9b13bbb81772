import { hash } from "node:crypto";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions, Unclear } from "#lib/storage/storage.ts";
import type { HtmlIndex, Row } from "./html.ts";

interface DatedIndex extends HtmlIndex {
	/** When the server listed it, by its own clock: minutes since 1970 UTC. */
	readonly listedAt: number;
}

/** What a member turned out to be when the server was asked for it; null: it is gone. */
export type Looked = Entry | Unclear | "folder" | null;

interface Looking {
	look(row: Row): Promise<Looked>;
	/** Minutes by which the index's times are ahead of UTC, as far as they were found out: one or two, with summer time. */
	readonly offsets: Set<number>;
}

/**
 * A listing from an index with coarse times and sizes. Its digest is of what the index shows, so that an unchanged folder
 * costs one request; the server is asked for files that are new or look different from what is known of them.
 *
 * What is written twice within a minute looks the same afterwards. So the digest of a folder with files that were
 * written just now ends in that minute and the exact state of these files: at the next listing they are asked for again.
 */
export async function exactListing(
	index: DatedIndex,
	{ look, offsets }: Looking,
	{ knownDigest = null, knownFiles, needed }: Pick<ListOptions, "knownDigest" | "knownFiles" | "needed">,
): Promise<Listing> {
	const { rows, listedAt } = index;
	const shownFolders = [...index.folders].sort();
	// An index without times shows no change of a file's content: then every file is asked for, every time.
	const isBlind = rows.some(({ minute }) => minute === null);
	const shown = isBlind ? "" : shownDigest(shownFolders, rows);
	if (knownDigest !== null && knownDigest === shown)
		return { digest: shown, folders: shownFolders, files: null, unclear: index.unclear };

	const [, warmMinute = "Infinity"] = /~(\d+)~/.exec(knownDigest ?? "") ?? [];
	const known = isBlind ? [] : ((await knownFiles?.()) ?? []);
	const settled = known.filter(({ mtime }) => mtime !== null && minuteOf(mtime) < Number(warmMinute) - 1);
	const wanted = needed === undefined ? null : await needed(rows.map(({ name }) => name));
	const asked = rows.filter(({ name }) => wanted === null || wanted.has(name));
	const unasked = rows.filter(({ name }) => wanted !== null && !wanted.has(name));
	const looked = await lookAt(asked, settled, { look, offsets });
	const files = [...looked.files, ...unasked.map(shownEntry)].sort(byName);
	const folders = [...new Set([...shownFolders, ...looked.folders])].sort();
	const unclear = [...index.unclear, ...looked.unclear];
	// What could not be asked for is asked for again the next time.
	const digest = isBlind
		? digestOf(folders, files)
		: `${shown}${warmth(looked.files, listedAt)}${looked.unclear.length > 0 || looked.folders.length > 0 ? "!" : ""}`;
	return { digest, folders, files: digest === knownDigest ? null : files, unclear };
}

/** As far as the index tells, of a file the server will not tell more about: listed, and an error to open. */
export function shownEntry({ name, size, minute }: Row): Entry {
	const [, number = "0", unit = ""] = /^([\d.]+)\s?([KMGTP]?)$/i.exec(size ?? "") ?? [];
	const bytes = Math.round(Number(number) * 1024 ** ("KMGTP".indexOf(unit.toUpperCase() || "-") + 1));
	return { name, size: bytes, mtime: minute === null ? null : minute * 60_000_000, etag: null, inode: null };
}

function shownDigest(folders: readonly string[], rows: readonly Row[]): string {
	const lines = rows.map(({ name, size, minute }) => JSON.stringify([name, size, minute])).sort();
	return hash("sha256", JSON.stringify([folders, lines]), "base64url");
}

/** Nothing, or the minute of the newest file written just now, and the state of all that were. */
function warmth(files: readonly Entry[], listedAt: number): string {
	const warm = files.filter(({ mtime }) => mtime !== null && minuteOf(mtime) >= listedAt - 1);
	if (warm.length === 0) return "";
	const newest = warm.reduce((latest, { mtime }) => Math.max(latest, minuteOf(mtime ?? 0)), 0);
	return `~${newest}~${digestOf([], warm)}`;
}

interface LookedAt {
	readonly files: readonly Entry[];
	/** Shown as files, and folders all the same. */
	readonly folders: readonly string[];
	readonly unclear: readonly Unclear[];
}

async function lookAt(rows: readonly Row[], known: readonly Entry[], { look, offsets }: Looking): Promise<LookedAt> {
	const knownByName = new Map(known.map((entry) => [entry.name, entry]));
	const files: Entry[] = [];
	const folders: string[] = [];
	const unclear: Unclear[] = [];
	const take = (name: string, found: Looked) => {
		if (found === "folder") folders.push(name);
		else if (found !== null && "message" in found) unclear.push(found);
		else if (found !== null) files.push(found);
	};
	const unknown: Row[] = [];
	const likely = new Map<number, { readonly row: Row; readonly entry: Entry }[]>();
	for (const row of rows) {
		const entry = knownByName.get(row.name);
		const offset = entry && offsetBetween(row, entry);
		if (entry === undefined || offset === undefined) unknown.push(row);
		else likely.set(offset, [...(likely.get(offset) ?? []), { row, entry }]);
	}
	for (const [offset, pairs] of likely) {
		// An offset is believed when a file that has it turns out to be as it is known.
		while (!offsets.has(offset)) {
			const pair = pairs.pop();
			if (pair === undefined) break;
			const now = await look(pair.row);
			take(pair.row.name, now);
			const isEntry = now !== null && now !== "folder" && "mtime" in now;
			if (isEntry && now.mtime === pair.entry.mtime && now.size === pair.entry.size) offsets.add(offset);
		}
		for (const { entry } of pairs) {
			const { name, size, mtime, etag, inode } = entry;
			files.push({ name, size, mtime, etag, inode });
		}
	}
	const found = await Promise.all(unknown.map(async (row) => ({ name: row.name, now: await look(row) })));
	for (const { name, now } of found) take(name, now);
	return { files, folders, unclear };
}

/** Minutes between the index's time and UTC, if it may show this file; undefined if it shows another one. */
function offsetBetween({ size, minute }: Row, entry: Entry): number | undefined {
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
