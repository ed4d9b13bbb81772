import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import type { Entry } from "#lib/storage/storage.ts";
import { errnoOf } from "./errors.ts";
import { fullPath, type Place } from "./place.ts";

/** What names turned out to be. Entries are made of it only where they are needed, and most never are. */
export interface Examined {
	readonly folders: readonly string[];
	readonly files: readonly string[];
	readonly facts: Facts;
	/** How many of the names are no longer there. */
	readonly vanished: number;
}

/** Of each file its size (bytes), modification time (µs since 1970) and inode. */
export type Facts = Float64Array<ArrayBuffer>;

const noEntry = { throwIfNoEntry: false } as const;
const factsEach = 3;

/**
 * Names of a folder, each looked at once; a call per file is nearly all that a listing costs.
 * @param tick called now and then
 */
export function examine(place: Place, names: readonly string[], tick: () => void): Examined {
	const prefix = fullPath({ root: fullPath(place), path: "" });
	const base = prefix.endsWith("/") ? prefix : `${prefix}/`;
	const above = new Ancestors(place);
	const [folders, files]: [string[], string[]] = [[], []];
	const facts = new Float64Array(factsEach * names.length);
	let [known, vanished] = [0, 0];
	for (let i = 0; i < names.length; i++) {
		if (i % 256 === 255) tick();
		const name = names[i] as string;
		const full = base + name;
		let stats = lstatSync(full, noEntry);
		if (stats === undefined) vanished++;
		else if (stats.isSymbolicLink()) stats = place.symlinks === "follow" ? targetOf(full, above) : undefined;
		// Sockets, FIFOs and devices are neither.
		if (stats?.isFile()) {
			files.push(name);
			facts[known++] = stats.size;
			facts[known++] = microseconds(stats.mtimeMs);
			facts[known++] = stats.ino;
		} else if (stats?.isDirectory()) folders.push(name);
	}
	return { folders, files, facts: facts.slice(0, known), vanished };
}

/**
 * Of a file as the operating system shows it. Times are rounded to microseconds: Node gives milliseconds as a 64-bit
 * float, exact to 0.25 µs. Inode numbers beyond 2^53 (some network file systems) lose their last digits. The device's
 * number is left out: on network and overlay file systems it is another one after every mount, and every file of the
 * archive would look replaced.
 */
export function entryOf(name: string, { size, mtimeMs, ino }: Stats): Entry {
	return { name, size, mtime: microseconds(mtimeMs), etag: null, inode: String(ino) };
}

function microseconds(milliseconds: number): number {
	return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.round(milliseconds * 1000), Number.MAX_SAFE_INTEGER));
}

export function entriesOf(names: readonly string[], facts: Facts): Entry[] {
	return names.map((_, i) => entryAt(i, names, facts));
}

export function entryAt(i: number, names: readonly string[], facts: Facts): Entry {
	const [name, at] = [names[i] as string, factsEach * i];
	return { name, size: facts[at] as number, mtime: facts[at + 1] as number, etag: null, inode: String(facts[at + 2]) };
}

/** What a link leads to; nothing if it is broken or leads back to where the walk came from. */
function targetOf(full: string, above: Ancestors): Stats | undefined {
	try {
		const stats = statSync(full, noEntry);
		return stats?.isDirectory() && above.lieWithin(realpathSync.native(full)) ? undefined : stats;
	} catch (error) {
		// A link to itself, or one whose target went away just now.
		if (["ELOOP", "ENOENT", "ENOTDIR"].includes(errnoOf(error))) return undefined;
		throw error;
	}
}

/** The real paths of a folder and of the folders the walk passed on its way to it; found out when first needed. */
class Ancestors {
	readonly #place: Place;
	#realPaths: readonly string[] | undefined;

	constructor(place: Place) {
		this.#place = place;
	}

	/** Whether walking `realFolder` would come by one of them again: the link to it closes a loop. */
	lieWithin(realFolder: string): boolean {
		const { root, path } = this.#place;
		const names = path === "" ? [] : path.split("/");
		this.#realPaths ??= [root, ...names.map((_, i) => fullPath({ root, path: names.slice(0, i + 1).join("/") }))].map(
			(p) => realpathSync.native(p),
		);
		const prefix = realFolder.endsWith("/") ? realFolder : `${realFolder}/`;
		return this.#realPaths.some((p) => p === realFolder || p.startsWith(prefix));
	}
}
