import { StorageError } from "#lib/errors.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import { joinPath } from "#lib/storage/path.ts";
import {
	type Entry,
	type LeftOut,
	type Listable,
	type Lister,
	type Listing,
	type Problem,
	problemOf,
	type Registered,
	type Unclear,
} from "#lib/storage/storage.ts";
import { thrownLater } from "#lib/sync/parallel.ts";
import { type Ancestor, maxDepth, OwnAncestors, shapeOf } from "./own-ancestor.ts";
import { withStorablePaths } from "./storable-paths.ts";

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
	/** What in it could not be examined: the rest of it was. */
	readonly unclear: readonly Unclear[];
	readonly leftOut?: LeftOut;
	/** Names of its files that are there without symbolic links; left out: all of them. */
	readonly plainNames?: ReadonlySet<string>;
}

export interface ScanOptions {
	/** The source's root, relative to the storage's. */
	readonly root: string;
	readonly symlinks: "skip" | "follow";
	/** Digests of folders as they were; a folder that still has its digest comes without files. */
	readonly known: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;
	/** Files of a folder as they were last seen, for storages whose listings give sizes and times roughly. */
	readonly knownFiles?: (path: string) => Promise<readonly Entry[]>;
	/** What of a folder is registered; see `ListOptions`. */
	readonly registered?: (path: string) => Promise<Registered>;
	/** Which of a folder's names have to be known exactly; see `ListOptions`. */
	readonly needed?: (path: string, names: readonly string[]) => Promise<ReadonlySet<string>>;
	/** Whether the root was listed before (`ListOptions.wasThere`). */
	readonly rootWasThere?: () => Promise<boolean>;
	/** Makes unclear what the source's rules cannot decide. */
	readonly decide?: (path: string, listing: Listing) => Listing;
	/** See `ScannedFolder`; null: all names are. A folder of which it cannot be found out is one that could not be listed. */
	readonly plainNames?: (path: string, files: readonly Entry[]) => Promise<ReadonlySet<string> | null>;
	readonly signal: AbortSignal;
	/** Where to begin instead of at the root; the last one is listed first. */
	readonly from?: readonly Pending[];
	/** Called before each batch, after the last but one was dealt with: may take out some of the folders still to be listed. */
	readonly rebalance?: (pending: Pending[]) => Promise<void>;
	/** A folder of which some names could not be examined counts as one that could not be listed. */
	readonly whole?: boolean;
}

/** Folders that were listed, and what could not be: that, and all below it, is unknown (rule 11). */
export interface ScanBatch {
	readonly folders: readonly ScannedFolder[];
	readonly failures: readonly ListFailure[];
	/** Folders that were not entered, as they are ones above them once more. */
	readonly notes: readonly Problem[];
}

export interface ListFailure {
	readonly problem: Problem;
	/** The folder that could not be listed; null: just a name in one that could. */
	readonly folder: Pending | null;
}

/** A folder still to be listed, with all below it. */
export interface Pending {
	readonly path: string;
	readonly parent: string | null;
	/** The folders that the walk came through, as far as it is known. */
	readonly above?: Ancestor;
}

/** Folders per batch: enough to keep every thread and connection busy. */
const maxFoldersPerBatch = 128;
const foldersInFirstBatch = 8;
/** A batch takes about so long where listing is slow: folders can be given away only between batches. */
const batchMs = 300;
/** A batch has about so many files: few enough to hold some batches in memory. */
const filesPerBatch = 4000;

/**
 * Rule 1: walks a source, depth first, some folders at a time, in constant memory (but for the names of the folders
 * still to be visited). One listing per folder; the first is the root alone. While a batch comes to its end, and while the
 * caller deals with it, the next one is listed: no connection waits for the slowest.
 * @throws StorageError when the root itself cannot be listed: then the whole source is unknown.
 */
export async function* scan(storage: Listable, options: ScanOptions): AsyncGenerator<ScanBatch> {
	const stopped = new AbortController();
	const signal = AbortSignal.any([options.signal, stopped.signal]);
	const walk = storage.startWalk?.() ?? storage;
	const ancestors = new OwnAncestors(storage, { symlinks: options.symlinks, signal });
	const slots = new Semaphore(storage.parallel);
	const pending: Pending[] = [...(options.from ?? [{ path: options.root, parent: null }])];
	const list = async (batch: readonly Pending[]): Promise<ScanBatch> => {
		const known = await options.known(batch.map(({ path }) => path));
		const listing = (folder: Pending) => () =>
			listOne({ walk, ancestors }, folder, known.get(folder.path) ?? null, { ...options, signal });
		const results = await Promise.all(batch.map((folder) => slots.run(listing(folder), { signal })));
		return {
			folders: results.filter((result) => "digest" in result),
			failures: results.filter((result) => "problem" in result),
			notes: results.flatMap((result) => ("note" in result ? [result.note] : [])),
		};
	};
	let size = foldersInFirstBatch;
	let underWay: BatchUnderWay | null = null;
	let lastEnded = 0;
	try {
		for (;;) {
			if (pending.length > 0) await options.rebalance?.(pending);
			const batch = pending.splice(-size);
			if (batch.length === 0 && underWay === null) return;
			const next: BatchUnderWay | null =
				batch.length === 0 ? null : { batch, began: performance.now(), listed: thrownLater(list(batch)) };
			if (underWay !== null) {
				const listed = await underWay.listed;
				pushBelow(pending, listed.folders, underWay.batch);
				// Alone: while the batch before it came to its end this one had to share the connections.
				const tookMs = performance.now() - Math.max(underWay.began, lastEnded);
				lastEnded = performance.now();
				size = nextSize(size, listed, { count: underWay.batch.length, tookMs, parallel: storage.parallel });
				yield listed;
			}
			underWay = next;
		}
	} finally {
		stopped.abort(new Error("The rest of the scan is not wanted."));
	}
}

interface BatchUnderWay {
	readonly batch: readonly Pending[];
	readonly began: number;
	readonly listed: Promise<ScanBatch>;
}

/** Backwards, so that the stack gives them out in order. */
function pushBelow(pending: Pending[], folders: readonly ScannedFolder[], batch: readonly Pending[]): void {
	const aboveByPath = new Map(batch.map(({ path, above = null }) => [path, above]));
	for (const { path, digest, folders: names } of folders.toReversed()) {
		const above = { path, shape: shapeOf(digest), above: aboveByPath.get(path) ?? null };
		for (const name of names.toReversed()) pending.push({ path: joinPath(path, name), parent: path, above });
	}
}

interface BatchListed {
	readonly count: number;
	readonly tookMs: number;
	readonly parallel: number;
}

function nextSize(size: number, { folders }: ScanBatch, { count, tookMs, parallel }: BatchListed): number {
	// Folders that are as known bring no files; others bring about as many as the last ones did.
	const files = folders.reduce((sum, folder) => sum + (folder.files?.length ?? 0), 0);
	const inTime = Math.max(parallel, (count * batchMs) / tookMs);
	const fewEnough = (folders.length * filesPerBatch) / Math.max(files, 1);
	return Math.max(1, Math.floor(Math.min(size * 2, maxFoldersPerBatch, inTime, fewEnough)));
}

interface Listers {
	readonly walk: Lister;
	readonly ancestors: OwnAncestors;
}

async function listOne(
	{ walk, ancestors }: Listers,
	folder: Pending,
	knownDigest: string | null,
	options: ScanOptions,
): Promise<ScannedFolder | ListFailure | { readonly note: Problem }> {
	const { path, parent, above = null } = folder;
	if (parent !== null && path.split("/").length > maxDepth) return { problem: tooDeep(path), folder };
	const { symlinks, knownFiles, registered, needed, whole, signal } = options;
	let listing: Listing;
	let plainNames: ReadonlySet<string> | null;
	try {
		const remembered = knownFiles === undefined ? {} : { knownFiles: () => knownFiles(path) };
		const wanted = needed === undefined ? {} : { needed: (names: readonly string[]) => needed(path, names) };
		const there = registered === undefined ? {} : { registered: () => registered(path) };
		const wasThere = parent === null && options.rootWasThere ? { wasThere: options.rootWasThere } : {};
		const listed = await walk.list(path, {
			symlinks,
			knownDigest,
			...remembered,
			...wanted,
			...there,
			...wasThere,
			signal,
		});
		const storable = withStorablePaths(path, listed);
		listing = options.decide?.(path, storable) ?? storable;
		plainNames = (await options.plainNames?.(path, listing.files ?? [])) ?? null;
	} catch (error) {
		if (!(error instanceof StorageError) || parent === null) throw error;
		return { problem: problemOf(error), folder };
	}
	const itself = await ancestors.find(path, listing, above);
	if (itself !== null) {
		const message = `${path} is ${itself || "the root"} once more, file by file: the server shows a folder that contains itself. It is not entered; take the link out that leads there.`;
		const note: Problem = { path, code: "io", message };
		// What was found below it before is not gone.
		return whole || knownDigest !== null ? { problem: note, folder } : { note };
	}
	const [unclear] = listing.unclear;
	if (!whole || unclear === undefined) return { path, parent, ...listing, ...(plainNames ? { plainNames } : {}) };
	return { problem: { path, code: unclear.code, message: unclear.message }, folder };
}

function tooDeep(path: string): Problem {
	const message = `${path} is more than ${maxDepth} folders deep, and nothing in it is examined. If a link leads back up there, take it out.`;
	return { path, code: "io", message };
}
