/**
 * The columns of `datasets` (alias `d`) as a `DatasetState`, in SQL: `select ${sql.unsafe(datasetStateSql)}`. Times come
 * out as JSON text, hence their normal form here: UTC, a fraction of three or six digits only where it is not zero.
 */
export const datasetStateSql = `jsonb_build_object(
	'eoId', d.eo_id, 'kind', d.kind, 'size', jsonb_build_array(d.size_x, d.size_y), 'crs', d.crs, 'extent', to_jsonb(d.extent), 'gcps', d.gcps,
	'begin', ${instantSql("d.begin_time")}, 'end', ${instantSql("d.end_time")}, 'footprint', d.footprint, 'rangeType', d.range_type,
	'bands', d.bands, 'properties', d.properties)`;

/** A timestamptz expression as an `Instant`. */
export function instantSql(expression: string): string {
	const text = (format: string) => `to_char(${expression} at time zone 'UTC', '${format}')`;
	const second = text(`YYYY-MM-DD"T"HH24:MI:SS`);
	return `case when extract(microseconds from ${expression})::int % 1000000 = 0 then ${second} || 'Z'
		when extract(microseconds from ${expression})::int % 1000 = 0 then ${text(`YYYY-MM-DD"T"HH24:MI:SS.MS`)} || 'Z'
		else ${text(`YYYY-MM-DD"T"HH24:MI:SS.US`)} || 'Z' end`;
}
