import type { Database } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles, datasetState } from "#lib/catalog/datasets/dataset-state.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { DatasetState, Footprint } from "#lib/metadata/metadata.ts";

/** A catalogue's contents without IDs, times of writing and history. */
export interface Catalogue {
	/** By file. */
	readonly datasets: ReadonlyMap<FileKey, CatalogueDataset>;
	/** By container, then by file. */
	readonly links: ReadonlyMap<string, ReadonlyMap<FileKey, Link>>;
	readonly rejections: ReadonlyMap<string, ReadonlyMap<FileKey, Rejection>>;
	readonly containers: ReadonlyMap<string, Summary>;
}

/** `storage:path`. */
export type FileKey = string;

export interface CatalogueDataset {
	readonly state: DatasetState;
	readonly files: readonly FileFingerprint[];
	/** The rules it was read by. */
	readonly rule: string;
	/** The position of its home source, and that source's container; null: it has none any more. */
	readonly home: { readonly container: string; readonly position: number } | null;
}

export interface Link {
	/** The position of the source that brought it in; null: linked by hand. */
	readonly source: number | null;
}

export interface Rejection {
	readonly code: string;
	readonly reason: string;
	readonly eoId: string | null;
	readonly files: readonly FileFingerprint[];
}

export interface Summary {
	readonly datasets: number;
	readonly begin: string | null;
	readonly end: string | null;
	readonly footprint: Footprint | null;
}

export async function readCatalogue({ sql }: Database): Promise<Catalogue> {
	const datasets = await sql<(CatalogueDataset & { file: FileKey })[]>`
		select st.name || ':' || d.path as file, ${datasetState(sql)} as state, ${datasetFiles(sql)} as files, d.rule,
			(select jsonb_build_object('container', c.eo_id, 'position', s.position) from sources s join containers c on c.id = s.container_id
				where s.id = d.home_source_id and not s.retired) as home
		from datasets d join storages st on st.id = d.storage_id ${currentVersion(sql)} where d.archived_at is null`;
	const links = await sql<(Link & { file: FileKey; container: string })[]>`
		select st.name || ':' || d.path as file, c.eo_id as container, s.position as source
		from container_datasets cd join containers c on c.id = cd.container_id join datasets d on d.id = cd.dataset_id
			join storages st on st.id = d.storage_id left join sources s on s.id = cd.source_id`;
	const rejections = await sql<(Rejection & { file: FileKey; container: string })[]>`
		select st.name || ':' || r.path as file, c.eo_id as container, r.code, r.reason, r.eo_id as "eoId", r.files
		from rejections r join containers c on c.id = r.container_id join storages st on st.id = r.storage_id`;
	const containers = await sql<(Summary & { container: string })[]>`
		select eo_id as container, dataset_count as datasets, begin_time as begin, end_time as "end", footprint from containers`;
	return {
		datasets: byFile(datasets),
		links: byContainer(links),
		rejections: byContainer(rejections),
		containers: new Map(containers.map(({ container, ...summary }) => [container, summary])),
	};
}

function byFile<T extends { readonly file: FileKey }>(rows: readonly T[]): ReadonlyMap<FileKey, T> {
	return new Map(rows.map((row) => [row.file, row]));
}

function byContainer<T extends { readonly file: FileKey; readonly container: string }>(
	rows: readonly T[],
): ReadonlyMap<string, ReadonlyMap<FileKey, T>> {
	return new Map([...Map.groupBy(rows, ({ container }) => container)].map(([id, some]) => [id, byFile(some)]));
}
