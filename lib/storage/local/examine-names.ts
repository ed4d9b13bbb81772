import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { specialEntry, unknownEntry } from "#lib/storage/listing/unclear.ts";
import type { Entry, LeftOut, Unclear } from "#lib/storage/storage.ts";
import { errnoOf } from "./errors.ts";
import { fullPath, type LocalPlace, strayTarget, strayWords } from "./place.ts";

/** The facts about examined names. Entries are made from them only when needed, and most never are. */
export interface Examined {
	readonly folders: readonly string[];
	readonly files: readonly string[];
	readonly facts: Facts;
	readonly unclear: readonly Unclear[];
	/** How many of the names are no longer there. */
	readonly vanished: number;
	/** How many of them are links that are left out. */
	readonly links: number;
}

/** Absent from a listing that left nothing out. */
export function leftOutOf(hidden: number, links: number): { readonly leftOut?: LeftOut } {
	return hidden + links === 0 ? {} : { leftOut: { hidden, links } };
}

/** Of each file its size (bytes), times of modification and change (µs since 1970) and inode. */
export type Facts = Float64Array<ArrayBuffer>;

const noEntry = { throwIfNoEntry: false } as const;
const factsEach = 4;

/**
 * Examines the names of a folder, each once; the call per file is nearly the whole cost of a listing. A name that the system cannot
 * examine becomes unclear and does not affect the others.
 * @param tick called now and then
 * @throws the system's error when it can examine none of them: that is about the folder, or the disk
 */
export function examineNames(place: LocalPlace, names: readonly string[], tick: () => void): Examined {
	const prefix = fullPath({ root: fullPath(place), path: "" });
	const base = prefix.endsWith("/") ? prefix : `${prefix}/`;
	const above = new Ancestors(place);
	const folders: string[] = [];
	const files: string[] = [];
	const unclear: Unclear[] = [];
	const facts = new Float64Array(factsEach * names.length);
	let failed = 0;
	let vanished = 0;
	let links = 0;
	for (let i = 0; i < names.length; i++) {
		if (i % 256 === 255) tick();
		const name = names[i] as string;
		const full = base + name;
		let stats: Stats | Unclear | "link" | undefined;
		try {
			stats = lstatSync(full, noEntry);
		} catch (error) {
			if (++failed === names.length) throw error;
			stats = unknownEntry(name, `cannot be examined (${errnoOf(error)})`);
		}
		if (stats === undefined) {
			vanished++;
			continue;
		}
		if ("mode" in stats && stats.isSymbolicLink())
			stats = place.symlinks === "follow" ? targetOf(full, name, { above, place }) : "link";
		if (stats === "link") {
			links++;
			continue;
		}
		if ("message" in stats) unclear.push(stats);
		else if (stats.isDirectory()) folders.push(name);
		else if (stats.isFile()) {
			const at = factsEach * files.push(name) - factsEach;
			facts[at] = stats.size;
			facts[at + 1] = microseconds(stats.mtimeMs);
			facts[at + 2] = microseconds(stats.ctimeMs);
			facts[at + 3] = stats.ino;
		} else unclear.push(specialEntry(name, specialKind(stats)));
	}
	return { folders, files, facts: facts.slice(0, factsEach * files.length), unclear, vanished, links };
}

function specialKind(stats: Stats): string {
	return stats.isSocket() ? "a socket" : stats.isFIFO() ? "a FIFO" : "a device";
}

/**
 * Makes an entry of the system's facts about a file. Times are rounded to microseconds: Node gives milliseconds as a 64-bit
 * float, exact to 0.25 µs. Inode numbers beyond 2^53 (some network file systems) lose their last digits. The device's
 * number is left out: on network and overlay file systems it changes with every mount, and every file of the
 * archive would look replaced.
 */
export function entryOfStats(name: string, { size, mtimeMs, ctimeMs, ino }: Stats): Entry {
	return { name, size, mtime: microseconds(mtimeMs), ctime: microseconds(ctimeMs), etag: null, inode: String(ino) };
}

function microseconds(milliseconds: number): number {
	return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.round(milliseconds * 1000), Number.MAX_SAFE_INTEGER));
}

export function entriesOf(names: readonly string[], facts: Facts): Entry[] {
	return names.map((_, i) => entryAt(i, names, facts));
}

export function entryAt(i: number, names: readonly string[], facts: Facts): Entry {
	const at = factsEach * i;
	return {
		name: names[i] as string,
		size: facts[at] as number,
		mtime: facts[at + 1] as number,
		ctime: facts[at + 2] as number,
		etag: null,
		inode: String(facts[at + 3]),
	};
}

/** Resolves a link; `"link"` where it leads back to a folder the walk came through: loops are cut. */
function targetOf(
	full: string,
	name: string,
	{ above, place }: { readonly above: Ancestors; readonly place: LocalPlace },
): Stats | Unclear | "link" {
	try {
		const stats = statSync(full, noEntry);
		if (stats === undefined) return specialEntry(name, "a broken link");
		const target = strayTarget(full, place);
		if (target !== null) {
			const stray = unknownEntry(name, `is a link to ${target}, ${strayWords}`, "forbidden");
			return stats.isDirectory() ? { ...stray, kind: "folder" } : stray;
		}
		return stats.isDirectory() && above.lieWithin(realpathSync.native(full)) ? "link" : stats;
	} catch (error) {
		const errno = errnoOf(error);
		// A link to itself, or one whose target was just removed.
		if (["ELOOP", "ENOENT", "ENOTDIR"].includes(errno)) return specialEntry(name, "a broken link");
		return unknownEntry(name, `is a link that cannot be followed (${errno})`, errno === "EACCES" ? "forbidden" : "io");
	}
}

/** The real paths of a folder and of the folders the walk passed on its way to it; found out when first needed. */
class Ancestors {
	readonly #place: LocalPlace;
	#realPaths: readonly string[] | undefined;

	constructor(place: LocalPlace) {
		this.#place = place;
	}

	/** Whether walking `realFolder` would reach one of them again: then the link to it closes a loop. */
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
