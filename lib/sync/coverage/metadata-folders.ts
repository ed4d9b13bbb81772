import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { metadataPathFor } from "#lib/catalog/metadata-place.ts";
import type { directories } from "#lib/catalog/schema/dataset-schema.ts";
import type { sources } from "#lib/catalog/schema/schema.ts";

type Row = Pick<typeof directories.$inferSelect, "path"> &
	Pick<typeof sources.$inferSelect, "metadataPath" | "storageId"> & {
		readonly root: string;
	};

const foldersPerPortion = 5000;

/**
 * Writes down in which folders of a storage the metadata files lie that belong to data files on other storages: a template cannot be
 * followed backwards. Once for each look.
 */
export async function findMetadataFolders({ sql }: Database, storageId: number, goesOn: boolean): Promise<void> {
	if (goesOn) return;
	await sql.begin(async (tx) => {
		await tx`delete from coverage_metadata where storage_id = ${storageId}`;
		const query = tx<Row[]>`
			select d.path, s.path as root, s.metadata_path as "metadataPath", s.storage_id as "storageId"
			from sources s join containers c on c.id = s.container_id join directories d on d.source_id = s.id
			where s.metadata_storage_id = ${storageId} and not s.retired and c.deleted_at is null`;
		for await (const rows of inBatches(tx, query, foldersPerPortion)) {
			const places = rows.map(({ path, root, metadataPath }) => metadataPathFor(metadataPath, path, root));
			await tx`
				insert into coverage_metadata (storage_id, path, data_storage_id, directory)
				select ${storageId}, p.* from unnest(${places}::text[], ${rows.map((row) => row.storageId)}::bigint[], ${rows.map(({ path }) => path)}::text[]) p
				on conflict do nothing`;
		}
	});
}
