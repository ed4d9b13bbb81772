import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { metadataNameOf, metadataPathFor } from "#lib/catalog/metadata-place.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { DatasetView, Page } from "#lib/catalog/read-models.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { currentVersion, datasetFiles, datasetState } from "./dataset-state.ts";
import { type DatasetsFilter, datasetMatches } from "./footprints.ts";

export interface DatasetsQuery extends DatasetsFilter {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
	/** The row to begin with instead of `after`. */
	readonly offset?: number | undefined;
}

const byEoId = pagingBy(textKey);

/** The datasets of a container (EO ID), in the order of their EO IDs. */
export async function listDatasets(
	{ sql }: Database,
	container: string,
	query: DatasetsQuery,
): Promise<Page<DatasetView>> {
	const { after, limit = 100, offset = 0 } = query;
	const [last] = byEoId.keyOf(after);
	const matching = sql`
		from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
			join storages st on st.id = d.storage_id ${currentVersion(sql)}
		where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, query)}`;
	const rows = await sql<DatasetRow[]>`
		select ${datasetColumns(sql)} ${matching} and d.eo_id > ${last ?? ""} order by d.eo_id limit ${limit + 1} offset ${after ? 0 : offset}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${matching}`;
	const page = byEoId.pageOf(rows, limit, ({ id }) => [id]);
	return { rows: page.rows.map(datasetViewOf), next: page.next, total };
}

/** Columns of `datasets d join storages st` and its version, as `DatasetRow`. */
export const datasetColumns = (sql: Sql | Transaction) => sql`
	d.eo_id as id, d.version_id as version, st.name as storage, d.path, d.directory, ${datasetFiles(sql)} as files, d.begin_time as begin, d.end_time as "end",
	${datasetState(sql)} as state,
	(select jsonb_build_object('storage', ms.name, 'template', h.metadata_path, 'sourcePath', h.path)
		from sources h join storages ms on ms.id = h.metadata_storage_id where h.id = d.home_source_id) as "metadataPlace"`;

export type DatasetRow = Pick<DatasetView, "id" | "version" | "storage" | "path" | "begin" | "end"> & {
	readonly state: DatasetState;
	readonly directory: string;
	readonly files: readonly FileFingerprint[];
	/** Where the metadata files are that are not beside the data file; null: nowhere else. */
	readonly metadataPlace: { readonly storage: string; readonly template: string; readonly sourcePath: string } | null;
};

/** `storage:folder/name` of a metadata file that is on another storage; null for every other file. */
export function placeElsewhere(
	{ directory, metadataPlace }: Pick<DatasetRow, "directory" | "metadataPlace">,
	name: string,
): string | null {
	const elsewhere = metadataNameOf(name);
	if (elsewhere === null || metadataPlace === null) return elsewhere;
	const folder = metadataPathFor(metadataPlace.template, directory, metadataPlace.sourcePath);
	return `${metadataPlace.storage}:${folder === "" ? "" : `${folder}/`}${elsewhere}`;
}

export function datasetViewOf({ directory, files, metadataPlace, state, ...row }: DatasetRow): DatasetView {
	const metadata = files.filter(({ role }) => role === "metadata");
	const pathBeside = (name: string) => (directory === "" ? name : `${directory}/${name}`);
	const pathOf = (name: string) => placeElsewhere({ directory, metadataPlace }, name) ?? pathBeside(name);
	const { kind, footprint, crs, size, extent, rangeType, bands, properties } = state;
	return {
		...row,
		kind,
		footprint,
		crs,
		size,
		extent,
		rangeType,
		bands,
		properties,
		metadataPaths: metadata.map(({ name }) => pathOf(name)),
		memberPaths: files.filter(({ role }) => role === "member").map(({ name }) => pathBeside(name)),
	};
}
