import { hash } from "node:crypto";
import { join } from "node:path";
import type { Database } from "#lib/catalog/database/database.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { closedAt, type Opening } from "#lib/catalog/pauses/hours.ts";
import { openingColumns } from "#lib/catalog/pauses/pauses.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { type Env, readEnv } from "#lib/env.ts";
import { RejectedError, StorageError } from "#lib/errors.ts";
import { SlowFileError } from "#lib/metadata/gdal/ask-gdal.ts";
import type { ByteSource, DatasetState } from "#lib/metadata/metadata.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { fingerprint, sameContent } from "#lib/sync/match/fingerprint.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import { archivePictures } from "./archive-pictures.ts";
import { nodataOf, samplesToShow } from "./bands-to-show.ts";
import { isTiff, pixelDriver, pixelsByGdal } from "./gdal-pixels.ts";
import { isTooLarge, maxProductPicture, pictureFiles, pictureType, stacPicture } from "./picture-files.ts";
import { type Kept, type Picture, QuicklookCache } from "./quicklook-cache.ts";
import { renderInThread } from "./render-in-thread.ts";
import type { Rendered } from "./render-thread.ts";

/** Pixels of the longer side. */
export const quicklookSizes = { large: 512, small: 96 } as const;
export type QuicklookSize = keyof typeof quicklookSizes;

interface Quicklooks {
	readonly cache: QuicklookCache;
	readonly atOnce: Semaphore;
	/** By the storage's id: each takes one place at most, so one that does not answer leaves the others theirs. */
	readonly ofStorage: Map<number, Semaphore>;
	readonly underWay: Map<string, Promise<Pictures>>;
	/** Pictures that took too much time or memory, by key and size, and until when they are not tried again. */
	readonly tooCostly: Map<string, { readonly none: string; readonly until: number }>;
	readonly access: StorageAccess;
	/** What is read of a gzipped archive at most. */
	readonly gzippedBytes: number;
}

/** A process makes so many at once. */
const maxAtOnce = 2;
/** The time limit for a picture, with its wait for others, milliseconds. */
const makingTimeoutMs = 30_000;
/** A picture that took too much is tried again after so long; so many of them are remembered. */
const costlyPauseMs = 600_000;
const maxTooCostly = 10_000;
/** Raised when the same file would be shown otherwise. */
const pictureVersion = 3;
/** A larger one is no picture for a row of a list. */
const maxSmallPicture = 256 * 1024;
const maxItem = 1024 * 1024;

const byHome = new Map<string, Quicklooks>();

/** With the environment's cache and storages; null: quick-looks are off (`EOSYNC_QUICKLOOKS_MB=0`). */
function quicklooks(env: Env): Quicklooks | null {
	if (env.quicklookMegabytes === 0) return null;
	const kept = byHome.get(env.home);
	if (kept !== undefined) return kept;
	const opened = {
		cache: new QuicklookCache({ folder: join(env.home, "quicklooks"), maxBytes: env.quicklookMegabytes * 1e6 }),
		atOnce: new Semaphore(maxAtOnce),
		ofStorage: new Map(),
		underWay: new Map(),
		tooCostly: new Map(),
		access: storageAccess(env),
		gzippedBytes: env.tarGzMegabytes * 1024 * 1024,
	};
	byHome.set(env.home, opened);
	return opened;
}

/**
 * The picture of a dataset as a version has it: the one that its product brings, else one made of its pixels. A version whose file has
 * become another one has the picture that was made while it was there, or none. Storages are read as by a sync, but never for one.
 */
export async function quicklook(
	database: Database,
	version: number,
	size: QuicklookSize,
	env = readEnv(),
): Promise<Kept> {
	const opened = quicklooks(env);
	if (opened === null) return { none: "quick-looks are switched off" };
	const row = await versionRow(database, version);
	if (row === null) return { none: "the version is not known" };
	const { cache, underWay, tooCostly } = opened;
	const key = [row.id, pictureVersion, hash("sha256", JSON.stringify(row.files))].join(" ");
	const found = (await cache.get(`${key} ${size}`)) ?? (await cache.get(noneKey(key, size)));
	if (found !== null) return found;
	const costly = tooCostly.get(`${key} ${size}`);
	if (costly !== undefined && performance.now() < costly.until) return { none: costly.none };
	const leftAlone = whyLeftAlone(row);
	if (leftAlone !== null) return { none: leftAlone };
	const making = underWay.get(key) ?? make(database, opened, row, key).finally(() => underWay.delete(key));
	underWay.set(key, making);
	const made = (await making)[size];
	return "notNow" in made ? { none: made.notNow } : made;
}

/** Holds until the end of the day (UTC) that there is no picture: a product's own may come after its data. */
function noneKey(key: string, size: string): string {
	return `${key} ${size} ${new Date().toISOString().slice(0, 10)}`;
}

async function make(database: Database, opened: Quicklooks, row: VersionRow, key: string): Promise<Pictures> {
	const { cache, atOnce, ofStorage } = opened;
	const signal = AbortSignal.timeout(makingTimeoutMs);
	try {
		const own = ofStorage.get(row.storageId) ?? new Semaphore(1);
		ofStorage.set(row.storageId, own);
		const work = () => picturesOf(database, row, { ...opened, signal });
		const pictures = await own.run(() => atOnce.run(work, { signal }), { signal });
		for (const [size, picture] of Object.entries(pictures)) {
			if (!("notNow" in picture)) await cache.put("none" in picture ? noneKey(key, size) : `${key} ${size}`, picture);
			else if (picture.isCostly) remember(opened, `${key} ${size}`, picture.notNow);
		}
		return pictures;
	} catch (error) {
		if (signal.aborted) return both({ notNow: "its storage, or other pictures, take too long" });
		if (error instanceof StorageError) return both({ notNow: error.message });
		throw error;
	}
}

/** @param key with the size */
function remember({ tooCostly }: Quicklooks, key: string, none: string): void {
	if (tooCostly.size >= maxTooCostly) tooCostly.clear();
	tooCostly.set(key, { none, until: performance.now() + costlyPauseMs });
}

/** For pictures a storage is not asked while nothing else is asked of it by itself. */
function whyLeftAlone({ name, refused, ...opening }: VersionRow): string | null {
	const closed = closedAt(opening, Date.now());
	if (closed !== null) return `${name} is ${closed.reason === "paused" ? "paused" : "outside its hours"}`;
	return refused ? `${name} refused the log-in: it is tried again when the storage was edited or tested` : null;
}

interface VersionRow extends Opening {
	readonly id: number;
	readonly path: string;
	/** As the source says by whose rules it was read. */
	readonly symlinks: "skip" | "follow";
	readonly files: readonly FileFingerprint[];
	readonly state: DatasetState;
	readonly storageId: number;
	readonly name: StoredStorage["name"];
	readonly config: StoredStorage["config"];
	readonly sealed: StoredStorage["sealed"];
	/** The log-in: each further try could lock the account. */
	readonly refused: boolean;
}

async function versionRow({ sql }: Database, version: number): Promise<VersionRow | null> {
	const [row = null] = await sql<VersionRow[]>`
		select v.id, coalesce(d.path, c.path) as path, coalesce(s.symlinks, 'skip') as symlinks, v.files, v.state, st.id as "storageId", st.name, st.config, st.sealed, ${openingColumns(sql)},
			exists (select from storage_health h where h.storage_id = st.id and h.refused and st.updated_at <= h.probed_at) as refused
		from dataset_versions v left join datasets d on d.id = v.dataset_id left join changes c on c.id = v.id
		join storages st on st.id = coalesce(d.storage_id, c.storage_id) left join sources s on s.id = coalesce(d.home_source_id, c.source_id) where v.id = ${version}`;
	return row;
}

type Pictures = Readonly<Record<QuicklookSize, Kept | NotNow>>;

/** Another time it may be different, so nothing of it is kept. */
interface NotNow {
	readonly notNow: string;
	/** It exceeded the limits of time or memory. */
	readonly isCostly?: boolean;
}

async function picturesOf(
	database: Database,
	row: VersionRow,
	{ access, gzippedBytes, signal }: Pick<Quicklooks, "access" | "gzippedBytes"> & { readonly signal: AbortSignal },
): Promise<Pictures> {
	const { storageId: id, name, config, sealed, path, symlinks, files } = row;
	await using storage = await openStored(database, { id, name, config, sealed }, access);
	const [data] = files;
	const entry = await storage.stat(path, { signal, symlinks });
	if (entry === null || data === undefined) return both({ notNow: "its file is not there any more" });
	if (!sameContent(fingerprint(entry, "data"), data)) return both({ notNow: "its file has become another one since" });
	const beside = await productPicture(storage, row, signal);
	if (beside !== null && beside.bytes.byteLength <= maxSmallPicture) return both(beside);
	await using file = await storage.open(path, { signal, symlinks });
	const head = await file.read(0, Math.min(file.size, headLength), { signal });
	let own = beside;
	try {
		const archive = await archivePictures(file, head, { gzippedBytes, signal });
		try {
			own ??= archive?.own ?? null;
			if (own !== null && own.bytes.byteLength <= maxSmallPicture) return both(own);
			const made =
				archive === null
					? await rendered(storage, file, head, row, signal)
					: archive.raster === null
						? both({ none: `nothing in the archive ${baseName(path)} is a picture or a TIFF` })
						: await renderedMember(archive.raster, row, signal);
			return own === null ? made : { large: own, small: smallBeside(made.small) };
		} finally {
			archive?.close();
		}
	} catch (error) {
		// The sync judges files: what cannot be read has no picture, which is an ordinary state.
		if (!(error instanceof RejectedError)) throw error;
		const none = error instanceof SlowFileError ? { notNow: error.message, isCostly: true } : { none: error.message };
		return own === null ? both(none) : { large: own, small: smallBeside(none) };
	}
}

/** The small picture where the product's own is too large to be one; why there is none may be another next time. */
function smallBeside(made: Kept | NotNow): Kept | NotNow {
	return "none" in made ? { none: tooLargeForList } : made;
}

const headLength = 4096;
const tooLargeForList = "the picture that its product brings is too large for a list";

function both(one: Kept | NotNow): Pictures {
	return { large: one, small: one };
}

async function rendered(
	storage: Storage,
	file: ByteSource,
	head: Uint8Array,
	row: VersionRow,
	signal: AbortSignal,
): Promise<Pictures> {
	const result = await renderedFile(file, head, row, signal);
	// External overviews (GDAL) are a TIFF of their own.
	const overviews = row.files.find(({ role, name }) => role === "other" && /\.ovr$/i.test(name));
	if (!("none" in result && result.wantsOverviews && overviews !== undefined)) return asPictures(result);
	const path = joinPath(folderOf(row.path), overviews.name);
	await using other = await storage.open(path, { signal, symlinks: row.symlinks });
	return asPictures(await renderTiff(other, row, signal));
}

async function renderedMember(member: ByteSource, row: VersionRow, signal: AbortSignal): Promise<Pictures> {
	const head = await member.read(0, Math.min(member.size, headLength), { signal });
	return asPictures(await renderedFile(member, head, row, signal));
}

function asPictures(made: Rendered): Pictures {
	if ("none" in made) return both(made.isForNow ? { notNow: made.none, isCostly: true } : { none: made.none });
	const [first, second] = made.pictures.map((bytes) => ({ type: "image/png", bytes }) as const);
	return first === undefined || second === undefined
		? both({ none: "it cannot be shown" })
		: { large: first, small: second };
}

/** TIFFs by the package geotiff, other formats, and what it does not unpack, by GDAL. */
async function renderedFile(
	file: ByteSource,
	head: Uint8Array,
	row: VersionRow,
	signal: AbortSignal,
): Promise<Rendered> {
	if (isTiff(head)) {
		const made = await renderTiff(file, row, signal);
		if (!("none" in made && made.wantsGdal)) return made;
	}
	const driver = isTiff(head) ? "GTiff" : pixelDriver(head);
	if (driver === null)
		return {
			none: `pictures are made of GeoTIFFs and of some formats that GDAL reads, and ${baseName(file.name)} is none of them`,
		};
	const wanted = { longest: quicklookSizes.large, samples: samplesToShow(row.state.bands) };
	const pixels = await pixelsByGdal(file, driver, wanted, signal);
	const tiff = {
		size: pixels.length,
		read: async (offset: number, length: number) => pixels.subarray(offset, offset + length),
	};
	// Only the bands that are shown are in it.
	return renderTiff(
		tiff,
		row,
		signal,
		wanted.samples.map((_, index) => index),
	);
}

async function renderTiff(
	file: Pick<ByteSource, "size" | "read">,
	{ state }: VersionRow,
	signal: AbortSignal,
	samples = samplesToShow(state.bands),
): Promise<Rendered> {
	const { large, small } = quicklookSizes;
	return await renderInThread(
		{ size: file.size, read: (offset, length) => file.read(offset, length, { signal }) },
		{ longest: large, further: [small], samples, nodata: nodataOf(state.bands) },
	);
}

async function productPicture(storage: Storage, row: VersionRow, signal: AbortSignal): Promise<Picture | null> {
	const named = await stacPictureOf(storage, row, signal);
	for (const path of [...(named === null ? [] : [named]), ...pictureFiles(row.path)]) {
		const bytes = await smallFile(storage, path, { max: maxProductPicture, symlinks: row.symlinks, signal });
		const type = bytes === null ? null : pictureType(bytes);
		if (bytes !== null && type !== null && !isTooLarge(bytes)) return { type, bytes };
	}
	return null;
}

async function stacPictureOf(
	storage: Storage,
	{ path, symlinks, files }: VersionRow,
	signal: AbortSignal,
): Promise<string | null> {
	const item = files.find(({ role, name }) => role === "metadata" && name.endsWith(".json"));
	if (item === undefined) return null;
	const itemPath = joinPath(folderOf(path), item.name);
	const bytes = await smallFile(storage, itemPath, { max: maxItem, symlinks, signal });
	if (bytes === null) return null;
	try {
		return stacPicture(JSON.parse(new TextDecoder().decode(bytes)), itemPath);
	} catch (error) {
		// Another JSON document than STAC's, or damaged: the sync says so where it matters.
		if (error instanceof SyntaxError || error instanceof StorageError) return null;
		throw error;
	}
}

/** The whole file; null: there is none, or it is larger. */
async function smallFile(
	storage: Storage,
	path: string,
	{ max, symlinks, signal }: { readonly max: number; readonly signal: AbortSignal } & Pick<VersionRow, "symlinks">,
): Promise<Uint8Array | null> {
	const entry = await storage.stat(path, { signal, symlinks });
	if (entry === null || entry.size === 0 || entry.size > max) return null;
	await using file = await storage.open(path, { signal, symlinks });
	return await file.read(0, file.size, { signal });
}
