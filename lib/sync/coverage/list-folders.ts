import type { Sql } from "#lib/catalog/database/database.ts";
import { withValues } from "#lib/catalog/database/with-values.ts";
import type { coveragePending } from "#lib/catalog/schema/coverage-schema.ts";
import type { directories } from "#lib/catalog/schema/dataset-schema.ts";
import { StorageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { baseName } from "#lib/paths.ts";
import { pathBelow } from "#lib/storage/path.ts";
import { type Entry, type LeftOut, type Lister, type Problem, problemOf, type Unclear } from "#lib/storage/storage.ts";
import { isZarrFolder } from "#lib/sync/match/product-names.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import { filesIn } from "#lib/sync/scan/folder-snapshot.ts";
import { maxDepth } from "#lib/sync/scan/own-ancestor.ts";
import { withStorablePaths } from "#lib/sync/scan/storable-paths.ts";
import type { CoveringSources } from "./covering-sources.ts";

export type PendingFolder = Pick<typeof coveragePending.$inferSelect, "id" | "path" | "parent" | "inProduct">;

/** What lies in a folder. */
export interface FolderListing {
	readonly folders: readonly string[];
	readonly files: readonly Entry[];
	/** Names of its files that are there without symbolic links; null: all of them. */
	readonly plainNames: ReadonlySet<string> | null;
	readonly unclear: readonly Unclear[];
	/** null: not known. */
	readonly skipped: LeftOut | null;
	/** Of the source whose last listing it is; null: it was listed now. */
	readonly takenFrom: Instant | null;
}

interface ListingOptions {
	readonly storageId: number;
	readonly lister: Lister;
	readonly parallel: number;
	readonly sources: CoveringSources;
	/** Listings of sources that are not older are taken. */
	readonly listingsSeconds: number;
	readonly signal: AbortSignal;
}

/**
 * Lists the folders, in their order. A problem where one cannot be listed; null where it is not there any more.
 * @throws StorageError when that is the root
 */
export async function listFolders(
	sql: Sql,
	folders: readonly PendingFolder[],
	{ storageId, lister, parallel, sources, listingsSeconds, signal }: ListingOptions,
): Promise<readonly (FolderListing | { readonly problem: Problem } | null)[]> {
	// A source that does not look for Zarr stores lists them as empty: its listings of them are of no use here.
	const paths = folders.map(({ path }) => path).filter((path) => !isZarrFolder(path));
	const taken = await takenListings(sql, { storageId, paths, listingsSeconds });
	return mapParallel(folders, parallel, async ({ path, parent }) => {
		const known = taken.get(path);
		if (known !== undefined) return known;
		if (path.split("/").length > maxDepth)
			return {
				problem: { path, code: "io", message: `It is more than ${maxDepth} folders deep: nothing in it is looked at.` },
			};
		try {
			return await listOne(lister, path, { sources, signal });
		} catch (error) {
			if (!(error instanceof StorageError) || parent === null) throw error;
			return error.code === "not-found" ? null : { problem: problemOf(error) };
		}
	});
}

async function listOne(
	lister: Lister,
	path: string,
	{ sources, signal }: Pick<ListingOptions, "sources" | "signal">,
): Promise<FolderListing> {
	const follows = sources.over(path).some(({ follow }) => follow);
	const followedBelow = sources.followedBelow(path);
	const list = async (symlinks: "skip" | "follow") => {
		const listing = withStorablePaths(path, await lister.list(path, { symlinks, signal }));
		// A Zarr store's listing has the metadata of its arrays, too.
		return { ...listing, files: listing.files?.filter(({ name }) => !name.includes("/")) ?? null };
	};
	if (!follows && followedBelow.length === 0) return { ...(await plain(() => list("skip"))), plainNames: null };
	const followed = await list("follow");
	const own = await plain(() => list("skip")).catch((error: unknown) => {
		// It is reached through a link itself.
		if (error instanceof StorageError && error.code === "not-found") return nothing;
		throw error;
	});
	const ownFolders = new Set(own.folders);
	const isOnTheWay = (name: string) => {
		const below = path === "" ? name : `${path}/${name}`;
		return followedBelow.some((root) => pathBelow(below, root) !== null);
	};
	const folders = followed.folders.filter((name) => ownFolders.has(name) || follows || isOnTheWay(name));
	const files = followed.files ?? [];
	const linkedFiles = files.length - own.files.length;
	const enteredLinks = folders.length - own.folders.length;
	const unclearLinks = Math.max(0, followed.unclear.length - own.unclear.length);
	const links = (own.skipped?.links ?? 0) - linkedFiles - enteredLinks - unclearLinks;
	return {
		...own,
		folders,
		files,
		plainNames: new Set(own.files.map(({ name }) => name)),
		unclear: followed.unclear,
		// A link that is followed is an entry of its own, and one that leads nowhere is unclear.
		skipped: own.skipped && { ...own.skipped, links: Math.max(0, links) },
	};
}

const nothing: Omit<FolderListing, "plainNames"> = {
	folders: [],
	files: [],
	unclear: [],
	skipped: null,
	takenFrom: null,
};

async function plain(list: () => ReturnType<Lister["list"]>): Promise<Omit<FolderListing, "plainNames">> {
	const { folders, files, unclear, leftOut } = await list();
	return { folders, files: files ?? [], unclear, skipped: leftOut ?? null, takenFrom: null };
}

interface Takeable {
	readonly storageId: number;
	readonly paths: readonly string[];
	readonly listingsSeconds: number;
}

type TakenRow = Pick<typeof directories.$inferSelect, "sourceId" | "path" | "listing"> & {
	readonly at: Instant | null;
	readonly children: readonly string[];
};

/**
 * The last listings of sources: of containers whose last run was a sync, listed everything without a problem, and wrote all it found.
 * Those of sources that follow links, or have their metadata elsewhere, are over more than the folder.
 */
async function takenListings(
	sql: Sql,
	{ storageId, paths, listingsSeconds }: Takeable,
): Promise<ReadonlyMap<string, FolderListing>> {
	if (listingsSeconds === 0) return new Map();
	const rows = await sql<TakenRow[]>`
		select distinct on (d.path) d.source_id as "sourceId", d.path, d.listing, r.scanned_at as at,
			array(select below.path from directories below where below.source_id = d.source_id and below.parent = d.path order by below.path collate "C") as children
		from sources s
			join containers c on c.id = s.container_id and c.deleted_at is null
			join lateral (select * from runs where container_id = c.id order by id desc nulls last limit 1) r on true
			join directories d on d.source_id = s.id and d.path = any(${paths as string[]})
		where s.storage_id = ${storageId} and not s.retired and s.symlinks = 'skip' and s.metadata_storage_id is null
			and r.kind = 'sync' and r.state = 'succeeded' and r.problems = 0 and r.notes = 0 and r.waiting = 0 and r.skipped = 0
			and r.scanned_at > now() - make_interval(secs => ${listingsSeconds}) and c.configured_at <= r.created_at
			and d.digest is not null and d.listing is not null
		order by d.path, r.scanned_at desc`;
	return new Map(
		rows.map((row) => {
			const { path, listing, at, children } = withValues(row, ["listing", "at"]);
			// A SAFE product's listing has the files of its sub-folders too, which are looked at by themselves.
			const files = filesIn(listing).filter(({ name }) => !name.includes("/"));
			const folders = children.map(baseName);
			return [path, { folders, files, plainNames: null, unclear: [], skipped: null, takenFrom: at }] as const;
		}),
	);
}
