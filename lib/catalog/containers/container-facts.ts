import { outageKey } from "#lib/catalog/causes/cause-records.ts";
import { causeKeys } from "#lib/catalog/causes/causes.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { Opening } from "#lib/catalog/pauses/hours.ts";
import { alwaysOpen, type ContainerOpening, containerOpening, openingColumns } from "#lib/catalog/pauses/pauses.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { joinIgnorings } from "#lib/catalog/rejections/rejected-files.ts";
import { isState, isUntelling, statesIn } from "#lib/catalog/runs/run-states.ts";
import { type RunSurroundings, runViews, surroundings, viewOfRun } from "#lib/catalog/runs/runs.ts";
import { writtenRuns } from "#lib/catalog/runs/runs-over.ts";
import { defaultSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** What a container's state is made of, for many containers at once, by their keys. */

/** Keys of containers; null: of all that are not deleted, which is said in fewer bytes than the keys of thousands. */
type ContainerKeys = readonly number[] | null;

/** Whether a column of containers' keys holds one of them; all: those of deleted containers may be among them. */
function isOneOf(sql: Database["sql"], column: string, keys: ContainerKeys) {
	return keys === null ? sql`true` : sql`${sql(column)} = any(${keys as number[]})`;
}

/** The same of containers `c`. */
function isWanted(sql: Database["sql"], keys: ContainerKeys) {
	return keys === null ? sql`c.deleted_at is null` : isOneOf(sql, "c.id", keys);
}

/** What stands beside the containers' own rows, by their keys. */
export async function factsOf(database: Database, keys: ContainerKeys) {
	const [lastByKey, countsByKey, storagesByKey, byDefault] = await Promise.all([
		lastRuns(database, keys),
		openCounts(database, keys),
		storagesOf(database, keys),
		defaultSchedule(database),
	]);
	const faulty = [...lastByKey].flatMap(([key, { telling }]) =>
		telling !== null && isState(telling.state, "failing") ? [key] : [],
	);
	const causesByKey = faulty.length === 0 ? new Map<number, never>() : await causeKeys(database, faulty);
	return { lastByKey, countsByKey, storagesByKey, byDefault, causesByKey };
}

interface LastRuns {
	/** The last run; this and the next leave out runs that only found a held plan again. */
	readonly last: RunView | null;
	/** The last one that was not cancelled: a cancelled run says nothing about the container, nor does one that restores a dataset, splits or merges. */
	readonly telling: RunView | null;
	readonly lastAsked: Instant | null;
	readonly asOf: Instant | null;
}

interface LastRunsRow extends Pick<LastRuns, "lastAsked" | "asOf">, RunSurroundings {
	readonly key: number;
	readonly run: number;
	/** The transaction that wrote the run's row last. */
	readonly xmin: string;
	readonly last: number | null;
	readonly telling: number | null;
}

/** Nearly always the newest run is all of them: only where it is not are the older ones looked at. Containers that never had a run are left out. */
async function lastRuns(database: Database, keys: ContainerKeys): Promise<Map<number, LastRuns>> {
	const { sql } = database;
	const isOwn = (run: string) => sql`${sql(run)}.same_as_run_id is null`;
	const isTelling = (run: string) =>
		sql`${isOwn(run)} and ${sql(run)}.state <> 'cancelled' and not ${isUntelling(sql, run)}`;
	const hasSeenAll = (run: string) => sql`
		${sql(run)}.kind <> 'revert' and ${sql(run)}.scanned_at is not null and ${sql(run)}.error is null and ${sql(run)}.problems = 0
			and ${sql(run)}.state not in ${statesIn(sql, "active")}`;
	const rows = await sql<LastRunsRow[]>`
		select c.id as key, r.id as run, r.xmin::text as xmin, ${surroundings(sql)},
			case when ${isOwn("r")} then r.id else
				(select id from runs o where container_id = c.id and ${isOwn("o")} order by id desc nulls last limit 1) end as last,
			case when ${isTelling("r")} then r.id else
				(select id from runs o where container_id = c.id and ${isTelling("o")} order by id desc nulls last limit 1) end as telling,
			r.created_at as "lastAsked",
			case when ${hasSeenAll("r")} then r.started_at else
				(select started_at from runs o where container_id = c.id and ${hasSeenAll("o")} order by id desc nulls last limit 1) end as "asOf"
		from containers c
			cross join lateral (select xmin, * from runs where container_id = c.id order by id desc nulls last limit 1) r
		where ${isWanted(sql, keys)}`;
	const written = await writtenRuns(database, new Map(rows.map(({ run, xmin }) => [run, xmin])));
	const older = rows.flatMap(({ run, last, telling }) => [last, telling].filter((id) => id !== null && id !== run));
	const views = older.length === 0 ? [] : await runViews(database, [...new Set(older as number[])]);
	const viewsByRun = new Map(views.map((view) => [view.run, view]));
	return new Map(
		rows.map((row) => {
			const { key, run, last, telling, lastAsked, asOf } = row;
			const own = written.get(run);
			const newest = own === undefined ? null : viewOfRun(own, row);
			const viewOf = (id: number | null) => (id === run ? newest : (viewsByRun.get(id ?? 0) ?? null));
			return [key, { last: viewOf(last), telling: viewOf(telling), lastAsked, asOf }];
		}),
	);
}

interface OpenCounts {
	readonly rejected: number;
	readonly ignored: number;
	readonly waiting: number;
	readonly suspect: number;
	/** Files are rejected that are not ignored, and every dataset there may be is one whose file is. */
	readonly allRejected: boolean;
	readonly exceptions: number;
	/** When a person ended one last. */
	readonly exceptionEndedAt: Instant | null;
}

export const noCounts: OpenCounts = {
	rejected: 0,
	ignored: 0,
	waiting: 0,
	suspect: 0,
	allRejected: false,
	exceptions: 0,
	exceptionEndedAt: null,
};

async function openCounts({ sql }: Database, keys: ContainerKeys): Promise<Map<number, OpenCounts>> {
	const rows = await sql<(OpenCounts & { key: number })[]>`
		select c.id as key, coalesce(j.count, 0) as rejected, coalesce(j.ignored, 0) as ignored, coalesce(w.count, 0) as waiting, coalesce(s.count, 0) as suspect,
			coalesce(j.count > j.ignored and c.dataset_count <= j.datasets, false) as "allRejected", coalesce(e.count, 0) as exceptions, e.ended_at as "exceptionEndedAt"
		from containers c
			left join (select j.container_id, count(*) as count, count(i.path) as ignored, count(cd.dataset_id) filter (where i.path is null) as datasets
				from rejections j ${joinIgnorings(sql)}
					left join datasets d on d.storage_id = j.storage_id and d.path = j.path and d.archived_at is null
					left join container_datasets cd on cd.dataset_id = d.id and cd.container_id = j.container_id
				where ${isOneOf(sql, "j.container_id", keys)} group by 1) j on j.container_id = c.id
			left join (select container_id, count(*) as count from waiting_files where ${isOneOf(sql, "container_id", keys)} group by 1) w
				on w.container_id = c.id
			left join (select container_id, count(*) as count from suspects where ${isOneOf(sql, "container_id", keys)} group by 1) s
				on s.container_id = c.id
			left join (select container_id, count(*) filter (where ended_at is null) as count, max(ended_at) filter (where ended_by is not null) as ended_at
				from exceptions where ${isOneOf(sql, "container_id", keys)} group by 1) e on e.container_id = c.id
		where ${isWanted(sql, keys)} and (j.count > 0 or w.count > 0 or s.count > 0 or e.container_id is not null)`;
	return new Map(rows.map(({ key, ...counts }) => [key, counts]));
}

interface StorageFacts extends Pick<ContainerView, "storages" | "unreachable"> {
	/** Keys of the causes that the outages are. */
	readonly outages: readonly string[];
	readonly opening: ContainerOpening;
}

export const noStorages: StorageFacts = { storages: [], unreachable: [], outages: [], opening: alwaysOpen };

/** The storages of each container, and which of them could not be reached. */
async function storagesOf({ sql }: Database, keys: ContainerKeys): Promise<Map<number, StorageFacts>> {
	const rows = await sql<
		(Opening & { key: number; id: number; storage: string; since: Instant | null; reason: string })[]
	>`
		select distinct s.container_id as key, st.id, st.name as storage, st.unreachable_since as since, coalesce(st.unreachable_reason, '') as reason,
			${openingColumns(sql)}
		from sources s join storages st on st.id in (s.storage_id, s.metadata_storage_id)
		where not s.retired and ${isOneOf(sql, "s.container_id", keys)} order by st.name`;
	const byKey = Map.groupBy(rows, ({ key }) => key);
	return new Map(
		[...byKey].map(([key, all]) => [
			key,
			{
				storages: all.map(({ storage }) => storage),
				opening: containerOpening(all.filter(({ hours, pausedUntil }) => hours !== null || pausedUntil !== null)),
				outages: all.filter(({ since }) => since !== null).map(({ id }) => outageKey(id)),
				unreachable: all.flatMap(({ storage, since, reason }) => (since === null ? [] : [{ storage, since, reason }])),
			},
		]),
	);
}
