import { StorageError, type StorageErrorCode } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Listing, Problem, Storage } from "#lib/storage/storage.ts";

/** A completely listed folder. */
export interface ScannedFolder {
	/** Relative to the storage's root. */
	readonly path: string;
	/** null for the source's root. */
	readonly parent: string | null;
	readonly digest: string;
	readonly folders: readonly string[];
	/** null: as known (its digest is the known one). */
	readonly files: readonly Entry[] | null;
	/** Names in it that could not be examined: the rest of it was. */
	readonly problems: readonly Problem[];
}

export interface ScanOptions {
	/** The source's root, relative to the storage's. */
	readonly root: string;
	readonly symlinks: "skip" | "follow";
	/** Digests of folders as they were; a folder that still has its digest comes without files. */
	readonly known: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;
	/** Files of a folder as they were last seen, for storages whose listings are rounded. */
	readonly knownFiles?: (path: string) => Promise<readonly Entry[]>;
	readonly signal: AbortSignal;
}

/** Folders that were listed, and what could not be: those folders, and all below them, are unknown (rule 11). */
export interface ScanBatch {
	readonly folders: readonly ScannedFolder[];
	readonly problems: readonly Problem[];
}

/** As much of a storage as a scan needs. */
export type Listable = Pick<Storage, "list" | "parallel">;

interface Pending {
	readonly path: string;
	readonly parent: string | null;
}

/** Folders per batch, at most: enough to keep every thread and connection busy. */
const maxFolders = 128;
/** Files per batch, about: few enough to hold in memory. */
const fewFiles = 6000;

/**
 * Rule 1: walks a source, depth first, some folders at a time, in constant memory (but for the names of the folders
 * still to be visited). One listing per folder; the first is the root alone.
 * @throws StorageError when the root itself cannot be listed: then the whole source is unknown.
 */
export async function* scan(storage: Listable, options: ScanOptions): AsyncGenerator<ScanBatch> {
	const pending: Pending[] = [{ path: options.root, parent: null }];
	for (let size = 8; pending.length > 0; ) {
		const batch = pending.splice(-size);
		const known = await options.known(batch.map(({ path }) => path));
		const results = await mapParallel(batch, storage.parallel, (folder) =>
			listOne(storage, folder, known.get(folder.path) ?? null, options),
		);
		const folders = results.filter((result) => "digest" in result);
		// Backwards, so that the stack gives them out in order.
		for (const folder of folders.toReversed()) {
			for (const name of folder.folders.toReversed())
				pending.push({ path: joinPath(folder.path, name), parent: folder.path });
		}
		const problems = results.flatMap((result) => ("digest" in result ? result.problems : [result]));
		// Folders that are as known bring no files; others bring about as many as the last ones did.
		const files = folders.reduce((sum, folder) => sum + (folder.files?.length ?? 0), 0);
		size = Math.max(1, Math.min(size * 2, maxFolders, Math.floor((folders.length * fewFiles) / Math.max(files, 1))));
		yield { folders, problems };
	}
}

async function listOne(
	storage: Listable,
	{ path, parent }: Pending,
	knownDigest: string | null,
	options: ScanOptions,
): Promise<ScannedFolder | Problem> {
	const { symlinks, knownFiles, signal } = options;
	let listing: Listing;
	try {
		const remembered = knownFiles === undefined ? {} : { knownFiles: () => knownFiles(path) };
		listing = await storage.list(path, { symlinks, knownDigest, ...remembered, signal });
	} catch (error) {
		if (!(error instanceof StorageError) || parent === null) throw error;
		return problemOf(error);
	}
	return { path, parent, ...listing };
}

export function problemOf(error: StorageError): Problem {
	const code: StorageErrorCode = error.code;
	return { path: error.path, code, message: error.message };
}

/** Results in the order of the items, at most `limit` calls at once. */
export async function mapParallel<T, R>(
	items: readonly T[],
	limit: number,
	call: (item: T) => Promise<R>,
): Promise<R[]> {
	const results = new Array<R>(items.length);
	let next = 0;
	const lane = async () => {
		while (next < items.length) {
			const index = next++;
			results[index] = await call(items[index] as T);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
	return results;
}
