import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, StorageError } from "#lib/errors.ts";
import { buildIndex } from "./build-index.ts";
import { FolderIndex } from "./folder-index.ts";
import type { Row } from "./rows.ts";

/** A list as it was found. */
export interface FoundList {
	/** For messages. */
	readonly name: string;
	/** Another one for every list, and for every way to read it. */
	readonly id: string;
	/** When it was made, as far as it is known from outside; microseconds since 1970. */
	readonly time: number;
	/** Its rows. @param onTime told when the list itself says what its time is */
	rows(onTime: (time: number) => void): AsyncIterable<readonly Row[]>;
	/** @throws StorageError when it is not the list any more that was found. */
	requireUnchanged(): Promise<void>;
}

export interface ListIndex {
	readonly index: FolderIndex;
	/** Microseconds since 1970. */
	readonly time: number;
	readonly rows: number;
}

interface KeptList {
	readonly name: string;
	readonly time: number;
	readonly rows: number;
}

const unfinished = "unfinished-";
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The index of a list: the one that is kept of it, or a new one, which takes the place of those of older lists.
 * @param folder of the lists of one storage
 * @throws StorageError when the list is malformed, cut off, or older than the one whose index is kept
 */
export async function indexOf(folder: string, list: FoundList, signal: AbortSignal): Promise<ListIndex> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const place = join(folder, list.id);
	const kept = await keptAt(place);
	if (kept !== null) return { ...kept, index: await FolderIndex.open(place) };
	const building = join(folder, `${unfinished}${randomUUID()}`);
	try {
		const said = await build(building, list, signal);
		await requireNewest(folder, { ...list, time: said.time });
		await rename(building, place).catch((error: unknown) => {
			if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
			// Another process has made the same.
		});
		const index = await FolderIndex.open(place);
		await removeOthers(folder, list.id);
		return { ...said, index };
	} finally {
		await rm(building, { recursive: true, force: true });
	}
}

async function build(folder: string, list: FoundList, signal: AbortSignal): Promise<KeptList> {
	let { time } = list;
	const rows = await buildIndex(
		folder,
		list.rows((said) => {
			time = said;
		}),
		{ signal },
	);
	await list.requireUnchanged();
	const kept: KeptList = { name: list.name, time, rows };
	await writeFile(join(folder, "list.json"), JSON.stringify(kept));
	return kept;
}

/** An old list says less than what was known already: a copy that came late, or a clock that went back. */
async function requireNewest(folder: string, list: FoundList): Promise<void> {
	for (const name of await readdir(folder)) {
		const kept = name.startsWith(unfinished) ? null : await keptAt(join(folder, name));
		if (kept === null || kept.time <= list.time) continue;
		const message = `The list ${list.name} is of ${isoOf(list.time)}, which is older than the one used last (${kept.name}, of ${isoOf(kept.time)}). Nothing is taken from it.`;
		throw new StorageError("io", "", message);
	}
}

async function keptAt(place: string): Promise<KeptList | null> {
	try {
		return JSON.parse(await readFile(join(place, "list.json"), "utf8")) as KeptList;
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return null;
		throw error;
	}
}

/** What others still read of them stays until they have done so. */
async function removeOthers(folder: string, id: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (name === id) continue;
		const place = join(folder, name);
		if (name.startsWith(unfinished) && (await isYoung(place))) continue;
		await rm(place, { recursive: true, force: true });
	}
}

/** Another process may be at it. */
async function isYoung(place: string): Promise<boolean> {
	const found = await stat(place).catch((error: unknown) => {
		if (hasCode(error, "ENOENT")) return null;
		throw error;
	});
	return found !== null && found.mtimeMs > Date.now() - dayMs;
}

export function isoOf(microseconds: number): string {
	return new Date(microseconds / 1000).toISOString();
}
