import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/** What a dataset's current version, or a change's two, say of it; where there is none, the columns that versions replaced. */

/** Joins the current version (`v`) of datasets (`d`); what follows here speaks of these two. */
export const currentVersion = (sql: Sql | Transaction) => sql`left join dataset_versions v on v.id = d.version_id`;

/**
 * A `DatasetState`, in SQL: `select ${datasetState(sql)}`. Times come out as JSON text, hence their normal form here: UTC, a fraction
 * of three or six digits only where it is not zero.
 */
export const datasetState = (sql: Sql | Transaction) => sql`coalesce(v.state::jsonb, ${ownState(sql)})`;

const ownState = (sql: Sql | Transaction) => sql`jsonb_build_object(
	'eoId', d.eo_id, 'kind', d.kind, 'size', jsonb_build_array(d.size_x, d.size_y), 'crs', d.crs, 'extent', to_jsonb(d.extent), 'gcps', d.gcps,
	'begin', ${instantText(sql, sql`d.begin_time`)}, 'end', ${instantText(sql, sql`d.end_time`)}, 'footprint', d.footprint, 'rangeType', d.range_type,
	'bands', d.bands, 'properties', coalesce(d.properties, '{}'))`;

/** Its files as they were when they were read. */
export const datasetFiles = (sql: Sql | Transaction) => sql`coalesce(v.files, d.files)`;

export const datasetFootprint = (sql: Sql | Transaction) => sql`coalesce((v.state->'footprint')::jsonb, d.footprint)`;

/** The day of its begin in UTC, and the cell of `lib/metadata/geometry/cell.ts` in which it is counted. */
export const datasetDay = (sql: Sql | Transaction) => sql`(d.begin_time at time zone 'UTC')::date`;
export const datasetCell = (sql: Sql | Transaction) => sql`coalesce(v.cell, eosync_cell(${datasetFootprint(sql)}))`;

export const footprintKey = (sql: Sql | Transaction) => sql`coalesce(v.footprint_key, md5(d.footprint::text)::uuid)`;

/** Joins the versions before (`bv`) and after (`av`) of changes (`c`). */
export const changeVersions = (sql: Sql | Transaction) => sql`
	left join dataset_versions bv on bv.id = c.before_version left join dataset_versions av on av.id = c.after_version`;

export const stateBefore = (sql: Sql | Transaction) => sql`coalesce(bv.state::jsonb, c.before)`;

export const stateAfter = (sql: Sql | Transaction) => sql`coalesce(av.state::jsonb, c.after)`;

/** A timestamptz expression as an `Instant`. */
export function instantText(sql: Sql | Transaction, expression: ReturnType<Sql>) {
	const utc = sql`${expression} at time zone 'UTC'`;
	return sql`case when extract(microseconds from ${expression})::int % 1000000 = 0 then to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS') || 'Z'
		when extract(microseconds from ${expression})::int % 1000 = 0 then to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS') || 'Z'
		else to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z' end`;
}

/** The columns of a version; `stateInColumns` lists their values, after the id, for datasets (`d`) that have none yet. */
export const versionColumns = (sql: Sql | Transaction) =>
	sql`id, dataset_id, run_id, begin_time, end_time, footprint_key, state, files`;
export const stateInColumns = (sql: Sql | Transaction) => sql`
	d.id, d.changed_by_run, d.begin_time, d.end_time, md5(d.footprint::text)::uuid, ${ownState(sql)}::json, d.files`;

/** The columns that a dataset with a version has no use for, as assignments. */
export const noColumns = (sql: Sql | Transaction) => sql`
	files = null, kind = null, size_x = null, size_y = null, crs = null, extent = null, gcps = null, footprint = null, range_type = null,
	bands = null, properties = null`;
