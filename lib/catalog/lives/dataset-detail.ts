import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { currentVersion } from "#lib/catalog/datasets/dataset-state.ts";
import { type DatasetRow, datasetColumns, datasetViewOf, placeElsewhere } from "#lib/catalog/datasets/datasets.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { PlannedChange } from "./dataset-life.ts";

/** `archived`: it was removed and can be restored; `forgotten`: its retention time is over, one line of its life is kept. */
export const datasetStandings = ["registered", "archived", "forgotten"] as const;
export type DatasetStanding = (typeof datasetStandings)[number];

/** When something came of a run, and whose run that was; null: not known, or no longer kept. */
export interface RunMark {
	readonly at: Instant;
	readonly run: number | null;
	readonly by: string | null;
	readonly trigger: RunView["trigger"] | null;
	/** EO ID. */
	readonly container: string | null;
}

export interface DatasetDetail {
	/** Its number: that of the page's address. */
	readonly dataset: number;
	/** EO ID. */
	readonly id: string;
	readonly standing: DatasetStanding;
	readonly storage: string;
	readonly path: string;
	readonly added: RunMark;
	/** null: it is registered. */
	readonly removed: RunMark | null;
	/** The state that it is in, or was in last; null: it is forgotten. */
	readonly state: DatasetView | null;
	/** The data file first. */
	readonly files: readonly FileView[];
	readonly containers: readonly DatasetContainer[];
	/** What plans that wait would do to it. */
	readonly planned: readonly PlannedChange[];
	/** Changes of it that operators keep out of plans. */
	readonly exceptions: readonly DatasetException[];
	/** EO IDs that it had, the last first. */
	readonly formerIds: readonly FormerDatasetId[];
	/** Other datasets, there or gone, that have or had its EO ID; the last first. */
	readonly namesakes: readonly {
		readonly dataset: number;
		readonly standing: DatasetStanding;
		readonly path: string;
	}[];
}

/** A change of a dataset, or of its file, that an operator keeps out of a container's plans. */
export interface DatasetException
	extends Pick<ExceptionView, "id" | "container" | "action" | "until" | "note" | "by" | "at" | "run"> {}

/** An EO ID that a dataset had, until when, and the run that gave it another one; null: not known. */
export interface FormerDatasetId {
	readonly id: string;
	readonly until: Instant;
	readonly run: number | null;
}

/** A file of a dataset as it was when it was read. */
export interface FileView extends Pick<FileFingerprint, "name" | "role" | "size" | "etag" | "inode"> {
	readonly modifiedAt: Instant | null;
	/** SHA-256; null: the source asks for none. */
	readonly checksum: string | null;
}

export interface DatasetContainer {
	/** EO ID. */
	readonly id: string;
	readonly title: string;
	/** The source that brought it in, `storage:path`; null: it was linked by hand. */
	readonly source: string | null;
	/** Its rules read the dataset. */
	readonly isHome: boolean;
	/** Why its file, as it is now, cannot be read; null: it can. */
	readonly rejected: { readonly code: string; readonly reason: string; readonly since: Instant } | null;
	/** Since when its file has been missing, while its removal ripens; null: it is there. */
	readonly missingSince: Instant | null;
}

interface Own {
	readonly dataset: number;
	readonly standing: DatasetStanding;
	readonly addedAt: Instant;
	readonly addedByRun: number | null;
	readonly removedAt: Instant | null;
	readonly removedByRun: number | null;
}

/** null: there never was a dataset of that number, as far as is known. */
export async function datasetDetail(database: Database, dataset: number): Promise<DatasetDetail | null> {
	const { sql } = database;
	const [row] = await sql<(DatasetRow & Own)[]>`
		select d.id as dataset, case when d.archived_at is null then 'registered' else 'archived' end as standing, d.created_at as "addedAt",
			d.added_by_run as "addedByRun", d.archived_at as "removedAt", case when d.archived_at is not null then d.changed_by_run end as "removedByRun",
			${datasetColumns(sql)}
		from datasets d join storages st on st.id = d.storage_id ${currentVersion(sql)} where d.id = ${dataset}`;
	if (row === undefined) return forgottenDataset(database, dataset);
	const { standing, addedAt, addedByRun, removedAt, removedByRun } = row;
	const [marks, containers, planned, exceptions, formerIds, namesakes] = await Promise.all([
		runMarks(sql, [addedByRun, removedByRun]),
		containersOf(sql, dataset),
		plannedFor(sql, dataset),
		exceptionsOf(sql, dataset),
		formerIdsOf(sql, row.id, dataset),
		namesakesOf(sql, row.id, dataset),
	]);
	const {
		dataset: _,
		standing: __,
		addedAt: ___,
		addedByRun: ____,
		removedAt: _____,
		removedByRun: ______,
		...own
	} = row;
	return {
		dataset,
		id: row.id,
		standing,
		storage: row.storage,
		path: row.path,
		added: { at: addedAt, ...markOf(marks, addedByRun) },
		removed: removedAt === null ? null : { at: removedAt, ...markOf(marks, removedByRun) },
		state: datasetViewOf(own),
		files: row.files.map((file) => ({ ...fileView(file), name: placeElsewhere(row, file.name) ?? file.name })),
		containers,
		planned,
		exceptions,
		formerIds,
		namesakes,
	};
}

function fileView({ name, role, size, mtime, etag, inode, checksum }: FileFingerprint): FileView {
	const modifiedAt = mtime === null ? null : new Date(mtime / 1000).toISOString();
	return { name, role, size, modifiedAt, etag, inode, checksum: checksum ?? null };
}

interface Life extends Own {
	readonly id: string;
	readonly storage: string;
	readonly path: string;
	readonly by: string | null;
	readonly container: string | null;
	readonly removedAt: Instant;
}

async function forgottenDataset({ sql }: Database, dataset: number): Promise<DatasetDetail | null> {
	const [life] = await sql<Life[]>`
		select dataset_id as dataset, 'forgotten' as standing, eo_id as id, storage, path, added_at as "addedAt", added_by_run as "addedByRun",
			removed_at as "removedAt", removed_by_run as "removedByRun", removed_by as by, container
		from dataset_lives where dataset_id = ${dataset}`;
	if (life === undefined) return null;
	const { id, storage, path, addedAt, addedByRun, removedAt, removedByRun, by, container } = life;
	const marks = await runMarks(sql, [addedByRun, removedByRun]);
	const removedMark = markOf(marks, removedByRun);
	return {
		dataset,
		id,
		standing: "forgotten",
		storage,
		path,
		added: { at: addedAt, ...markOf(marks, addedByRun) },
		removed: {
			at: removedAt,
			...removedMark,
			by: removedMark.by ?? by,
			container: removedMark.container ?? container,
		},
		state: null,
		files: [],
		containers: [],
		planned: [],
		exceptions: [],
		formerIds: await formerIdsOf(sql, id, dataset),
		namesakes: await namesakesOf(sql, id, dataset),
	};
}

type MarkedRun = Omit<RunMark, "at"> & { readonly run: number };

async function runMarks(sql: Sql, runs: readonly (number | null)[]): Promise<ReadonlyMap<number, MarkedRun>> {
	const known = runs.filter((run) => run !== null);
	if (known.length === 0) return new Map();
	const rows = await sql<MarkedRun[]>`
		select r.id as run, r.actor as by, r.trigger, coalesce(c.deleted_eo_id, c.eo_id) as container
		from runs r join containers c on c.id = r.container_id where r.id = any(${known})`;
	return new Map(rows.map((row) => [row.run, row]));
}

function markOf(marks: ReadonlyMap<number, MarkedRun>, run: number | null): Omit<RunMark, "at"> {
	return (run === null ? undefined : marks.get(run)) ?? { run, by: null, trigger: null, container: null };
}

async function containersOf(sql: Sql, dataset: number): Promise<readonly DatasetContainer[]> {
	return sql<DatasetContainer[]>`
		select c.eo_id as id, c.title, ss.name || ':' || coalesce(nullif(s.path, ''), '/') as source, coalesce(d.home_source_id = s.id, false) as "isHome",
			(select jsonb_build_object('code', j.code, 'reason', j.reason, 'since', to_char(j.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
				from rejections j where j.container_id = c.id and j.storage_id = d.storage_id and j.path = d.path) as rejected,
			(select x.since from suspects x where x.container_id = c.id and x.dataset_id = d.id) as "missingSince"
		from container_datasets cd join datasets d on d.id = cd.dataset_id join containers c on c.id = cd.container_id
			left join sources s on s.id = cd.source_id left join storages ss on ss.id = s.storage_id
		where cd.dataset_id = ${dataset} order by c.eo_id limit 1000`;
}

async function plannedFor(sql: Sql, dataset: number): Promise<readonly PlannedChange[]> {
	return sql<PlannedChange[]>`
		select r.id as run, k.eo_id as container, c.action, r.state
		from changes c join runs r on r.id = c.run_id join containers k on k.id = r.container_id
		where c.dataset_id = ${dataset} and c.action <> 'refreshed' and ${isPlanned(sql)} and r.applied_at is null and r.same_as_run_id is null
			and r.state in ${statesIn(sql, "proposed")}
		order by r.id desc limit 20`;
}

/** Found by the dataset's file, which is `from_path` in the exception of a move. */
async function exceptionsOf(sql: Sql, dataset: number): Promise<readonly DatasetException[]> {
	return sql<DatasetException[]>`
		select e.id, c.eo_id as container, e.action, e.until, e.note, e.by, e.at, e.run_id as run
		from datasets d join exceptions e on e.storage_id = d.storage_id and d.path in (e.path, e.from_path)
			join containers c on c.id = e.container_id and c.deleted_at is null
		where d.id = ${dataset} and d.archived_at is null and e.ended_at is null order by e.id desc limit 100`;
}

/** One that it has got back is none any more. */
async function formerIdsOf(sql: Sql, eoId: string, dataset: number): Promise<readonly FormerDatasetId[]> {
	return sql<FormerDatasetId[]>`
		select eo_id as id, until, run_id as run from dataset_former_ids
		where dataset_id = ${dataset} and eo_id <> ${eoId} order by until desc, eo_id limit 1000`;
}

async function namesakesOf(sql: Sql, eoId: string, dataset: number): Promise<DatasetDetail["namesakes"]> {
	const numbers = await datasetsOfEoId({ sql }, eoId);
	return numbers.filter((one) => one.dataset !== dataset);
}

/** The dataset that had that EO ID until last, under another one by now; null: there is none. */
export async function datasetOfFormerId({ sql }: Pick<Database, "sql">, eoId: string): Promise<number | null> {
	const [last] = await sql<{ dataset: number }[]>`
		select dataset_id as dataset from dataset_former_ids where eo_id = ${eoId} order by until desc, dataset_id desc limit 1`;
	return last?.dataset ?? null;
}

/** All datasets that have or had that EO ID as their last one: the registered one first, then the last removed; at most 100. */
export async function datasetsOfEoId(
	{ sql }: Pick<Database, "sql">,
	eoId: string,
): Promise<DatasetDetail["namesakes"]> {
	return sql<{ dataset: number; standing: DatasetStanding; path: string }[]>`
		select dataset, standing, path from (
			select id as dataset, 'registered' as standing, path, null::timestamptz as gone from datasets where eo_id = ${eoId} and archived_at is null
			union all select id, 'archived', path, archived_at from datasets where eo_id = ${eoId} and archived_at is not null
			union all select dataset_id, 'forgotten', path, removed_at from dataset_lives where eo_id = ${eoId}
		) known order by gone desc nulls first, dataset desc limit 100`;
}
