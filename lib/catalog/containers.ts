import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import {
	defaultSchedule,
	effectiveSchedule,
	ownSchedule,
	type ScheduleColumns,
	scheduleColumns,
} from "#lib/catalog/schedules/default-schedule.ts";
import { nextRun } from "#lib/catalog/schedules/schedule.ts";
import type { Band, Footprint, Instant } from "#lib/metadata/metadata.ts";
import { stateOf } from "./container-state.ts";
import { recentTicks } from "./histories.ts";
import { type ContainerInput, durationOf, type SourceInput } from "./inputs.ts";
import type { GuardRules, MosaicGrid } from "./json-columns.ts";
import { decodeCursor, encodeCursor } from "./paging.ts";
import type {
	ContainerDetail,
	ContainerView,
	Page,
	RejectionView,
	RunTick,
	RunView,
	SourceView,
} from "./read-models.ts";
import { type RunRow, runColumns, runViewOf, runViews } from "./runs.ts";

type ContainerRow = Omit<
	ContainerView,
	| "state"
	| "stateReason"
	| "schedule"
	| "nextRun"
	| "lastRun"
	| "history"
	| "rejected"
	| "waiting"
	| "suspect"
	| "asOf"
	| "unreachable"
> &
	ScheduleColumns & {
		readonly key: number;
		readonly configuredAt: Instant;
	};

type DetailRow = ContainerRow & {
	readonly footprint: Footprint | null;
	readonly rangeType: string | null;
	readonly grid: MosaicGrid | null;
	readonly mosaicGrid: MosaicGrid | null;
	readonly mosaicBands: readonly Band[] | null;
	readonly guard: GuardRules;
	readonly removalLooks: number;
	/** Seconds. */
	readonly removalAfter: number;
	readonly retentionDays: number;
	readonly revision: number;
};

const listColumns = (
	sql: Sql | Transaction,
) => sql`c.id as key, c.eo_id as id, c.kind, c.title, c.dataset_count as datasets, c.begin_time as begin, c.end_time as "end",
	${scheduleColumns(sql)}, c.configured_at as "configuredAt"`;
const detailColumns = (
	sql: Sql | Transaction,
) => sql`${listColumns(sql)}, c.footprint, c.range_type as "rangeType", c.grid, c.mosaic_grid as "mosaicGrid",
	c.mosaic_bands as "mosaicBands", c.guard, c.removal_looks as "removalLooks", c.removal_after as "removalAfter", c.retention_days as "retentionDays", c.revision`;

/** All containers, by EO ID; without histories, and without footprints, which are for one container at a time. */
export async function listContainers(database: Database): Promise<readonly ContainerView[]> {
	const rows = await database.sql<
		ContainerRow[]
	>`select ${listColumns(database.sql)} from containers c where c.deleted_at is null order by c.eo_id`;
	return withRuns(database, rows, new Map());
}

/** Those of the given EO IDs that exist, with their histories. */
export async function containerViews(database: Database, ids: readonly string[]): Promise<readonly ContainerView[]> {
	const rows = await database.sql<ContainerRow[]>`
		select ${listColumns(database.sql)} from containers c where c.eo_id = any(${ids as string[]}) order by c.eo_id`;
	return withRuns(database, rows, await recentTicks(database, rows));
}

/** null: there is no such container. */
export async function containerDetail(database: Database, id: string): Promise<ContainerDetail | null> {
	const rows = await database.sql<DetailRow[]>`
		select ${detailColumns(database.sql)} from containers c where c.eo_id = ${id}`;
	const [row] = rows;
	const [view] = await withRuns(database, rows, await recentTicks(database, rows));
	if (!row || !view) return null;
	const sources = await listSources(database, row.key);
	const plan = await waitingPlan(database, row.key);
	const { footprint, rangeType, grid, mosaicGrid, guard, retentionDays, revision } = row;
	return {
		...view,
		history: view.history ?? [],
		footprint,
		rangeType,
		grid,
		mosaicGrid,
		guard,
		retentionDays,
		revision,
		sources,
		plan,
		input: inputOf(row, sources),
	};
}

async function withRuns(
	database: Database,
	rows: readonly ContainerRow[],
	historyByKey: ReadonlyMap<number, readonly RunTick[]>,
): Promise<ContainerView[]> {
	const keys = rows.map(({ key }) => key);
	const [lastByKey, countsByKey, unreachableByKey, byDefault] = await Promise.all([
		lastRuns(database, keys),
		openCounts(database, keys),
		unreachableStorages(database, keys),
		defaultSchedule(database),
	]);
	const shown = [...lastByKey.values()].flatMap(({ last, telling }) => [last, telling]).filter((run) => run !== null);
	const viewsByRun = new Map((await runViews(database, [...new Set(shown)])).map((view) => [view.run, view]));
	const now = new Date().toISOString();
	return rows.map((row) => {
		const { id, kind, title, datasets, begin, end, configuredAt } = row;
		const schedule = effectiveSchedule(row, byDefault);
		const runs = lastByKey.get(row.key);
		const lastRun = viewsByRun.get(runs?.last ?? 0) ?? null;
		const telling = viewsByRun.get(runs?.telling ?? 0) ?? null;
		const { rejected, waiting, suspect, allRejected } = countsByKey.get(row.key) ?? noCounts;
		const unreachable = unreachableByKey.get(row.key) ?? [];
		return {
			id,
			kind,
			title,
			datasets,
			begin,
			end,
			schedule,
			rejected,
			waiting,
			suspect,
			asOf: runs?.asOf ?? null,
			unreachable,
			lastRun,
			nextRun: schedule === null ? null : nextRun(schedule, id, now),
			...stateOf(
				{
					container: id,
					configuredAt,
					schedule,
					telling,
					lastAsked: runs?.lastAsked ?? null,
					now,
					open: { datasets, rejected, waiting, suspect, allRejected, unreachable },
				},
				runSentence,
			),
			history: historyByKey.get(row.key) ?? null,
		};
	});
}

interface LastRuns {
	readonly key: number;
	/** Those that only found a held plan again are left out of this and the next. */
	readonly last: number | null;
	/** The last one that was not cancelled: that says nothing of the container. */
	readonly telling: number | null;
	readonly lastAsked: Instant | null;
	readonly asOf: Instant | null;
}

async function lastRuns({ sql }: Database, keys: readonly number[]): Promise<Map<number, LastRuns>> {
	const rows = await sql<LastRuns[]>`
		select c.id as key,
			(select id from runs where container_id = c.id and same_as_run_id is null order by id desc nulls last limit 1) as last,
			(select id from runs where container_id = c.id and same_as_run_id is null and state <> 'cancelled' order by id desc nulls last limit 1) as telling,
			(select created_at from runs where container_id = c.id order by id desc nulls last limit 1) as "lastAsked",
			(select started_at from runs where container_id = c.id and kind <> 'revert' and scanned_at is not null and error is null and problems = 0
				and state not in ${statesIn(sql, "active")} order by id desc nulls last limit 1) as "asOf"
		from containers c where c.id = any(${keys as number[]})`;
	return new Map(rows.map((row) => [row.key, row]));
}

interface OpenCounts {
	readonly rejected: number;
	readonly waiting: number;
	readonly suspect: number;
	/** Files are rejected, and every dataset there may be is one whose file is. */
	readonly allRejected: boolean;
}

const noCounts: OpenCounts = { rejected: 0, waiting: 0, suspect: 0, allRejected: false };

async function openCounts({ sql }: Database, keys: readonly number[]): Promise<Map<number, OpenCounts>> {
	const rows = await sql<(OpenCounts & { key: number })[]>`
		select c.id as key, coalesce(j.count, 0) as rejected, coalesce(w.count, 0) as waiting, coalesce(s.count, 0) as suspect,
			coalesce(j.count, 0) > 0 and c.dataset_count <= j.datasets as "allRejected"
		from containers c
			left join (select r.container_id, count(*) as count, count(cd.dataset_id) as datasets
				from rejections r left join datasets d on d.storage_id = r.storage_id and d.path = r.path and d.archived_at is null
					left join container_datasets cd on cd.dataset_id = d.id and cd.container_id = r.container_id
				where r.container_id = any(${keys as number[]}) group by 1) j on j.container_id = c.id
			left join (select container_id, count(*) as count from waiting_files where container_id = any(${keys as number[]}) group by 1) w
				on w.container_id = c.id
			left join (select container_id, count(*) as count from suspects where container_id = any(${keys as number[]}) group by 1) s
				on s.container_id = c.id
		where c.id = any(${keys as number[]}) and (j.count > 0 or w.count > 0 or s.count > 0)`;
	return new Map(rows.map(({ key, ...counts }) => [key, counts]));
}

type Unreachable = ContainerView["unreachable"][number];

async function unreachableStorages({ sql }: Database, keys: readonly number[]): Promise<Map<number, Unreachable[]>> {
	const rows = await sql<(Unreachable & { key: number })[]>`
		select distinct s.container_id as key, st.name as storage, st.unreachable_since as since, coalesce(st.unreachable_reason, '') as reason
		from storages st join sources s on st.id in (s.storage_id, s.metadata_storage_id)
		where st.unreachable_since is not null and not s.retired and s.container_id = any(${keys as number[]}) order by st.name`;
	const byKey = Map.groupBy(rows, ({ key }) => key);
	return new Map([...byKey].map(([key, all]) => [key, all.map(({ key: _, ...one }) => one)]));
}

async function waitingPlan({ sql }: Database, key: number): Promise<RunView | null> {
	const [row] = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id
		where r.container_id = ${key} and r.state in ${statesIn(sql, "proposed")} and r.same_as_run_id is null order by r.id desc nulls last limit 1`;
	return row ? runViewOf(row) : null;
}

async function listSources({ sql }: Database, key: number): Promise<SourceView[]> {
	return sql<SourceView[]>`
		select s.id, st.name as storage, s.path, s.include, s.exclude, s.metadata, ms.name as "metadataStorage", s.metadata_path as "metadataPath", s.range_type as "rangeType", s.file_name as "fileName",
			s.time_zone as "timeZone", s.symlinks, s.marker, s.checksum, s.stable_for as "stableFor", s.watch,
			(select json_build_object('mode', w.mode, 'reason', w.reason, 'folders', w.folders, 'host', split_part(w.worker, ':', 1),
				'since', to_char(w.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
				from watches w where w.source_id = s.id and s.watch and (w.lease_until > now() or (w.mode = 'waiting' and w.lease_until > now() - interval '1 minute'))) as watching,
			(select count(*) from container_datasets cd where cd.source_id = s.id) as datasets,
			array(select p.message from problems p where p.source_id = s.id and p.code = 'no-match' and p.run_id = (
				select max(r.id) from runs r where r.container_id = s.container_id and r.kind in ('sync', 'check') and r.scanned_at is not null) order by p.id) as unmatched
		from sources s join storages st on st.id = s.storage_id left join storages ms on ms.id = s.metadata_storage_id
		where s.container_id = ${key} and not s.retired order by s.position, s.id`;
}

function inputOf(row: DetailRow, sources: readonly SourceView[]): ContainerInput {
	const { id, kind, title, retentionDays, rangeType, guard } = row;
	return {
		id,
		kind,
		title,
		schedule: ownSchedule(row),
		retentionDays,
		rangeType,
		guard,
		removals: { looks: row.removalLooks, after: durationOf(row.removalAfter) },
		grid: row.grid && {
			crs: row.grid.crs,
			origin: [...row.grid.origin],
			resolution: [...row.grid.resolution],
			size: [...row.grid.size],
		},
		sources: sources.map(({ id: _, datasets: __, watching: ___, unmatched: ____, ...source }): SourceInput => source),
	};
}

export interface SuspectView {
	readonly path: string;
	readonly storage: string;
	/** EO ID. */
	readonly dataset: string;
	/** Since when its file has been missing. */
	readonly since: Instant;
	/** Listings that lacked it. */
	readonly looks: number;
}

interface ListQuery {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
}

/** Datasets of a container (EO ID) whose file was not listed, while their removal ripens, by path. */
export async function listSuspects(
	{ sql }: Database,
	container: string,
	{ after, limit = 100 }: ListQuery,
): Promise<Page<SuspectView>> {
	const [path, storage] = decodeCursor(after, 2);
	const scope = sql`from suspects s join datasets d on d.id = s.dataset_id join storages st on st.id = d.storage_id
		where s.container_id = (select id from containers where eo_id = ${container})`;
	const rows = await sql<SuspectView[]>`
		select d.path, st.name as storage, d.eo_id as dataset, s.since, s.looks ${scope}
		${path === undefined ? sql`` : sql`and (d.path, st.name) > (${path}, ${storage ?? ""})`} order by d.path, st.name limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${scope}`;
	return pageOf(rows, limit, total);
}

export interface WaitingView {
	readonly path: string;
	readonly storage: string;
	/** Since when it has looked as it does. */
	readonly since: Instant;
	/** Seconds for which it must stay so. */
	readonly stableFor: number;
}

/** Files of a container (EO ID) that wait until they are stable, by path. */
export async function listWaiting(
	{ sql }: Database,
	container: string,
	{ after, limit = 100 }: ListQuery,
): Promise<Page<WaitingView>> {
	const [path, storage] = decodeCursor(after, 2);
	const scope = sql`from waiting_files w join storages st on st.id = w.storage_id join sources s on s.id = w.source_id
		where w.container_id = (select id from containers where eo_id = ${container})`;
	const rows = await sql<WaitingView[]>`
		select w.path, st.name as storage, w.since, s.stable_for as "stableFor" ${scope}
		${path === undefined ? sql`` : sql`and (w.path, st.name) > (${path}, ${storage ?? ""})`} order by w.path, st.name limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${scope}`;
	return pageOf(rows, limit, total);
}

function pageOf<Row extends { readonly path: string; readonly storage: string }>(
	rows: readonly Row[],
	limit: number,
	total: number,
): Page<Row> {
	const page = rows.slice(0, limit);
	const last = page.at(-1);
	return { rows: page, next: rows.length > limit && last ? encodeCursor([last.path, last.storage]) : null, total };
}

/** Files of a container (EO ID) that are standing rejected, by path. */
export async function listRejections(
	{ sql }: Database,
	container: string,
	{ after, limit = 100 }: ListQuery,
): Promise<Page<RejectionView>> {
	const [path, storage] = decodeCursor(after, 2);
	const scope = sql`from rejections j join storages st on st.id = j.storage_id where j.container_id = (select id from containers where eo_id = ${container})`;
	const rows = await sql<RejectionView[]>`
		select j.path, st.name as storage, j.code, j.reason, j.run_id as run, j.since ${scope}
		${path === undefined ? sql`` : sql`and (j.path, st.name) > (${path}, ${storage ?? ""})`} order by j.path, st.name limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${scope}`;
	return pageOf(rows, limit, total);
}
