import { type ClaimedLook, endLook, type LookEnd, lookLeaseSeconds, renewLease } from "#lib/catalog/coverage/looks.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { closedAt, type Opening } from "#lib/catalog/pauses/hours.ts";
import { openingColumns } from "#lib/catalog/pauses/pauses.ts";
import { storable } from "#lib/catalog/storable.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import type { Lister } from "#lib/storage/storage.ts";
import { heldWork, WorkLostError } from "#lib/sync/held-work.ts";
import { refusedPath } from "#lib/sync/scan/storable-paths.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import { everyZarrStore, withSafeFolders } from "#lib/sync/storages/safe-folders.ts";
import { type ClassifiedFile, classifyFolder, holdsProduct } from "./classify-folder.ts";
import { type CoveringSources, coveringSources } from "./covering-sources.ts";
import { type KnownFiles, knownFiles, namedByDatasets } from "./known-files.ts";
import { type FolderListing, listFolders, type PendingFolder } from "./list-folders.ts";
import { findMetadataFolders } from "./metadata-folders.ts";
import { type LookedAt, type Portion, writePortion } from "./write-portion.ts";

interface LookOptions {
	readonly access: StorageAccess;
	readonly owner: string;
	readonly signal: AbortSignal;
	/** Called after each portion: what this look has found so far. */
	readonly onProgress?: (progress: LookProgress) => void;
}

export interface LookProgress {
	readonly folders: number;
	readonly entries: number;
	/** The last folder. */
	readonly current: string;
}

/** Folders at a time: as in a scan few at first, then as many as have about this many files. */
const maxFolders = 128;
const firstFolders = 8;
const filesPerPortion = 4000;

/**
 * Looks at what lies in a storage, folder by folder, until all of it was seen, its budget is used up, or it is to stop: what was found is
 * written portion by portion, and the next look goes on there. Nothing of any container is touched. Returns how it ended; null: another
 * process has taken it over.
 */
export async function lookAtStorage(
	database: Database,
	claimed: ClaimedLook,
	options: LookOptions,
): Promise<LookEnd | null> {
	const { owner, signal } = options;
	const own = { storageId: claimed.storageId, owner };
	return heldWork<LookEnd>(() => lookUntilEnd(database, claimed, options), {
		renewMs: (lookLeaseSeconds * 1000) / 4,
		renew: () => renewLease(database, own),
		signal,
		released: { outcome: "released", until: null },
		end: (end) => endLook(database, own, end),
	});
}

async function lookUntilEnd(
	database: Database,
	claimed: ClaimedLook,
	{ access, owner, signal, onProgress }: LookOptions,
): Promise<LookEnd> {
	const { storageId, name, config, sealed, look, goesOn } = claimed;
	const { sql } = database;
	const sources = await coveringSources(database, storageId);
	await using storage = await openStored(database, { id: storageId, name, config, sealed }, access);
	if (!goesOn) await begin(database, { storageId, owner, rules: sources.hash });
	await findMetadataFolders(database, storageId, goesOn);
	const lister: Lister = withSafeFolders(storage, everyZarrStore).startWalk?.() ?? storage;
	const began = performance.now();
	let size = firstFolders;
	for (;;) {
		signal.throwIfAborted();
		const pending = await sql<PendingFolder[]>`
			select id, path, parent, in_product as "inProduct" from coverage_pending where storage_id = ${storageId} order by id desc limit ${size}`;
		if (pending.length === 0) return { outcome: "complete" };
		const { listingsSeconds } = claimed;
		const listings = await listFolders(sql, pending, {
			storageId,
			lister,
			parallel: storage.parallel,
			sources,
			listingsSeconds,
			signal,
		});
		const portion = await examine(database, { storageId, look, sources }, pending, listings);
		const seconds = claimed.usedSeconds + Math.round((performance.now() - began) / 1000);
		const state = await sql.begin(async (tx) => {
			const entries = await writePortion(tx, portion);
			return renew(tx, { storageId, owner, seconds, folders: pending.length, entries });
		});
		onProgress?.({ folders: state.folders, entries: state.entries, current: pending.at(-1)?.path ?? "" });
		if (!state.hasMore) return { outcome: "complete" };
		if (state.cancelled) return { outcome: "cancelled" };
		const closed = closedAt(state, Date.now());
		if (closed !== null) return { outcome: "released", until: closed.until };
		if (seconds >= claimed.budgetSeconds || state.usedEntries >= claimed.budgetEntries) return { outcome: "partial" };
		const files = portion.lookedAt.reduce((sum, folder) => sum + folder.files.length, 0);
		size = Math.max(
			1,
			Math.floor(Math.min(size * 2, maxFolders, (pending.length * filesPerPortion) / Math.max(files, 1))),
		);
	}
}

interface Beginning {
	readonly storageId: number;
	readonly owner: string;
	readonly rules: string;
}

/** At the root. What was found before stays until the look comes to it. */
async function begin({ sql }: Database, { storageId, owner, rules }: Beginning): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`delete from coverage_pending where storage_id = ${storageId}`;
		await tx`delete from coverage_members where storage_id = ${storageId}`;
		await tx`insert into coverage_pending (storage_id, path) values (${storageId}, '')`;
		await tx`
			update coverage_looks set unfinished = true, rules = ${rules} where storage_id = ${storageId} and owner = ${owner}`;
	});
}

interface Examining {
	readonly storageId: number;
	readonly look: number;
	readonly sources: CoveringSources;
}

async function examine(
	{ sql }: Database,
	{ storageId, look, sources }: Examining,
	pending: readonly PendingFolder[],
	listings: Awaited<ReturnType<typeof listFolders>>,
): Promise<Portion> {
	const listed: { readonly folder: PendingFolder; readonly listing: FolderListing }[] = [];
	const failed: Portion["failed"][number][] = [];
	const gone: PendingFolder[] = [];
	for (const [i, folder] of pending.entries()) {
		const listing = listings[i] ?? null;
		if (listing === null) gone.push(folder);
		else if ("problem" in listing)
			failed.push({ pending: folder, problem: { ...listing.problem, message: storable(listing.problem.message) } });
		else listed.push({ folder, listing });
	}
	const paths = listed.map(({ folder }) => folder.path);
	const sourceIds = new Set(paths.flatMap((path) => sources.over(path).flatMap((rules) => rules.sources)));
	const containerIds = new Set(sources.all.flatMap(({ id, containerId }) => (sourceIds.has(id) ? [containerId] : [])));
	const known = await knownFiles(sql, {
		storageId,
		paths,
		sourceIds: [...sourceIds],
		containerIds: [...containerIds],
	});
	const first = listed.map(({ folder, listing }) => ({
		folder,
		listing,
		files: classified(sources, folder, listing, known),
	}));
	const more = await namedByDatasets(
		sql,
		storageId,
		first.flatMap(({ folder, listing, files }) => {
			const names = files.filter(({ class: one }) => isLeftOver(one)).map(({ entry }) => entry.name);
			const hasDatasets = (known.registered.get(folder.path)?.size ?? 0) > 0;
			return hasDatasets && names.length + listing.folders.length > 0 ? [{ path: folder.path, names }] : [];
		}),
	);
	const moreByFolder = Map.groupBy(more, ({ directory }) => directory);
	return {
		storageId,
		look,
		failed,
		gone,
		lookedAt: first.map(({ folder, listing, files }): LookedAt => {
			const named = new Set(moreByFolder.get(folder.path)?.map(({ name }) => name));
			const all = files.map((file) =>
				isLeftOver(file.class) && named.has(file.entry.name)
					? { ...file, class: "belonging" as const, sources: [], pattern: null }
					: file,
			);
			const prefix = folder.path === "" ? "" : `${folder.path}/`;
			const members = [...named].filter((name) => name.includes("/")).map((name) => prefix + name);
			const writable = all.map((file) =>
				refusedPath(folder.path, file.entry.name) === null ? file : { ...file, class: "unclear" as const },
			);
			return {
				pending: folder,
				folders: listing.folders.map((name) => prefix + name),
				files: writable,
				hidden: listing.skipped?.hidden ?? (listing.takenFrom === null ? 0 : null),
				links: listing.skipped?.links ?? (listing.takenFrom === null ? 0 : null),
				unclear: listing.unclear.length,
				takenFrom: listing.takenFrom,
				holdsProduct: holdsProduct(all),
				members: members.map((path) => ({ directory: folderOf(path), name: baseName(path) })),
			};
		}),
	};
}

function isLeftOver(one: ClassifiedFile["class"]): boolean {
	return one === "uncovered" || one === "unknown" || one === "other" || one === "excluded" || one === "links";
}

const none: ReadonlySet<string> = new Set();

function classified(
	sources: CoveringSources,
	{ path, inProduct }: PendingFolder,
	{ files, plainNames }: FolderListing,
	known: KnownFiles,
): readonly ClassifiedFile[] {
	return classifyFolder({
		folder: path,
		files,
		plainNames,
		rules: sources.over(path),
		registered: known.registered.get(path) ?? none,
		rejected: known.rejected.get(path) ?? none,
		waiting: known.waiting.get(path) ?? none,
		named: known.named.get(path) ?? none,
		inProduct,
	});
}

interface Renewal {
	readonly storageId: number;
	readonly owner: string;
	readonly seconds: number;
	readonly folders: number;
	readonly entries: number;
}

type RenewedRow = Opening & {
	readonly cancelled: boolean;
	readonly hasMore: boolean;
	readonly folders: number;
	readonly entries: number;
	readonly usedEntries: number;
};

/** @throws WorkLostError when another process has the look: nothing of the transaction stays. */
async function renew(tx: Transaction, { storageId, owner, seconds, folders, entries }: Renewal): Promise<RenewedRow> {
	const [row] = await tx<RenewedRow[]>`
		update coverage_looks k set lease_until = now() + make_interval(secs => ${lookLeaseSeconds}), used_seconds = ${seconds},
			used_entries = k.used_entries + ${entries}, folders = k.folders + ${folders}, entries = k.entries + ${entries}
		from storages st where k.storage_id = ${storageId} and st.id = k.storage_id and k.owner = ${owner} and k.state = 'running'
		returning k.cancel_requested_at is not null as cancelled, k.folders, k.entries, k.used_entries as "usedEntries", ${openingColumns(tx)},
			exists (select from coverage_pending p where p.storage_id = k.storage_id) as "hasMore"`;
	if (row === undefined) throw new WorkLostError();
	return row;
}
