import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * The columns of `datasets` (alias `d`) as a `DatasetState`, in SQL: `select ${datasetState(sql)}`. Times come
 * out as JSON text, hence their normal form here: UTC, a fraction of three or six digits only where it is not zero.
 */
export const datasetState = (sql: Sql | Transaction) => sql`jsonb_build_object(
	'eoId', d.eo_id, 'kind', d.kind, 'size', jsonb_build_array(d.size_x, d.size_y), 'crs', d.crs, 'extent', to_jsonb(d.extent), 'gcps', d.gcps,
	'begin', ${instantText(sql, sql`d.begin_time`)}, 'end', ${instantText(sql, sql`d.end_time`)}, 'footprint', d.footprint, 'rangeType', d.range_type,
	'bands', d.bands, 'properties', d.properties)`;

/** A timestamptz expression as an `Instant`. */
export function instantText(sql: Sql | Transaction, expression: ReturnType<Sql>) {
	const utc = sql`${expression} at time zone 'UTC'`;
	return sql`case when extract(microseconds from ${expression})::int % 1000000 = 0 then to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS') || 'Z'
		when extract(microseconds from ${expression})::int % 1000 = 0 then to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS') || 'Z'
		else to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z' end`;
}
