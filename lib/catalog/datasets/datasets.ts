import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { metadataNameOf, metadataPathFor } from "#lib/catalog/metadata-place.ts";
import { numberKey, pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { currentVersion, datasetFiles, datasetState, instantText } from "./dataset-state.ts";
import { type DatasetsFilter, datasetMatches } from "./footprints.ts";

export interface DatasetsQuery extends DatasetsFilter {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
	/** The row to begin with instead of `after`. */
	readonly offset?: number | undefined;
	/** By EO ID unless it says another order. */
	readonly sort?: (typeof containerDatasetSorts)[number] | undefined;
}

/**
 * Orders of a container's datasets. EO ID, begin and path follow an index; the others look at each dataset of the container, as its
 * count does.
 */
export const containerDatasetSorts = [
	"id",
	"-id",
	"begin",
	"-begin",
	"end",
	"-end",
	"path",
	"-path",
	"read",
	"-read",
] as const;

const timeKey = textKey.refine((text) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)));
const [byEoId, byPath, byTime] = [pagingBy(textKey), pagingBy(textKey, numberKey), pagingBy(timeKey, numberKey)];

/** How an order is walked through: what rows are ordered by, the columns that make up a cursor, and where those of one stand. */
function orderOf(sql: Sql, sort: NonNullable<DatasetsQuery["sort"]>, after: string | null | undefined) {
	const by = sort.replace("-", "") as "id" | "begin" | "end" | "path" | "read";
	const [isLater, descending] = sort.startsWith("-") ? [sql`<`, sql`desc`] : [sql`>`, sql``];
	if (by === "id") {
		const [eoId] = byEoId.keyOf(after);
		return {
			order: sql`d.eo_id ${descending}`,
			cursor: sql`d.eo_id as "sortText", d.id as "sortNumber"`,
			rest: eoId === undefined ? sql`true` : sql`d.eo_id ${isLater} ${eoId}`,
		};
	}
	if (by === "path") {
		const [path, storage] = byPath.keyOf(after);
		return {
			order: sql`d.storage_id ${descending}, d.path ${descending}`,
			cursor: sql`d.path as "sortText", d.storage_id as "sortNumber"`,
			rest:
				path === undefined || storage === undefined
					? sql`true`
					: sql`(d.storage_id, d.path) ${isLater} (${storage}::bigint, ${path})`,
		};
	}
	const times: Readonly<Record<"begin" | "end" | "read", ReturnType<Sql>>> = {
		begin: sql`d.begin_time`,
		end: sql`d.end_time`,
		read: sql`${lastRead(sql)}`,
	};
	const [time, dataset] = byTime.keyOf(after);
	return {
		order: sql`${times[by]} ${descending}, d.id ${descending}`,
		cursor: sql`${instantText(sql, times[by])} as "sortText", d.id as "sortNumber"`,
		rest:
			time === undefined || dataset === undefined
				? sql`true`
				: sql`(${times[by]}, d.id) ${isLater} (${time}::timestamptz, ${dataset}::bigint)`,
	};
}

const lastRead = (sql: Sql | Transaction) => sql`coalesce(d.verified_at, d.created_at)`;

/** The datasets of a container (EO ID); those of one path on several storages stand storage by storage. */
export async function listDatasets(
	{ sql }: Database,
	container: string,
	query: DatasetsQuery,
): Promise<Page<DatasetView>> {
	const { after, limit = 100, offset = 0, sort = "id" } = query;
	const { order, cursor, rest } = orderOf(sql, sort, after);
	const matching = sql`
		from datasets d join container_datasets cd on cd.dataset_id = d.id join containers c on c.id = cd.container_id
			join storages st on st.id = d.storage_id ${currentVersion(sql)}
		where c.eo_id = ${container} and d.archived_at is null and ${datasetMatches({ sql }, query)}`;
	const rows = await sql<(DatasetRow & SortKey)[]>`
		select ${datasetColumns(sql)}, ${cursor} ${matching} and ${rest} order by ${order} limit ${limit + 1} offset ${after ? 0 : offset}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${matching}`;
	const isById = sort === "id" || sort === "-id";
	const page = isById
		? byEoId.pageOf(rows, limit, ({ id }) => [id])
		: byPath.pageOf(rows, limit, ({ sortText, sortNumber }) => [sortText, sortNumber]);
	return {
		rows: page.rows.map(({ sortText: _, sortNumber: __, ...row }) => datasetViewOf(row)),
		next: page.next,
		total,
	};
}

interface SortKey {
	readonly sortText: string;
	readonly sortNumber: number;
}

/** Columns of `datasets d join storages st` and its version, as `DatasetRow`. */
export const datasetColumns = (sql: Sql | Transaction) => sql`
	d.eo_id as id, d.version_id as version, st.name as storage, d.path, d.directory, ${datasetFiles(sql)} as files, d.begin_time as begin, d.end_time as "end", ${lastRead(sql)} as "lastRead",
	${datasetState(sql)} as state,
	(select jsonb_build_object('storage', ms.name, 'template', h.metadata_path, 'sourcePath', h.path)
		from sources h join storages ms on ms.id = h.metadata_storage_id where h.id = d.home_source_id) as "metadataPlace"`;

export type DatasetRow = Pick<DatasetView, "id" | "version" | "storage" | "path" | "begin" | "end" | "lastRead"> & {
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
