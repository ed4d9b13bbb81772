import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { type DatasetRow, datasetColumns, datasetViewOf } from "#lib/catalog/datasets/datasets.ts";
import { numberKey, pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import { stretchOf } from "#lib/cql2/instants.ts";
import type { Fragment } from "./condition-sql.ts";
import { planSearch, type SearchPlan } from "./dataset-plan.ts";
import { datasetValues } from "./dataset-properties.ts";
import type { DatasetQuery } from "./dataset-query.ts";
import { tooSlow, within } from "./time-limit.ts";

/** A dataset of the search over all containers. */
export interface FoundDatasetView extends DatasetView {
	/** Its number: that of its page's address. */
	readonly dataset: number;
	/** EO IDs, in order. */
	readonly containers: readonly string[];
	readonly created: string;
	readonly updated: string;
}

export interface DatasetsPage {
	readonly rows: readonly FoundDatasetView[];
	readonly next: string | null;
}

export interface PageOptions {
	readonly after?: string | null | undefined;
	readonly limit: number;
	/** Milliseconds that a reader waits; null: as long as it takes. */
	readonly timeoutMs: number | null;
}

/** Milliseconds that people and programs wait for a page. */
export const searchTimeoutMs = 5_000;

const pagesById = pagingBy(textKey, numberKey);
const pagesByTime = pagingBy(
	textKey.refine((text) => stretchOf(text) !== null),
	numberKey,
);

/**
 * A page of the datasets of all containers that are asked for. Places are decided on the footprints themselves, of a few rows more than the page takes at a time.
 * @throws EosyncError `too-slow` when that takes longer than it may
 */
export async function findDatasets(
	{ sql }: Database,
	query: DatasetQuery,
	options: PageOptions,
): Promise<DatasetsPage> {
	const { limit, timeoutMs } = options;
	const pages = query.sort.by === "id" ? pagesById : pagesByTime;
	let [lastSort, lastDataset] = pages.keyOf(options.after);
	return within(sql, timeoutMs, async (tx) => {
		const started = performance.now();
		const plan = await planSearch(tx, query);
		const found: Row[] = [];
		for (;;) {
			const wanted = limit + 1 - found.length;
			const asked = query.isEvaluated ? Math.min(2000, Math.ceil(wanted * 1.5) + 20) : wanted;
			const rows = await readRows(tx, query, { plan, lastSort, lastDataset, limit: asked });
			for (const row of rows) if (isMet(query, row)) found.push(row);
			const last = rows.at(-1);
			if (rows.length < asked || found.length > limit || last === undefined) break;
			if (timeoutMs !== null && performance.now() - started > timeoutMs) throw tooSlow(timeoutMs, null);
			[lastSort, lastDataset] = [last.sort, last.dataset];
		}
		const { rows, next } = pages.pageOf(found, limit, (row) => [row.sort, row.dataset]);
		return { rows: rows.map(({ sort: _, ...row }) => row), next };
	});
}

interface Row extends FoundDatasetView {
	/** What rows are ordered by, as text. */
	readonly sort: string;
}

function isMet({ condition, isEvaluated }: DatasetQuery, row: Row): boolean {
	return !isEvaluated || condition === null || evaluate(condition, datasetValues(row)) === true;
}

interface From {
	readonly plan: SearchPlan;
	readonly lastSort: string | undefined;
	readonly lastDataset: number | undefined;
	readonly limit: number;
}

async function readRows(sql: Transaction, query: DatasetQuery, from: From): Promise<readonly Row[]> {
	const { plan, lastSort, lastDataset, limit } = from;
	const { by, descending } = query.sort;
	const key = sortKey(sql, by);
	const isLater =
		lastSort === undefined || lastDataset === undefined
			? sql`true`
			: by === "id"
				? descending
					? sql`d.eo_id < ${lastSort}`
					: sql`d.eo_id > ${lastSort}`
				: descending
					? sql`(${key}, d.id) < (${lastSort}::timestamptz, ${lastDataset}::bigint)`
					: sql`(${key}, d.id) > (${lastSort}::timestamptz, ${lastDataset}::bigint)`;
	const order =
		by === "id"
			? descending
				? sql`d.eo_id desc`
				: sql`d.eo_id`
			: descending
				? sql`${key} desc, d.id desc`
				: sql`${key}, d.id`;
	const sort = by === "id" ? sql`d.eo_id` : instantText(sql, key);
	const rows = await sql<(DatasetRow & Pick<Row, "dataset" | "containers" | "created" | "updated" | "sort">)[]>`
		${plan.candidates}
		select d.id as dataset, ${datasetColumns(sql)}, array(select c.eo_id from container_datasets cd join containers c on c.id = cd.container_id
				where cd.dataset_id = d.id order by 1) as containers,
			${instantText(sql, sql`d.created_at`)} as created, ${instantText(sql, sql`d.updated_at`)} as updated, ${sort} as sort
		from ${plan.from} where ${plan.where} and ${isLater} order by ${order} limit ${limit}`;
	return rows.map(({ dataset, containers, created, updated, sort: sortText, ...row }) => ({
		...datasetViewOf(row),
		dataset,
		containers,
		created,
		updated,
		sort: sortText,
	}));
}

function sortKey(sql: Transaction, by: "begin" | "end" | "id" | "updated"): Fragment {
	if (by === "begin") return sql`d.begin_time`;
	return by === "end" ? sql`d.end_time` : sql`d.updated_at`;
}

/** How many there are, as far as that can be said soon. */
export interface DatasetCount {
	/** null: it is not known, they are too many to look at each. */
	readonly count: number | null;
	/** There are more than `count`. */
	readonly isMore: boolean;
}

const mostCounted = 10_000;
const mostEvaluated = 2_000;

/** Counts what is asked for, exactly, up to 10,000; less far where each has to be looked at. */
export async function countDatasets({ sql }: Database, query: DatasetQuery, timeoutMs: number): Promise<DatasetCount> {
	return within(sql, timeoutMs, async (tx) => {
		const plan = await planSearch(tx, query);
		if (query.isEvaluated) {
			const limit = mostEvaluated + 1;
			const rows = await readRows(tx, query, { plan, lastSort: undefined, lastDataset: undefined, limit });
			if (rows.length > mostEvaluated) return { count: null, isMore: true };
			return { count: rows.filter((row) => isMet(query, row)).length, isMore: false };
		}
		const [counted] = await tx<{ count: number }[]>`
			${plan.candidates} select count(*) as count from (select from ${plan.from} where ${plan.where} limit ${mostCounted + 1}) few`;
		const count = counted?.count ?? 0;
		return { count: Math.min(count, mostCounted), isMore: count > mostCounted };
	});
}
