import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";

/** One counter of `metric_totals`, or what is to be added to it. */
export interface MetricTotal {
	readonly metric: "runs" | "changes" | "entries" | "phase" | "storage" | "storage-errors";
	/** Label values, `/` between them. */
	readonly label: string;
	/** For a histogram: a bucket's upper bound in seconds, `+Inf`, or `sum`; else empty. */
	readonly bucket: string;
	readonly value: number;
}

/** Upper bounds of the phases' durations, seconds; the trigger that counts them has the same. */
export const phaseBounds = [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200] as const;

/** Some hundred rows at most: every label comes from a short list. */
export async function readMetricTotals({ sql }: Pick<Database, "sql">): Promise<readonly MetricTotal[]> {
	return sql<MetricTotal[]>`select metric, label, bucket, value from metric_totals order by metric, label, bucket`;
}

/** Rows are locked in one order: any number of processes may add at once. */
export async function addMetricTotals({ sql }: { readonly sql: Sql }, totals: readonly MetricTotal[]): Promise<void> {
	if (totals.length === 0) return;
	await sql`
		insert into metric_totals as t (metric, label, bucket, value)
		select metric, label, bucket, sum(value) from jsonb_to_recordset(${json(sql, totals)})
			as added(metric text, label text, bucket text, value float8)
		group by 1, 2, 3 order by 1, 2, 3
		on conflict (metric, label, bucket) do update set value = t.value + excluded.value`;
}
