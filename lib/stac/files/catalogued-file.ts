import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { Opening } from "#lib/catalog/pauses/hours.ts";
import { openingColumns } from "#lib/catalog/pauses/pauses.ts";
import type { datasets } from "#lib/catalog/schema/dataset-schema.ts";
import type { sources, storages } from "#lib/catalog/schema/schema.ts";
import { placeOf } from "#lib/stac/load-items.ts";

/** A file that belongs to a dataset, and the storage it is on. Nothing else is ever handed out. */
export interface CataloguedFile {
	readonly file: FileFingerprint;
	/** Relative to the storage's root. */
	readonly path: string;
	readonly symlinks: "skip" | "follow";
	readonly storage: ServingStorage;
}

export type ServingStorage = Pick<typeof storages.$inferSelect, "id" | "name" | "config" | "sealed"> &
	Opening & {
		/** It refused the log-in: each further try could lock the account. */
		readonly refused: boolean;
	};

type DatasetRow = Pick<typeof datasets.$inferSelect, "storageId" | "directory"> & {
	readonly files: readonly FileFingerprint[];
	readonly symlinks: typeof sources.$inferSelect.symlinks;
	readonly metadataStorageId: typeof sources.$inferSelect.metadataStorageId;
	readonly metadataPath: typeof sources.$inferSelect.metadataPath | null;
	readonly sourcePath: typeof sources.$inferSelect.path | null;
};

/** @param name as the catalogue has it, relative to the folder of the data file; null: it is no file of the dataset */
export async function cataloguedFile(
	sql: Sql | Transaction,
	{ dataset, name }: { readonly dataset: number; readonly name: string },
): Promise<CataloguedFile | null> {
	const [row] = await sql<DatasetRow[]>`
		select d.storage_id as "storageId", d.directory, ${datasetFiles(sql)} as files, coalesce(h.symlinks, 'skip') as symlinks,
			h.metadata_storage_id as "metadataStorageId", h.metadata_path as "metadataPath", h.path as "sourcePath"
		from datasets d ${currentVersion(sql)} left join sources h on h.id = d.home_source_id where d.id = ${dataset} and d.archived_at is null`;
	const file = row?.files.find((one) => one.name === name);
	if (row === undefined || file === undefined) return null;
	const { storageId, path } = placeOf(row, file);
	const [storage] = await sql<ServingStorage[]>`
		select st.id, st.name, st.config, st.sealed, ${openingColumns(sql)},
			exists (select from storage_health h where h.storage_id = st.id and h.refused and st.updated_at <= h.probed_at) as refused
		from storages st where st.id = ${storageId}`;
	return storage === undefined ? null : { file, path, symlinks: row.symlinks, storage };
}
