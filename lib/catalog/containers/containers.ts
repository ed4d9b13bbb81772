import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { readPosition } from "#lib/catalog/database/read-position.ts";
import { versionOf } from "#lib/catalog/edit-version.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { GuardRules, MosaicGrid } from "#lib/catalog/json-columns.ts";
import { alwaysOpen, containerOpenings } from "#lib/catalog/pauses/pauses.ts";
import { publicationOf } from "#lib/catalog/publications/publication-view.ts";
import type { ContainerDetail, ContainerView, SourceView } from "#lib/catalog/read-models/container-view.ts";
import type { RunTick, RunView } from "#lib/catalog/read-models/run-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { type RunRow, runColumns, runViewOf } from "#lib/catalog/runs/runs.ts";
import {
	defaultSchedule,
	effectiveSchedule,
	type ScheduleColumns,
	scheduleColumns,
} from "#lib/catalog/schedules/default-schedule.ts";
import { nextRun, overdueAfter } from "#lib/catalog/schedules/schedule.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { Band, Footprint, Instant } from "#lib/metadata/metadata.ts";
import { factsOf, noCounts, noStorages } from "./container-facts.ts";
import { inputColumns, inputOf, sourceInputColumns } from "./container-inputs.ts";
import { differencesOf, dueSince, stateOf } from "./container-state.ts";
import { formerIdsOf } from "./former-ids.ts";
import { recentTicks } from "./histories.ts";

type ContainerRow = Omit<
	ContainerView,
	| "state"
	| "stateReason"
	| "schedule"
	| "nextRun"
	| "lastRun"
	| "history"
	| "rejected"
	| "ignored"
	| "waiting"
	| "suspect"
	| "exceptions"
	| "differences"
	| "storages"
	| "asOf"
	| "unreachable"
	| "causes"
	| "paused"
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
	readonly publishStac: StacAccess;
};

const listColumns = (
	sql: Sql | Transaction,
) => sql`c.id as key, c.eo_id as id, c.kind, c.title, c.dataset_count as datasets, c.begin_time as begin, c.end_time as "end", c.verified_at as "verifiedAt",
	${scheduleColumns(sql)}, c.configured_at as "configuredAt", ${readPosition(sql)} as "readAt"`;
const detailColumns = (
	sql: Sql | Transaction,
) => sql`${listColumns(sql)}, c.footprint, ${inputColumns(sql)}, c.mosaic_grid as "mosaicGrid",
	c.mosaic_bands as "mosaicBands", c.revision`;

/** All containers, by EO ID; without histories, and without footprints, which are for one container at a time. */
export async function listContainers(database: Database): Promise<readonly ContainerView[]> {
	const { sql } = database;
	// Asked first: what comes after it, on several connections at once, is at least as new.
	const [{ readAt } = { readAt: 0 }] = await sql<
		Pick<ContainerView, "readAt">[]
	>`select ${readPosition(sql)} as "readAt"`;
	const [rows, facts] = await Promise.all([
		sql<ContainerRow[]>`select ${listColumns(sql)} from containers c where c.deleted_at is null order by c.eo_id`,
		factsOf(database, null),
	]);
	return viewsOf(rows, facts, { readAt });
}

/** Returns the containers of the given EO IDs that exist, with their histories unless the caller needs none. */
export async function containerViews(
	database: Database,
	ids: readonly string[],
	{ histories = true } = {},
): Promise<readonly ContainerView[]> {
	const rows = await database.sql<ContainerRow[]>`
		select ${listColumns(database.sql)} from containers c where c.eo_id = any(${ids as string[]}) order by c.eo_id`;
	return withRuns(database, rows, histories ? await recentTicks(database, rows) : new Map());
}

/** The union of its datasets' footprints; of one container at a time, as it may be large. null: there is no such container. */
export async function containerShape({ sql }: Database, id: string): Promise<Pick<DetailRow, "footprint"> | null> {
	const [row = null] = await sql<Pick<typeof containers.$inferSelect, "footprint">[]>`
		select footprint from containers where eo_id = ${id} and deleted_at is null`;
	return row;
}

/** Returns overdue containers. This is asked every minute: for others it reads only when a run was last asked for. */
export async function overdueContainers(database: Database): Promise<readonly ContainerView[]> {
	const { sql } = database;
	const byDefault = await defaultSchedule(database);
	const rows = await sql<
		(ScheduleColumns & {
			readonly id: string;
			readonly configuredAt: Instant;
			readonly lastAsked: Instant | null;
			readonly waits: boolean;
			readonly now: Instant;
			readonly key: number;
		})[]
	>`
		with waiting as materialized (
			select container_id as id from runs where finished_at is null and state = 'queued' and trigger = 'schedule'
				and created_at < now() - make_interval(secs => ${overdueAfter / 1000})
		)
		select c.id as key, c.eo_id as id, ${scheduleColumns(sql)}, c.configured_at as "configuredAt", now() as now,
			(select created_at from runs where container_id = c.id order by id desc nulls last limit 1) as "lastAsked", c.id in (select id from waiting) as waits
		from containers c where c.deleted_at is null and (${byDefault.schedule !== null} or c.schedule is not null or c.id in (select id from waiting))`;
	const openings = await containerOpenings(database);
	const late = rows.filter(({ key, id, lastAsked, now, waits, ...row }) => {
		const opening = openings.get(key) ?? alwaysOpen;
		const schedule = effectiveSchedule(row, byDefault);
		return waits || dueSince({ container: id, schedule, lastAsked, now, opening }) !== null;
	});
	if (late.length === 0) return [];
	const views = await containerViews(
		database,
		late.map(({ id }) => id),
		{ histories: false },
	);
	return views.filter(({ state }) => state === "overdue");
}

/** EO IDs of the containers that have a source on any of the storages. */
export async function containersOfStorages({ sql }: Database, storages: readonly number[]): Promise<readonly string[]> {
	const rows = await sql<{ id: string }[]>`
		select distinct c.eo_id as id from containers c join sources s on s.container_id = c.id
		where c.deleted_at is null and not s.retired and (s.storage_id = any(${storages as number[]}) or s.metadata_storage_id = any(${storages as number[]}))
		order by 1`;
	return rows.map(({ id }) => id);
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
	const formerIds = await formerIdsOf(database, id);
	const publication = await publicationOf(database.sql, row);
	const { footprint, rangeType, grid, mosaicGrid, guard, retentionDays, revision } = row;
	const input = inputOf(
		row,
		sources.map(({ id: _, datasets: __, watching: ___, unmatched: ____, ...source }) => source),
	);
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
		formerIds,
		plan,
		publication,
		input,
		version: versionOf(input),
	};
}

async function withRuns(
	database: Database,
	rows: readonly ContainerRow[],
	historyByKey: ReadonlyMap<number, readonly RunTick[]>,
): Promise<ContainerView[]> {
	const keys = rows.map(({ key }) => key);
	return viewsOf(rows, await factsOf(database, keys), { historyByKey });
}

interface ViewOptions {
	readonly historyByKey?: ReadonlyMap<number, readonly RunTick[]>;
	/** How far everything is seen at least; left out: as far as each row. */
	readonly readAt?: number;
}

function viewsOf(
	rows: readonly ContainerRow[],
	{ lastByKey, countsByKey, storagesByKey, byDefault, causesByKey }: Awaited<ReturnType<typeof factsOf>>,
	{ historyByKey, readAt }: ViewOptions,
): ContainerView[] {
	const now = new Date().toISOString();
	return rows.map((row) => {
		const { id, kind, title, datasets, begin, end, verifiedAt, configuredAt } = row;
		const schedule = effectiveSchedule(row, byDefault);
		const runs = lastByKey.get(row.key);
		const lastRun = runs?.last ?? null;
		const stateRun = runs?.telling ?? null;
		const { rejected, ignored, waiting, suspect, allRejected, exceptions, exceptionEndedAt } =
			countsByKey.get(row.key) ?? noCounts;
		const { storages, unreachable, outages, opening } = storagesByKey.get(row.key) ?? noStorages;
		return {
			id,
			kind,
			title,
			datasets,
			begin,
			end,
			schedule,
			rejected,
			ignored,
			waiting,
			suspect,
			exceptions,
			differences: differencesOf(stateRun) + suspect,
			asOf: runs?.asOf ?? null,
			verifiedAt,
			storages,
			unreachable,
			paused: opening.paused,
			causes: [...new Set([...outages, ...(causesByKey.get(row.key) ?? [])])],
			lastRun,
			nextRun: schedule === null ? null : nextRun(schedule, id, now),
			...stateOf(
				{
					container: id,
					configuredAt,
					schedule,
					stateRun,
					lastAsked: runs?.lastAsked ?? null,
					now,
					opening,
					open: {
						datasets,
						rejected,
						ignored,
						waiting,
						suspect,
						allRejected,
						exceptions,
						exceptionEndedAt,
						unreachable,
					},
				},
				runSentence,
			),
			history: historyByKey?.get(row.key) ?? null,
			readAt: readAt ?? row.readAt,
		};
	});
}

async function waitingPlan({ sql }: Database, key: number): Promise<RunView | null> {
	const [row] = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id
		where r.container_id = ${key} and r.state in ${statesIn(sql, "proposed")} and r.same_as_run_id is null order by r.id desc nulls last limit 1`;
	return row ? runViewOf(row) : null;
}

async function listSources({ sql }: Database, key: number): Promise<SourceView[]> {
	return sql<SourceView[]>`
		select s.id, ${sourceInputColumns(sql)},
			(select json_build_object('mode', w.mode, 'reason', w.reason, 'folders', w.folders, 'host', split_part(w.worker, ':', 1),
				'since', to_char(w.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
				from watches w where w.source_id = s.id and s.watch and (w.lease_until > now() or (w.mode = 'waiting' and w.lease_until > now() - interval '1 minute'))) as watching,
			(select count(*) from container_datasets cd where cd.source_id = s.id) as datasets,
			array(select p.message from problems p where p.source_id = s.id and p.code = 'no-match' and p.run_id = (
				select max(r.id) from runs r where r.container_id = s.container_id and r.kind in ('sync', 'check') and r.scanned_at is not null) order by p.id) as unmatched
		from sources s join storages st on st.id = s.storage_id left join storages ms on ms.id = s.metadata_storage_id
		where s.container_id = ${key} and not s.retired order by s.position, s.id`;
}
