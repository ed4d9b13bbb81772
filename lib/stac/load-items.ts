import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { metadataNameOf, metadataPathFor } from "#lib/catalog/metadata-place.ts";
import { documentFormat } from "#lib/catalog/publications/served.ts";
import type { datasets } from "#lib/catalog/schema/dataset-schema.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { containers, sources, storages } from "#lib/catalog/schema/schema.ts";
import type { DatasetState, Footprint, Instant } from "#lib/metadata/metadata.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { ItemFile } from "./assets.ts";
import { etagOf } from "./etag.ts";
import { hrefOf, schemeOf } from "./hrefs.ts";
import { type StacItem, type StorageScheme, stacItem } from "./item.ts";
import type { StacUrls } from "./links.ts";

/** Reads items of published containers: many with two statements, each as the document that is served. */

export interface ItemKey {
	readonly containerId: number;
	readonly datasetId: number;
}

export interface LoadedItem extends ItemKey {
	readonly document: StacItem;
	/** Of HTTP, with its quotes. */
	readonly etag: string;
	/** When the dataset became what it is; a change of how its collection is published is not in it. */
	readonly updatedAt: Instant;
	readonly footprint: Footprint;
	/** Until when its addresses are good; null: for good. */
	readonly expires: Instant | null;
}

/** A storage as it is stored. */
export type StoredStorageRow = Pick<typeof storages.$inferSelect, "id" | "name" | "config" | "sealed">;

/** An address that is good for a while without keys. */
export interface SignedHref {
	readonly href: string;
	readonly expires: Instant;
}

/** Signs addresses of one storage: of the file at this path. */
export type HrefSigner = (path: string) => SignedHref;

export interface LoadOptions {
	readonly urls: StacUrls;
	/** For storages with `sign`; null: it cannot sign (now), and its addresses are plain ones. Left out: nothing is signed. */
	readonly signerOf?: ((storage: StoredStorageRow) => Promise<HrefSigner | null>) | undefined;
}

/** In the order of the keys; those that are no items any more are left out. Who may read them is the caller's to know. */
export async function loadItems(
	sql: Sql | Transaction,
	keys: readonly ItemKey[],
	options: LoadOptions,
): Promise<readonly LoadedItem[]> {
	if (keys.length === 0) return [];
	const rows = await itemRows(sql, keys);
	const places = new Set(
		rows.flatMap(({ storageId, metadataStorageId }) => [storageId, metadataStorageId ?? storageId]),
	);
	const stored = new Map((await storageRows(sql, [...places])).map((row) => [row.id, row]));
	const signers = new Map<number, HrefSigner | null>();
	for (const row of stored.values()) {
		const signs = row.config.type === "s3" && row.config.sign !== undefined;
		if (signs && options.signerOf !== undefined) signers.set(row.id, await options.signerOf(row));
	}
	return rows.map((row) => loadedItem(row, { stored, signers, urls: options.urls }));
}

type ItemRow = Pick<typeof items.$inferSelect, "containerId" | "datasetId" | "etag" | "createdAt" | "updatedAt"> &
	Pick<typeof datasets.$inferSelect, "storageId" | "path" | "directory"> & {
		readonly collection: typeof containers.$inferSelect.eoId;
		readonly revision: typeof containers.$inferSelect.publicationRevision;
		/** What has no version yet is no item. */
		readonly state: DatasetState;
		readonly files: readonly FileFingerprint[];
		/** Where metadata files are that are not beside the data file: of the source whose rules it was read by. */
		readonly metadataStorageId: typeof sources.$inferSelect.metadataStorageId;
		readonly metadataPath: typeof sources.$inferSelect.metadataPath | null;
		readonly sourcePath: typeof sources.$inferSelect.path | null;
	};

async function itemRows(sql: Sql | Transaction, keys: readonly ItemKey[]): Promise<readonly ItemRow[]> {
	const ids = keys.map(({ datasetId }) => datasetId);
	return sql<ItemRow[]>`
		select i.container_id as "containerId", i.dataset_id as "datasetId", i.etag, i.created_at as "createdAt", i.updated_at as "updatedAt",
			d.storage_id as "storageId", d.path, d.directory, c.eo_id as collection, c.publication_revision as revision,
			v.state, v.files,
			h.metadata_storage_id as "metadataStorageId", h.metadata_path as "metadataPath", h.path as "sourcePath"
		from unnest(${ids}::bigint[], ${keys.map(({ containerId }) => containerId)}::bigint[]) with ordinality k(dataset_id, container_id, n)
			join items i on i.dataset_id = k.dataset_id and i.container_id = k.container_id
			join datasets d on d.id = i.dataset_id join containers c on c.id = i.container_id join dataset_versions v on v.id = d.version_id
			left join sources h on h.id = d.home_source_id
		order by k.n`;
}

async function storageRows(sql: Sql | Transaction, ids: readonly number[]): Promise<readonly StoredStorageRow[]> {
	return sql<StoredStorageRow[]>`select id, name, config, sealed from storages where id = any(${ids as number[]})`;
}

interface Loading {
	readonly stored: ReadonlyMap<number, StoredStorageRow>;
	readonly signers: ReadonlyMap<number, HrefSigner | null>;
	readonly urls: StacUrls;
}

function loadedItem(row: ItemRow, { stored, signers, urls }: Loading): LoadedItem {
	const { containerId, datasetId, collection, state, createdAt, updatedAt } = row;
	const schemes = new Map<string, StorageScheme>();
	let expires: Instant | null = null;
	const files = row.files.map((file): ItemFile => {
		const { storageId, path } = placeOf(row, file);
		const storage = stored.get(storageId);
		if (storage === undefined) throw new Error(`The storage ${storageId} of a dataset is not there.`);
		const { name, role, size, checksum } = file;
		const scheme = schemeOf(storage.config);
		if (scheme !== null) schemes.set(storage.name, scheme);
		const known = { name, role, size, ...(checksum === undefined ? {} : { checksum }) };
		const signed = signers.get(storageId)?.(path);
		if (signed !== undefined && (expires === null || signed.expires < expires)) expires = signed.expires;
		return {
			...known,
			href: signed?.href ?? hrefOf({ ...known, path, config: storage.config }, { urls, collection, id: state.eoId }),
			...(signed === undefined ? {} : { expires: signed.expires }),
			...(scheme === null ? {} : { scheme: storage.name }),
		};
	});
	const document = stacItem(
		{ collection, state, createdAt, updatedAt, files, schemes: Object.fromEntries(schemes) },
		urls,
	);
	// What signed addresses say is until when they are good: another one with each window of signing.
	const { metadataStorageId, metadataPath, sourcePath } = row;
	const place = metadataStorageId === null ? [] : [metadataStorageId, metadataPath, sourcePath];
	const etag = etagOf([row.etag, row.revision, documentFormat, urls.origin, expires, ...place]);
	return { containerId, datasetId, document, etag, updatedAt, footprint: state.footprint, expires };
}

/** The storage and path of one of a dataset's files. */
export function placeOf(
	row: Pick<ItemRow, "storageId" | "directory" | "metadataStorageId" | "metadataPath" | "sourcePath">,
	{ name }: Pick<FileFingerprint, "name">,
): { readonly storageId: number; readonly path: string } {
	const { storageId, directory, metadataStorageId, metadataPath, sourcePath } = row;
	const elsewhere = metadataNameOf(name);
	if (elsewhere === null || metadataStorageId === null)
		return { storageId, path: joinPath(directory, elsewhere ?? name) };
	const folder = metadataPathFor(metadataPath ?? "", directory, sourcePath ?? "");
	return { storageId: metadataStorageId, path: joinPath(folder, elsewhere) };
}
