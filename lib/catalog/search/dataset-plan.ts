import type { Transaction } from "#lib/catalog/database/database.ts";
import { containing } from "#lib/catalog/database/like.ts";
import { currentVersion } from "#lib/catalog/datasets/dataset-state.ts";
import { instantText as instantOf } from "#lib/cql2/instants.ts";
import { UnknownNameError } from "#lib/errors.ts";
import { conditionSql, type Fragment, inBoxesByIndex } from "./condition-sql.ts";
import { datasetColumnsOf } from "./dataset-properties.ts";
import type { DatasetQuery } from "./dataset-query.ts";
import { fewest } from "./fewest.ts";
import { joinByIndex } from "./time-limit.ts";

/** The parts of a statement over datasets `d`, their version `v` and storage `st`. In an object: a fragment that is awaited would be sent. */
export interface SearchPlan {
	/** Begins the statement, where few datasets lead. */
	readonly candidates: Fragment;
	readonly from: Fragment;
	/** All that SQL can say. */
	readonly where: Fragment;
}

/**
 * How the datasets are found. PostgreSQL misjudges how many a box meets, so each condition that has an index is counted first, as far as
 * 20,001: the one with the fewest leads if they are that few, else the index of the order.
 * @throws UsageError for a container or storage that there is not
 */
export async function planSearch(sql: Transaction, query: DatasetQuery): Promise<SearchPlan> {
	const named = await namedIn(sql, query);
	const leading = await leadingIds(sql, query, named);
	if (leading !== null) await joinByIndex(sql);
	const datasets = leading === null ? sql`datasets d` : sql`candidates l join datasets d on d.id = l.id`;
	return {
		candidates: leading === null ? sql`` : sql`with candidates as materialized (${leading.ids})`,
		from: sql`${datasets} join storages st on st.id = d.storage_id ${currentVersion(sql)}`,
		where: sql`d.archived_at is null and ${matches(sql, query, named)}`,
	};
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
		if (missing !== undefined) throw new UnknownNameError(what, missing);
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
		${
			search === ""
				? sql``
				: sql`and (d.eo_id ilike ${text} or d.path ilike ${text}
			or d.id in (select former.dataset_id from dataset_former_ids former where former.eo_id ilike ${text}))`
		}
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
	const best = await fewest(sql, sets);
	return best === null ? null : { ids: sql`select distinct id from (${best.rows}) ids` };
}
