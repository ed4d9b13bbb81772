import { hash } from "node:crypto";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import { unknownEntry, unnameable } from "#lib/storage/listing/unclear.ts";
import { byName, joinPath } from "#lib/storage/path.ts";
import type { Entry, Listing, ListOptions, Storage, Unclear } from "#lib/storage/storage.ts";
import { lineOf, rowOf } from "./index-lines.ts";
import type { ListIndex } from "./keep-index.ts";
import type { Row } from "./rows.ts";

type FileRow = Extract<Row, { kind: "file" }>;
type ScanOptions = ListOptions & Required<Pick<ListOptions, "registered">>;

interface Shown {
	readonly digest: string;
	readonly folders: ReadonlySet<string>;
	readonly filesByName: ReadonlyMap<string, FileRow>;
	/** Names that the list has more than once, differently. */
	readonly twice: ReadonlySet<string>;
	readonly unclear: readonly Unclear[];
}

/** Lists folders as a list shows them, and asks the storage for what the list cannot decide. */
export class ListedFolders {
	readonly #storage: Storage;
	readonly #slots: Semaphore;

	constructor(storage: Storage) {
		this.#storage = storage;
		this.#slots = new Semaphore(Math.max(storage.parallel, 4));
	}

	async list(path: string, options: ScanOptions, { index, time }: ListIndex): Promise<Listing> {
		const { knownDigest = null, registered, symlinks, signal } = options;
		const lines = await index.linesIn(path);
		// A folder that is newer than the list, or that it does not cover.
		if (lines.length === 0 && path !== "" && !(await isListed(index, path))) return this.#storage.list(path, options);
		const shown = shownBy(lines);
		const { digest: base, unclear } = shown;
		if (base === knownDigest) return { digest: base, folders: [...shown.folders].sort(), files: null, unclear };

		const known = await registered();
		const further = await this.#foldersThere(path, without(known.folders, shown), options);
		const folders = [...shown.folders, ...further].sort();
		const withFurther = further.length === 0 ? base : `${base}+${digestOf(further)}`;
		if (withFurther === knownDigest) return { digest: withFurther, folders, files: null, unclear };

		const knownByName = new Map(known.files.filter(isOfFolder).map((file) => [file.name, file]));
		const needed = await options.needed?.([...shown.filesByName.keys()]);
		const files: Entry[] = [];
		const toAsk = [...knownByName.keys()].filter((name) => !shown.filesByName.has(name));
		for (const row of shown.filesByName.values()) {
			const before = knownByName.get(row.name);
			const isCertain =
				before !== undefined && !shown.twice.has(row.name) && isAsKnown(row, before) && !isDoubtful(row, time);
			if (isCertain) files.push(withoutRole(before));
			else if (needed === undefined || needed.has(row.name)) toAsk.push(row.name);
			else if (!shown.folders.has(row.name)) files.push(entryOf(row));
		}
		const asked = await Promise.all(toAsk.map((name) => this.#ask(joinPath(path, name), { symlinks, signal })));
		const doubts = asked.filter((one): one is Unclear => one !== null && "message" in one);
		for (const one of asked) if (one !== null && !("message" in one)) files.push(one);
		// What could not be asked for is asked for again.
		const digest = doubts.length === 0 ? withFurther : `${withFurther}!`;
		return { digest, folders, files: files.sort(byName), unclear: [...unclear, ...doubts] };
	}

	/** Those folders, of which the list has none, that are there all the same. */
	async #foldersThere(
		path: string,
		names: readonly string[],
		{ symlinks, signal }: ScanOptions,
	): Promise<readonly string[]> {
		const found = await Promise.all(
			names.map(async (name) => {
				const options = { symlinks, needed: async () => new Set<string>(), signal };
				const below = joinPath(path, name);
				try {
					await this.#slots.run(() => this.#storage.list(below, options), { signal });
				} catch (error) {
					if (!(error instanceof StorageError)) throw error;
					// If it cannot be listed the walk, which comes to it next, says why.
					if (error.code === "not-found") return [];
				}
				return [name];
			}),
		);
		return found.flat();
	}

	async #ask(path: string, options: Pick<ListOptions, "symlinks" | "signal">): Promise<Entry | Unclear | null> {
		try {
			return await this.#slots.run(() => this.#storage.stat(path, options), options);
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			if (error.code === "not-found") return null;
			if (error.retryable) throw error;
			return unknownEntry(baseName(path), `cannot be asked for (${error.message})`, error.code);
		}
	}
}

/** Whether the list has it as a folder in the one above it, though nothing in it. */
async function isListed(index: ListIndex["index"], path: string): Promise<boolean> {
	const folder = folderOf(path);
	return (await index.linesIn(folder)).includes(lineOf({ kind: "folder", folder, name: baseName(path) }));
}

function shownBy(lines: readonly string[]): Shown {
	const folders = new Set<string>();
	const filesByName = new Map<string, FileRow>();
	const twice = new Set<string>();
	const unclear = new Map<string, Unclear>();
	for (const row of lines.map(rowOf)) {
		const { name } = row;
		if (row.kind === "folder") folders.add(name);
		else if (row.kind === "unclear") unclear.set(name, unclearOf(row));
		else if (filesByName.has(name)) twice.add(name);
		else filesByName.set(name, row);
	}
	const digest = `list:${digestOf(lines)}`;
	return { digest, folders, filesByName, twice, unclear: [...unclear.values()] };
}

function unclearOf({ name, isFolder, isExact }: Extract<Row, { kind: "unclear" }>): Unclear {
	const kind = isFolder ? "folder" : "unknown";
	return isExact
		? unnameable(name, "is empty, “.” or “..”", kind, "none")
		: unnameable(name, "is not valid UTF-8", kind);
}

function digestOf(lines: readonly string[]): string {
	return hash("sha256", lines.join("\n"), "base64url");
}

function without(names: readonly string[], { folders }: Shown): readonly string[] {
	return [...new Set(names)].filter((name) => !folders.has(name)).sort();
}

/** Not of another storage, or of a folder below. */
function isOfFolder({ name }: Entry): boolean {
	return !name.includes("/");
}

const second = 1_000_000;
/** Clocks differ, and times are coarse; a list that takes long to make says when it was begun. */
const doubtfulFor = 60 * second;

/** It was written so shortly before the list was made, or after, that it may have been written again and look the same. */
function isDoubtful({ mtime, etag }: FileRow, time: number): boolean {
	return etag === null && mtime !== null && mtime > time - doubtfulFor;
}

/** Whether the list may show the file as it is registered, as exactly as both are. */
function isAsKnown(row: FileRow, known: Entry): boolean {
	if (known.recent || known.archived || row.size !== known.size) return false;
	if (row.etag !== null && known.etag !== null && row.etag !== known.etag) return false;
	if (row.mtime === null || known.mtime === null) return row.etag !== null && row.etag === known.etag;
	const isCoarse = row.mtime % second === 0 || known.mtime % second === 0;
	return isCoarse ? Math.floor(row.mtime / second) === Math.floor(known.mtime / second) : row.mtime === known.mtime;
}

function entryOf({ name, size, mtime, etag }: FileRow): Entry {
	return { name, size, mtime, etag, inode: null };
}

/** Keeps only the storage's fields of a registered file, which also has some of the catalogue. */
function withoutRole({ name, size, mtime, ctime, etag, inode }: Entry): Entry {
	return { name, size, mtime, ...(ctime === undefined ? {} : { ctime }), etag, inode };
}
