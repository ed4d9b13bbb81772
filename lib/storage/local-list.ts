import { createHash } from "node:crypto";
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { StorageError } from "../errors.ts";
import { digestOfLines, fileLine, folderLine } from "./digest.ts";
import { errnoOf, storageErrorOf } from "./local-errors.ts";
import { namesIn } from "./local-names.ts";
import { baseName, byName } from "./path.ts";
import type { Entry, Listing, Problem } from "./storage.ts";

/**
 * The synchronous half of the local storage, which runs in threads of its own: ten times as fast as asynchronous calls.
 * Paths come normalised.
 */
export interface Place {
	/** Absolute path of the storage's root. */
	readonly root: string;
	readonly path: string;
	readonly symlinks: "skip" | "follow";
}

/** A folder of so many names that threads share the work on them, and only names so far. */
export interface Crowd {
	/**
	 * Some thousands at a time, each time joined by `/`, which no name holds; in the folder's own order, which stays as it
	 * is while nothing changes: to sort them takes a third as long as to examine them.
	 */
	readonly names: readonly string[];
	readonly problems: readonly Problem[];
	/** Tells whether it is still the same folder. */
	readonly identity: FolderIdentity;
}

export type FolderIdentity = Pick<Stats, "ino" | "dev">;

/** What names turned out to be. Entries are made of it only where they are needed, and most never are. */
interface Examined {
	readonly folders: readonly string[];
	readonly files: readonly string[];
	readonly facts: Facts;
	/** How many of the names are no longer there. */
	readonly vanished: number;
}

/** Of each file its size (bytes), modification time (µs since 1970) and inode. */
type Facts = Float64Array<ArrayBuffer>;

/** The same of some of a crowd's names, as it travels between threads: names joined by `/`. */
export interface Examination {
	readonly folders: string;
	readonly files: string;
	readonly facts: Facts;
	readonly vanished: number;
	readonly digest: string;
}

/** Names that are examined at one go. */
const portion = 4000;
/** Names that one thread has examined before two have come to share them. */
const crowd = 5 * portion;

/**
 * One complete folder, the names in it if there are very many, or an error; files that vanish meanwhile count as not there.
 * @param tick called now and then while a large folder is examined
 */
export function listFolder(place: Place, knownDigest: string | null, tick: () => void): Listing | Crowd {
	const { path } = place;
	const full = fullPath(place);
	try {
		const folder = statPlain(place);
		if (!folder.isDirectory())
			throw new StorageError("not-found", path, `${full} is not a folder; give the path of one.`);
		const { names, problems } = namesIn(full, path);
		if (names.length > crowd) return { names: joined(names), problems, identity: { ino: folder.ino, dev: folder.dev } };
		const { folders, files, facts, vanished } = examine(place, names.sort(), tick);
		if (vanished > 0) assertSame(place, folder);
		let lines = "";
		for (let i = 0; i < files.length; i++) lines += fileLine(entryAt(i, files, facts));
		const digest = digestOfLines(folders.map(folderLine).join(""), lines);
		return { digest, folders, files: digest === knownDigest ? null : entriesOf(files, facts), problems };
	} catch (error) {
		throw storageErrorOf(error, path, full);
	}
}

/** @param names some of the names of a crowd */
export function examineSome(place: Place, names: string, tick: () => void): Examination {
	try {
		const examined = examine(place, names.split("/"), tick);
		const { facts, vanished } = examined;
		const [folders, files] = [examined.folders.join("/"), examined.files.join("/")];
		const digest = createHash("sha256").update(`${folders}//${files}//`).update(facts).digest("base64url");
		return { folders, files, facts, vanished, digest };
	} catch (error) {
		throw storageErrorOf(error, place.path, fullPath(place));
	}
}

/** @param examinations all of a crowd, in the same order each time */
export function listingOf(
	examinations: readonly Examination[],
	{ knownDigest, problems }: { readonly knownDigest: string | null; readonly problems: readonly Problem[] },
): Listing {
	const digest = digestOfLines(...examinations.map((some) => some.digest));
	const folders = examinations.flatMap((some) => namesOf(some.folders)).sort();
	const entries = () => examinations.flatMap(({ files, facts }) => entriesOf(namesOf(files), facts)).sort(byName);
	return { digest, folders, files: digest === knownDigest ? null : entries(), problems };
}

function namesOf(joined: string): string[] {
	return joined === "" ? [] : joined.split("/");
}

/**
 * All names of a folder vanish when the folder itself is moved away: then nothing is known of its files.
 * @throws StorageError `changed` when it is not the folder that was listed.
 */
export function assertSame(place: Place, then: FolderIdentity): void {
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

function joined(names: readonly string[]): string[] {
	const texts: string[] = [];
	for (let at = 0; at < names.length; at += portion) texts.push(names.slice(at, at + portion).join("/"));
	return texts;
}

/** The file as a listing would show it; null if there is none. */
export function statFile(place: Place): Entry | null {
	try {
		const stats = statPlain(place);
		return stats.isFile() ? entryOf(baseName(place.path), stats) : null;
	} catch (error) {
		// An over-long name or a loop of links can belong to no file.
		if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].includes(errnoOf(error))) return null;
		if (error instanceof StorageError && error.code === "not-found") return null;
		throw storageErrorOf(error, place.path, fullPath(place));
	}
}

export function fullPath({ root, path }: Pick<Place, "root" | "path">): string {
	return path === "" ? root : root.endsWith("/") ? root + path : `${root}/${path}`;
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

function entriesOf(names: readonly string[], facts: Facts): Entry[] {
	return names.map((_, i) => entryAt(i, names, facts));
}

function entryAt(i: number, names: readonly string[], facts: Facts): Entry {
	const [name, at] = [names[i] as string, factsEach * i];
	return { name, size: facts[at] as number, mtime: facts[at + 1] as number, etag: null, inode: String(facts[at + 2]) };
}

/** The root may be a symbolic link in any case; below it, `skip` refuses links. */
function statPlain({ root, path, symlinks }: Place): Stats {
	if (symlinks === "follow" || path === "") return statSync(fullPath({ root, path }));
	let stats: Stats | undefined;
	for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
		const part = end < 0 ? path : path.slice(0, end);
		const full = fullPath({ root, path: part });
		stats = lstatSync(full);
		if (stats.isSymbolicLink())
			throw new StorageError(
				"not-found",
				path,
				`${full} is a symbolic link; set “symlinks: follow” for the source to follow it.`,
			);
		if (end < 0) return stats;
	}
}

const noEntry = { throwIfNoEntry: false } as const;
const factsEach = 3;

function examine(place: Place, names: readonly string[], tick: () => void): Examined {
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
