import { baseName } from "#lib/paths.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { byName, joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Entry, Lister, Listing, ListOptions, Storage, Unclear } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import type { Matcher } from "#lib/sync/match/match.ts";
import {
	isSafeFolder,
	isSafeManifest,
	isZarrFolder,
	zarrFolderOf,
	zarrManifests,
} from "#lib/sync/match/product-names.ts";

/** For looks over everything: of each Zarr store the metadata, never its chunks. */
export const everyZarrStore: Pick<Matcher, "matches"> = { matches: (path) => zarrFolderOf(path) !== null };

/** A product has some twenty folders and at most a few hundred files; what has more is walked as any folder. */
const limits = { folders: 200, files: 5000 };
/** Listings kept until the scan comes to them. */
const maxKept = 2 * limits.folders;

/**
 * A storage to whose walks a Zarr store is a folder with nothing but its metadata, or an empty one where the source does not look for it.
 * A SAFE folder with a manifest that the source looks for is one folder: its listing has the files
 * of all its sub-folders too (`measurement/hh.tiff`), and its digest is over all of them. So a member that changes is seen
 * as a change of the product's folder; a product of which a folder cannot be listed is not listed (rule 11). Each folder
 * is still listed once: the walk, which comes to the sub-folders next, gets what was listed already.
 */
export function withSafeFolders(storage: Storage, matcher: Pick<Matcher, "matches">): Storage {
	return wrapStorage(storage, {
		instead: { startWalk: () => safeWalk(storage, storage.startWalk?.() ?? storage, matcher) },
	});
}

function safeWalk(storage: Storage, walk: Lister, matcher: Pick<Matcher, "matches">): Lister {
	const kept = new Map<string, Listing>();
	const keep = (path: string, listing: Listing) => {
		kept.set(path, listing);
		const [oldest] = kept.keys();
		if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
	};
	return {
		list: async (path, options) => {
			const listed = kept.get(path);
			if (listed !== undefined) {
				kept.delete(path);
				return ifChanged(listed, options);
			}
			if (isZarrFolder(path)) {
				const store = await listStore(storage, path, { matcher, options });
				if (store !== null) return ifChanged(store, options);
				if (await isStore(storage, path, options)) return ifChanged(unmatchedStore, options);
			}
			if (!isSafeFolder(baseName(path))) return walk.list(path, options);
			const own = await walk.list(path, { ...options, knownDigest: null });
			const isProduct = own.files?.some(({ name }) => isSafeManifest(name) && matcher.matches(joinPath(path, name)));
			const below = isProduct ? await listBelow(walk, path, own, options) : null;
			if (below === null) return ifChanged(own, options);
			// What is unclear is reported with the product.
			for (const [name, listing] of below) keep(joinPath(path, name), { ...listing, unclear: [] });
			return ifChanged(merged(own, below), options);
		},
	};
}

interface StoreListing {
	readonly matcher: Pick<Matcher, "matches">;
	readonly options: ListOptions;
}

/** The listing of a Zarr store for a source that does not look for it: its chunks are not walked for other patterns. */
const unmatchedStore: Listing = { digest: digestOf([], []), folders: [], files: [], unclear: [] };

async function isStore(storage: Storage, path: string, { symlinks, signal }: ListOptions): Promise<boolean> {
	for (const name of zarrManifests) {
		if ((await storage.stat(joinPath(path, name), { symlinks, signal })) !== null) return true;
	}
	return false;
}

/** Of a Zarr store that is not consolidated; what has more arrays should be. */
const maxArrays = 200;

/**
 * A Zarr store that the source looks for, without its chunks, of which there may be millions: the file that tells of it, asked for by
 * name, and of a store that is not consolidated those of its arrays. null: there is none.
 */
async function listStore(storage: Storage, path: string, { matcher, options }: StoreListing): Promise<Listing | null> {
	const { symlinks, signal } = options;
	const names = zarrManifests.filter((name) => matcher.matches(joinPath(path, name)));
	const files: Entry[] = [];
	const add = async (name: string) => {
		const entry = await storage.stat(joinPath(path, name), { symlinks, signal });
		if (entry !== null) files.push({ ...entry, name });
		return entry !== null;
	};
	let manifest: string | undefined;
	for (const name of names) {
		if (manifest === undefined && (await add(name))) manifest = name;
	}
	if (manifest === undefined) return null;
	if (manifest !== ".zmetadata") await add(".zattrs");
	if (manifest === "zarr.json" || manifest === ".zgroup") {
		const listed = await storage.list(path, { symlinks, signal });
		// It comes from a look through the storage that asked for all this.
		if (listed.files?.some(({ name }) => name.includes("/"))) return listed;
		const { folders } = listed;
		for (const folder of folders.slice(0, maxArrays)) {
			if (manifest === "zarr.json") await add(`${folder}/zarr.json`);
			else if (await add(`${folder}/.zarray`)) await add(`${folder}/.zattrs`);
		}
	}
	files.sort(byName);
	return { digest: digestOf([], files), folders: [], files, unclear: [] };
}

/** Lists everything by its path relative to the product's folder; null when there is too much. */
async function listBelow(
	walk: Lister,
	path: string,
	own: Listing,
	options: ListOptions,
): Promise<ReadonlyMap<string, Listing> | null> {
	const below = new Map<string, Listing>();
	const pending = [...own.folders];
	let files = 0;
	for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
		if (below.size === limits.folders) return null;
		const listing = await walk.list(joinPath(path, name), optionsBelow(name, options));
		below.set(name, listing);
		files += listing.files?.length ?? 0;
		if (files > limits.files) return null;
		pending.push(...listing.folders.map((folder) => `${name}/${folder}`));
	}
	return below;
}

/** A sub-folder's registered files are among the product's. */
function optionsBelow(
	name: string,
	{ knownFiles, registered, knownDigest: _, needed: __, wasThere: ___, ...rest }: ListOptions,
): ListOptions {
	const known = knownFiles && { knownFiles: async () => filesIn(name, await knownFiles()) };
	const there = registered && {
		registered: async () => {
			const { files } = await registered();
			return { files: filesIn(name, files), folders: foldersIn(name, files) };
		},
	};
	return { ...rest, ...known, ...there };
}

function filesIn(name: string, files: readonly Entry[]): readonly Entry[] {
	return files.flatMap((entry) => {
		const below = pathBelow(name, entry.name);
		return below === null || below.includes("/") ? [] : [{ ...entry, name: below }];
	});
}

/** Those that files of the product lie in. */
function foldersIn(name: string, files: readonly Entry[]): readonly string[] {
	const folders = files.flatMap((entry) => {
		const [first, ...further] = pathBelow(name, entry.name)?.split("/") ?? [];
		return first === undefined || further.length === 0 ? [] : [first];
	});
	return [...new Set(folders)];
}

function merged(own: Listing, below: ReadonlyMap<string, Listing>): Listing {
	const names = [...below.keys()].sort();
	const files: Entry[] = [...(own.files ?? [])];
	const unclear: Unclear[] = [...own.unclear];
	for (const name of names) {
		for (const entry of below.get(name)?.files ?? []) files.push({ ...entry, name: `${name}/${entry.name}` });
		for (const one of below.get(name)?.unclear ?? []) unclear.push({ ...one, name: `${name}/${one.name}` });
	}
	files.sort(byName);
	const digest = digestOf([own.digest, ...names.map((name) => `${name}/${below.get(name)?.digest}`)], []);
	return { ...own, digest, files, unclear };
}

function ifChanged(listing: Listing, { knownDigest }: ListOptions): Listing {
	return listing.digest === knownDigest ? { ...listing, files: null } : listing;
}
