import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { readPosition } from "#lib/catalog/database/read-position.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { type RunRow, runColumns, runViewOf } from "#lib/catalog/runs/runs.ts";
import type { BatchContainerView, BatchView, WaitingInBatch } from "./batch-views.ts";

/** Batches as pages, the event stream, the API and `--json` show them. */

interface BatchRow extends Omit<BatchView, "done" | "perMinute" | "secondsLeft" | "state"> {
	readonly finished: boolean;
	readonly cancelled: boolean;
	/** Settled within the window. */
	readonly recent: number;
	/** Seconds of the window in which runs went. */
	readonly window: number;
}

/** The rate is that of so many seconds. */
const windowSeconds = 300;
/** Fewer are no rate. */
const leastForRate = 3;

/** Whether a container of a batch (`batch_containers bc`) waits for its turn. */
export const waits = (sql: Sql | Transaction) => sql`bc.run_id is null and bc.left_out_at is null`;

/** Columns of `batches b`, as `BatchRow`. */
const batchColumns = (sql: Sql | Transaction) => sql`
	b.id as batch, b.kind, b.trigger, b.actor, b.of_all as "ofAll", b.containers as total, b.retries, b.after_run as "afterRun", b.created_at as "createdAt",
	b.finished_at as "finishedAt", b.paused_by as "pausedBy", b.cancelled_by as "cancelledBy", b.console is not null as "onConsole",
	b.finished_at is not null as finished, b.cancelled_at is not null as cancelled,
	n.waiting, n.running, n.succeeded, n.partial, n.failed, n.held, n.planned, n.cancelled as "runsCancelled", n.superseded, n."leftOut",
	b.containers - n.known as gone, n.recent, n."window", ${readPosition(sql)} as "readAt"`;

const batchTables = (sql: Sql | Transaction) => sql`batches b cross join lateral (
	select count(*) as known,
		count(*) filter (where ${waits(sql)}) as waiting,
		count(*) filter (where bc.left_out_at is not null) as "leftOut",
		count(*) filter (where r.state in ${statesIn(sql, "active")}) as running,
		count(*) filter (where r.state = 'succeeded') as succeeded,
		count(*) filter (where r.state = 'partial') as partial,
		count(*) filter (where r.state = 'failed') as failed,
		count(*) filter (where r.state = 'held') as held,
		count(*) filter (where r.state = 'planned') as planned,
		count(*) filter (where r.state = 'cancelled') as cancelled,
		count(*) filter (where r.state = 'cancelled' and r.superseded_by is not null) as superseded,
		count(*) filter (where coalesce(r.finished_at, r.planned_at) > now() - make_interval(secs => ${windowSeconds})) as recent,
		extract(epoch from now() - greatest(now() - make_interval(secs => ${windowSeconds}), min(r.started_at)))::float8 as "window"
	from batch_containers bc left join runs r on r.id = bc.run_id where bc.batch_id = b.id
) n`;

function viewOf({ finished, cancelled, recent, window, ...row }: BatchRow): BatchView {
	const { waiting, running, pausedBy } = row;
	const state = finished
		? cancelled
			? "cancelled"
			: "finished"
		: cancelled
			? "cancelling"
			: pausedBy === null
				? "running"
				: "paused";
	const perSecond = !finished && recent >= leastForRate && window > 0 ? recent / window : null;
	const isMoving = state === "running" || state === "cancelling";
	return {
		...row,
		state,
		done: row.total - waiting - running - row.leftOut - row.gone,
		perMinute: perSecond === null || !isMoving ? null : Math.round(perSecond * 600) / 10,
		secondsLeft: perSecond === null || !isMoving ? null : Math.ceil((waiting + running) / perSecond),
	};
}

/** Containers that are asked for by name do not wait for their storages (`take-turns.ts`). */
function waitsForStorages({ ofAll, trigger }: Pick<BatchView, "ofAll" | "trigger">): boolean {
	return ofAll || trigger === "schedule" || trigger === "watch";
}

/** Those of which nothing is under way say whether that is because all that is left has to wait for its storages. */
async function withWaiting(sql: Sql | Transaction, views: readonly BatchView[]): Promise<readonly BatchView[]> {
	const still = views.filter(
		(view) => view.state === "running" && view.running === 0 && view.waiting > 0 && waitsForStorages(view),
	);
	if (still.length === 0) return views;
	const closed = await closedStorageIds({ sql });
	if (closed.length === 0) return views;
	const moving = await sql<{ id: number }[]>`
		select b.id from unnest(${still.map(({ batch }) => batch)}::bigint[]) b(id) where exists (
			select from batch_containers bc where bc.batch_id = b.id and ${waits(sql)} and not exists (
				select from sources s where s.container_id = bc.container_id and not s.retired
					and (s.storage_id = any(${closed}) or s.metadata_storage_id = any(${closed}))))`;
	const canGo = new Set(moving.map(({ id }) => id));
	const waiting = new Set(still.map(({ batch }) => batch).filter((batch) => !canGo.has(batch)));
	return views.map((view) => (waiting.has(view.batch) ? { ...view, state: "waiting" } : view));
}

/** null: there is no such batch. */
export async function batchView(database: Pick<Database, "sql">, batch: number): Promise<BatchView | null> {
	const [view] = await batchViews(database, [batch]);
	return view ?? null;
}

export async function batchViews(
	{ sql }: Pick<Database, "sql">,
	batches: readonly number[],
): Promise<readonly BatchView[]> {
	const rows = await sql<BatchRow[]>`
		select ${batchColumns(sql)} from ${batchTables(sql)} where b.id = any(${batches as number[]}) order by b.id`;
	return withWaiting(sql, rows.map(viewOf));
}

/** Those that are not over, the oldest first. */
export async function openBatches({ sql }: Pick<Database, "sql">): Promise<readonly BatchView[]> {
	const rows = await sql<BatchRow[]>`
		select ${batchColumns(sql)} from ${batchTables(sql)} where b.finished_at is null order by b.id limit 50`;
	return withWaiting(sql, rows.map(viewOf));
}

/** Which containers wait for a turn, and in which batch first; whatever the list of containers costs, this is no part of it. */
export async function waitingInBatches({ sql }: Pick<Database, "sql">): Promise<readonly WaitingInBatch[]> {
	return sql<WaitingInBatch[]>`
		select b.id as batch, b.created_at as "askedAt", array_agg(c.eo_id) as containers
		from (select container_id, min(batch_id) as batch_id from batch_containers bc where ${waits(sql)} group by 1) w
			join batches b on b.id = w.batch_id join containers c on c.id = w.container_id
		where b.finished_at is null and c.deleted_at is null group by b.id order by b.id`;
}

/** The batches that count these runs. */
export async function batchesOfRuns(
	{ sql }: Pick<Database, "sql">,
	runs: readonly number[],
): Promise<readonly number[]> {
	const rows = await sql<{ id: number }[]>`
		select distinct batch_id as id from batch_containers where run_id = any(${runs as number[]})`;
	return rows.map(({ id }) => id);
}

const byNumber = pagingBy(numberKey);

export interface BatchesQuery {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
}

/** Newest first. */
export async function listBatches(
	{ sql }: Pick<Database, "sql">,
	{ after, limit = 50 }: BatchesQuery,
): Promise<Page<BatchView>> {
	const [before] = byNumber.keyOf(after);
	const rows = await sql<BatchRow[]>`
		select ${batchColumns(sql)} from ${batchTables(sql)}
		where b.id < ${before ?? Number.MAX_SAFE_INTEGER} order by b.id desc limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total from batches`;
	const page = byNumber.pageOf(rows, limit, ({ batch }) => [batch]);
	return { rows: await withWaiting(sql, page.rows.map(viewOf)), next: page.next, total };
}

export interface BatchContainersQuery extends BatchesQuery {
	readonly state?: BatchContainerView["state"] | undefined;
}

/** In the order of their turns. */
export async function listBatchContainers(
	{ sql }: Pick<Database, "sql">,
	batch: number,
	{ after, limit = 100, state }: BatchContainersQuery,
): Promise<Page<BatchContainerView>> {
	const [last] = byNumber.keyOf(after);
	const stateSql = sql`case when bc.left_out_at is not null then 'left out' when bc.run_id is null then 'waiting'
		when r.state in ${statesIn(sql, "active")} then 'running' when r.state in ${statesIn(sql, "failing")} then 'failed'
		when r.state = 'held' then 'held' else 'done' end`;
	const tables = sql`batch_containers bc left join runs r on r.id = bc.run_id join containers c on c.id = bc.container_id
		where bc.batch_id = ${batch} ${state === undefined ? sql`` : sql`and ${stateSql} = ${state}`}`;
	const listed = await sql<(Pick<BatchContainerView, "position" | "container" | "state"> & { runId: number | null })[]>`
		select bc.position, coalesce(c.deleted_eo_id, c.eo_id) as container, ${stateSql} as state, bc.run_id as "runId"
		from ${tables} and bc.position > ${last ?? 0} order by bc.position limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total from ${tables}`;
	const page = byNumber.pageOf(listed, limit, ({ position }) => [position]);
	const ids = page.rows.flatMap(({ runId }) => (runId === null ? [] : [runId]));
	const runs = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id where r.id = any(${ids})`;
	const runById = new Map(runs.map((row) => [row.run, runViewOf(row)]));
	const rows = page.rows.map(({ runId, ...row }) => ({
		...row,
		run: runId === null ? null : (runById.get(runId) ?? null),
	}));
	return { rows, next: page.next, total };
}
