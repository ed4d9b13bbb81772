import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles, datasetState } from "#lib/catalog/datasets/dataset-state.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { metadataNameOf, metadataPathFor } from "#lib/catalog/metadata-place.ts";
import type { containers, sources, storages } from "#lib/catalog/schema/schema.ts";
import type { TargetSettings } from "#lib/catalog/targets/target-records.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { WantedSource } from "#lib/targets/compare/sides.ts";
import { type ContainerRow, containerOf, coveragesOf, type MappingContext, type WantedCoverage } from "./mapping.ts";
import { type SeenStorage, seenStorages } from "./places.ts";
import type { PlacedFile } from "./product-parts.ts";

/** Reads from our catalogue what a target should have. */

/** The target as far as this needs it. */
export interface TargetScope {
	readonly id: number;
	readonly settings: TargetSettings;
}

export interface CatalogueSource extends WantedSource {
	load(datasetIds: readonly number[]): Promise<readonly WantedCoverage[]>;
	containers(ids?: readonly number[]): Promise<readonly WantedCoverage[]>;
}

const idsAtOnce = 5000;

export async function catalogueSource({ sql }: Pick<Database, "sql">, target: TargetScope): Promise<CatalogueSource> {
	const context = await mappingContext(sql, target.settings);
	return {
		datasetIds: () => datasetIds(sql, target.id),
		load: async (ids) => (await datasetRows(sql, target.id, ids)).flatMap((row) => coveragesOf(row, context)),
		containers: async (ids) =>
			(await containerRows(sql, target.id, ids ?? null)).map((row) => containerOf(row, context)),
	};
}

/** Our storages as the target sees them. */
export async function seenBy(sql: Sql | Transaction, settings: TargetSettings): Promise<readonly SeenStorage[]> {
	const rows = await sql<
		Pick<typeof storages.$inferSelect, "id" | "name" | "config">[]
	>`select id, name, config from storages`;
	return seenStorages(rows, settings.storages);
}

async function mappingContext(sql: Sql | Transaction, settings: TargetSettings): Promise<MappingContext> {
	const rows = await sql<
		Pick<typeof storages.$inferSelect, "id" | "name" | "config">[]
	>`select id, name, config from storages`;
	const seen = new Map(seenStorages(rows, settings.storages).map((storage) => [storage.id, storage]));
	const unseen = new Map(
		rows
			.filter(({ id }) => !seen.has(id))
			.map(({ id, name, config }) => [
				id,
				`EOxServer cannot read the storage ${name} (${config.type}). Where it has the same files otherwise, say so in storages of the target.`,
			]),
	);
	return { settings, seen, unseen };
}

/** The target's containers (`c`) that are not deleted. */
const ofTarget = (sql: Sql | Transaction, target: number) =>
	sql`c.deleted_at is null and eosync_target_has(${target}, c.id)`;

async function* datasetIds(sql: Sql | Transaction, target: number): AsyncGenerator<readonly number[]> {
	for (let after = 0; ; ) {
		const rows = await sql<{ id: number }[]>`
			select distinct cd.dataset_id as id from container_datasets cd
			where cd.dataset_id > ${after} and cd.container_id in (select c.id from containers c where ${ofTarget(sql, target)})
			order by 1 limit ${idsAtOnce}`;
		const last = rows.at(-1);
		if (last === undefined) return;
		after = last.id;
		yield rows.map(({ id }) => id);
	}
}

interface StoredDataset {
	readonly id: number;
	readonly state: DatasetState;
	readonly files: readonly FileFingerprint[];
	readonly storageId: number;
	readonly directory: string;
	readonly containers: readonly string[];
	readonly metadataStorageId: typeof sources.$inferSelect.metadataStorageId;
	readonly metadataPath: typeof sources.$inferSelect.metadataPath | null;
	readonly sourcePath: typeof sources.$inferSelect.path | null;
}

async function datasetRows(sql: Sql | Transaction, target: number, ids: readonly number[]) {
	if (ids.length === 0) return [];
	const rows = await sql<StoredDataset[]>`
		with served as materialized (select c.id, c.eo_id from containers c where ${ofTarget(sql, target)})
		select d.id, coalesce(v.state, ${datasetState(sql)}::json) as state, ${datasetFiles(sql)} as files, d.storage_id as "storageId", d.directory, k.containers,
			h.metadata_storage_id as "metadataStorageId", h.metadata_path as "metadataPath", h.path as "sourcePath"
		from unnest(${[...ids]}::bigint[]) asked(id) join datasets d on d.id = asked.id and d.archived_at is null ${currentVersion(sql)}
			cross join lateral (select array_agg(s.eo_id::text order by s.eo_id collate "C") as containers
				from container_datasets cd join served s on s.id = cd.container_id where cd.dataset_id = d.id) k
			left join sources h on h.id = d.home_source_id
		where k.containers is not null order by d.id`;
	return rows.map(({ id, state, files, containers, ...place }) => ({
		id,
		state,
		containers,
		files: files.map((file) => placed(file, place)),
	}));
}

function placed(
	{ name, role }: FileFingerprint,
	{
		storageId,
		directory,
		metadataStorageId,
		metadataPath,
		sourcePath,
	}: Omit<StoredDataset, "id" | "state" | "files" | "containers">,
): PlacedFile {
	const elsewhere = metadataNameOf(name);
	if (elsewhere === null || metadataStorageId === null)
		return { name, role, storageId, path: joinPath(directory, elsewhere ?? name) };
	const folder = metadataPathFor(metadataPath ?? "", directory, sourcePath ?? "");
	return { name, role, storageId: metadataStorageId, path: joinPath(folder, elsewhere) };
}

async function containerRows(
	sql: Sql | Transaction,
	target: number,
	ids: readonly number[] | null,
): Promise<readonly ContainerRow[]> {
	type Row = Pick<typeof containers.$inferSelect, "id" | "eoId" | "kind" | "footprint"> &
		Pick<ContainerRow, "begin" | "end" | "grid" | "rangeType" | "bands" | "formerIds">;
	return sql<Row[]>`
		select c.id, c.eo_id as "eoId", c.kind, c.begin_time as begin, c.end_time as "end", c.footprint, c.mosaic_grid as grid,
			coalesce(c.mosaic_range_type, c.range_type) as "rangeType", c.mosaic_bands as bands,
			array(select f.eo_id::text from former_ids f where f.container_id = c.id order by 1) as "formerIds"
		from containers c where ${ofTarget(sql, target)} ${ids === null ? sql`` : sql`and c.id = any(${[...ids]}::bigint[])`} order by c.id`;
}
