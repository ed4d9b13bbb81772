import { hash } from "node:crypto";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions } from "#lib/storage/storage.ts";
import type { HtmlIndex, Row } from "./html.ts";

interface Rounded extends HtmlIndex {
	/** When the server listed it, by its own clock: minutes since 1970 UTC. */
	readonly listedAt: number;
}

interface Looking {
	/** The file as it is, asked of the server; null if it is gone. */
	look(row: Row): Promise<Entry | null>;
	/** Minutes by which the index's times are ahead of UTC, as far as they were found out: one or two, with summer time. */
	readonly offsets: Set<number>;
}

/**
 * A listing from an index that rounds. Its digest is of what the index shows, so that an unchanged folder costs one
 * request; the server is asked for files that are new or look different from what is known of them.
 *
 * What is written twice within a minute looks the same afterwards. So the digest of a folder with files that were
 * written just now ends in that minute and the exact state of these files: at the next listing they are asked for again.
 */
export async function exactListing(
	{ folders, rows, problems, listedAt }: Rounded,
	{ look, offsets }: Looking,
	{ knownDigest = null, knownFiles }: Pick<ListOptions, "knownDigest" | "knownFiles">,
): Promise<Listing> {
	const names = [...folders].sort();
	// An index of names alone shows no change: then every file is asked for, every time.
	const blind = rows.some(({ size, minute }) => size === null && minute === null);
	const shown = blind ? "" : shownDigest(names, rows);
	if (knownDigest !== null && knownDigest === shown) return { digest: shown, folders: names, files: null, problems };

	const [, warmMinute = "Infinity"] = /~(\d+)~/.exec(knownDigest ?? "") ?? [];
	const known = blind ? [] : ((await knownFiles?.()) ?? []);
	const settled = known.filter(({ mtime }) => mtime !== null && minuteOf(mtime) < Number(warmMinute) - 1);
	const entries = await entriesOf(rows, settled, { look, offsets });
	const files = entries.sort(byName);
	const digest = blind ? digestOf(names, files) : shown + warmth(files, listedAt);
	return { digest, folders: names, files: digest === knownDigest ? null : files, problems };
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

async function entriesOf(rows: readonly Row[], known: readonly Entry[], { look, offsets }: Looking): Promise<Entry[]> {
	const knownByName = new Map(known.map((entry) => [entry.name, entry]));
	const entries: Entry[] = [];
	const unknown: Row[] = [];
	const likely = new Map<number, [Row, Entry][]>();
	for (const row of rows) {
		const entry = knownByName.get(row.name);
		const offset = entry && offsetBetween(row, entry);
		if (entry === undefined || offset === undefined) unknown.push(row);
		else likely.set(offset, [...(likely.get(offset) ?? []), [row, entry]]);
	}
	for (const [offset, pairs] of likely) {
		// An offset is believed when a file that has it turns out to be as it is known.
		while (!offsets.has(offset) && pairs.length > 0) {
			const [row, entry] = pairs.pop() as [Row, Entry];
			const now = await look(row);
			if (now !== null) entries.push(now);
			if (now?.mtime === entry.mtime && now?.size === entry.size) offsets.add(offset);
		}
		for (const [, { name, size, mtime, etag, inode }] of pairs) entries.push({ name, size, mtime, etag, inode });
	}
	const found = await Promise.all(unknown.map(look));
	return [...entries, ...found.filter((entry) => entry !== null)];
}

/** Minutes between the index's time and UTC, if it may show this file; undefined if it shows another one. */
function offsetBetween({ size, minute }: Row, entry: Entry): number | undefined {
	if (minute === null || entry.mtime === null || (size !== null && !mayShow(size, entry.size))) return undefined;
	return minute - minuteOf(entry.mtime);
}

/** Whether a size in bytes may be rounded to that text, by any rule of rounding, in units of 1024 or 1000. */
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
