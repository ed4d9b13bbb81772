import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { containing } from "#lib/catalog/database/like.ts";
import { currentVersion, instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { type DatasetRow, datasetColumns, datasetViewOf } from "#lib/catalog/datasets/datasets.ts";
import { numberKey, pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { DatasetView } from "#lib/catalog/read-models.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import { instantText as instantOf, stretchOf } from "#lib/cql2/instants.ts";
import { UsageError } from "#lib/errors.ts";
import { conditionSql, type Fragment, inBoxesByIndex } from "./condition-sql.ts";
import { datasetColumnsOf, datasetValues } from "./dataset-properties.ts";
import type { DatasetQuery } from "./dataset-query.ts";
import { within } from "./time-limit.ts";

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
	readonly patience: number | null;
}

/** Milliseconds that people and programs wait for a page. */
export const searchPatience = 5_000;

/** Rows that a condition may have for its index to lead the search. */
const fewRows = 20_000;

const pagesById = pagingBy(textKey, numberKey);
const pagesByTime = pagingBy(
	textKey.refine((text) => stretchOf(text) !== null),
	numberKey,
);

/**
 * A page of the datasets of all containers that are asked for. PostgreSQL misjudges how many a box meets, so each condition that has
 * an index is counted first, as far as 20,001: the one with the fewest leads if they are that few, else the index of the order. Places
 * are decided on the footprints themselves, of a few rows more than the page takes at a time.
 * @throws EosyncError `too-slow` when that takes longer than it may
 */
export async function findDatasets(
	{ sql }: Database,
	query: DatasetQuery,
	options: PageOptions,
): Promise<DatasetsPage> {
	const { limit, patience } = options;
	const pages = query.sort.by === "id" ? pagesById : pagesByTime;
	let [lastSort, lastDataset] = pages.keyOf(options.after);
	return within(sql, patience, async (tx) => {
		const named = await namedIn(tx, query);
		const leading = await leadingIds(tx, query, named);
		const found: Row[] = [];
		for (;;) {
			const wanted = limit + 1 - found.length;
			const asked = query.isSpatial ? Math.min(2000, Math.ceil(wanted * 1.5) + 20) : wanted;
			const rows = await readRows(tx, query, { named, leading, lastSort, lastDataset, limit: asked });
			for (const row of rows) if (isMet(query, row)) found.push(row);
			const last = rows.at(-1);
			if (rows.length < asked || found.length > limit || last === undefined) break;
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

function isMet({ condition, isSpatial }: DatasetQuery, row: Row): boolean {
	return !isSpatial || condition === null || evaluate(condition, datasetValues(row)) === true;
}

interface From {
	readonly named: Named;
	/** null: the index of the order leads. */
	readonly leading: Leading | null;
	readonly lastSort: string | undefined;
	readonly lastDataset: number | undefined;
	readonly limit: number;
}

async function readRows(sql: Transaction, query: DatasetQuery, from: From): Promise<readonly Row[]> {
	const { named, leading, lastSort, lastDataset, limit } = from;
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
		${leading === null ? sql`` : sql`with candidates as materialized (${leading.ids})`}
		select d.id as dataset, ${datasetColumns(sql)}, array(select c.eo_id from container_datasets cd join containers c on c.id = cd.container_id
				where cd.dataset_id = d.id order by 1) as containers,
			${instantText(sql, sql`d.created_at`)} as created, ${instantText(sql, sql`d.updated_at`)} as updated, ${sort} as sort
		from ${leading === null ? sql`datasets d` : sql`candidates l join datasets d on d.id = l.id`} join storages st on st.id = d.storage_id ${currentVersion(sql)}
		where d.archived_at is null and ${isLater} and ${matches(sql, query, named)} order by ${order} limit ${limit}`;
	return rows.map(({ dataset, containers, created, updated, sort: sortText, ...row }) => ({
		...datasetViewOf(row),
		dataset,
		containers,
		created,
		updated,
		sort: sortText,
	}));
}

/** Ids of the containers and storages that are asked for; null: of any. */
interface Named {
	readonly containers: readonly number[] | null;
	readonly storages: readonly number[] | null;
}

/** @throws UsageError for a name that nothing has */
async function namedIn(sql: Transaction, { containers, storages }: DatasetQuery): Promise<Named> {
	if (containers.length + storages.length === 0) return { containers: null, storages: null };
	const rows = await sql<{ what: "container" | "storage"; name: string; id: number }[]>`
		select 'container' as what, eo_id as name, id from containers where eo_id = any(${containers as string[]}) and deleted_at is null
		union all select 'container', f.eo_id, f.container_id from former_ids f join containers c on c.id = f.container_id
			where f.eo_id = any(${containers as string[]}) and c.deleted_at is null
		union all select 'storage', name, id from storages where name = any(${storages as string[]})`;
	const idsOf = (what: "container" | "storage", names: readonly string[]) => {
		const ids = new Map(rows.flatMap((row) => (row.what === what ? [[row.name, row.id] as const] : [])));
		const missing = names.find((name) => !ids.has(name));
		if (missing !== undefined) throw new UsageError(`There is no ${what} ${missing}.`);
		return names.length === 0 ? null : [...ids.values()];
	};
	return { containers: idsOf("container", containers), storages: idsOf("storage", storages) };
}

/** All that SQL can say of datasets `d` with their version `v` and storage `st`. */
function matches(sql: Transaction, query: DatasetQuery, { containers, storages }: Named): Fragment {
	const { condition, search } = query;
	const text = containing(search);
	return sql`${beginsInTime(sql, query)} and ${endsInTime(sql, query)}
		${containers === null ? sql`` : sql`and exists (select from container_datasets cd where cd.dataset_id = d.id and cd.container_id = any(${containers as number[]}::bigint[]))`}
		${storages === null ? sql`` : sql`and d.storage_id = any(${storages as number[]}::bigint[])`}
		${search === "" ? sql`` : sql`and (d.eo_id ilike ${text} or d.path ilike ${text})`}
		${condition === null ? sql`` : sql`and ${conditionSql(sql, condition, datasetColumnsOf(sql))}`}`;
}

/** As far as the index by begin knows: what ends then or later began no earlier than the longest dataset would have. */
function beginsInTime(sql: Transaction, { time: { from, to } }: DatasetQuery): Fragment {
	const longest = sql`(select max(longest.end_time - longest.begin_time) from datasets longest where longest.archived_at is null)`;
	return sql`${to === Infinity ? sql`true` : sql`d.begin_time <= ${instantOf(to)}::timestamptz`}
		${from === -Infinity ? sql`` : sql`and d.begin_time >= ${instantOf(from)}::timestamptz - ${longest}`}`;
}

function endsInTime(sql: Transaction, { time: { from } }: DatasetQuery): Fragment {
	return from === -Infinity ? sql`true` : sql`d.end_time >= ${instantOf(from)}::timestamptz`;
}

/** In an object: a fragment that is awaited would be sent. */
interface Leading {
	readonly ids: Fragment;
}

/** Selects the ids (`id`) of the condition with the fewest datasets; null: none has few. */
async function leadingIds(sql: Transaction, query: DatasetQuery, { containers }: Named): Promise<Leading | null> {
	const { boxes, time } = query;
	const sets: Fragment[] = [];
	if (containers !== null)
		sets.push(
			sql`select cd.dataset_id as id from container_datasets cd where cd.container_id = any(${containers as number[]}::bigint[])`,
		);
	if (boxes !== null)
		sets.push(
			sql`select v.dataset_id as id from dataset_versions v where ${inBoxesByIndex(sql, sql`v.bbox`, boxes)} or v.bbox is null`,
		);
	if (time.from !== -Infinity || time.to !== Infinity)
		sets.push(sql`select d.id from datasets d where d.archived_at is null and ${beginsInTime(sql, query)}`);
	let least = fewRows + 1;
	let best: Fragment | null = null;
	for (const set of sets) {
		const [counted]: { count: number }[] = await sql<
			{ count: number }[]
		>`select count(*) as count from (${set} limit ${least}) few`;
		const count = counted?.count ?? 0;
		if (count >= least) continue;
		least = count;
		best = set;
	}
	return best === null ? null : { ids: sql`select distinct id from (${best}) ids` };
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
export async function countDatasets({ sql }: Database, query: DatasetQuery, patience: number): Promise<DatasetCount> {
	return within(sql, patience, async (tx) => {
		const named = await namedIn(tx, query);
		const leading = await leadingIds(tx, query, named);
		if (query.isSpatial) {
			const rows = await readRows(tx, query, {
				named,
				leading,
				lastSort: undefined,
				lastDataset: undefined,
				limit: mostEvaluated + 1,
			});
			if (rows.length > mostEvaluated) return { count: null, isMore: true };
			return { count: rows.filter((row) => isMet(query, row)).length, isMore: false };
		}
		const [counted] = await tx<{ count: number }[]>`
			${leading === null ? sql`` : sql`with candidates as materialized (${leading.ids})`}
			select count(*) as count from (
				select from ${leading === null ? sql`datasets d` : sql`candidates l join datasets d on d.id = l.id`} join storages st on st.id = d.storage_id ${currentVersion(tx)}
				where d.archived_at is null and ${matches(tx, query, named)} limit ${mostCounted + 1}) few`;
		const count = counted?.count ?? 0;
		return { count: Math.min(count, mostCounted), isMore: count > mostCounted };
	});
}
