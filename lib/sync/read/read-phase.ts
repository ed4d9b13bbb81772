import type { Transaction } from "#lib/catalog/database/database.ts";
import { clearParts } from "#lib/catalog/runs/run-parts.ts";
import { StorageError } from "#lib/errors.ts";
import { folderOf } from "#lib/storage/path.ts";
import { type Problem, problemOf } from "#lib/storage/storage.ts";
import { loadSources, readingRules, readRulesOf, type SourceRules } from "#lib/sync/loaded-run.ts";
import { mapParallel, thrownLater } from "#lib/sync/parallel.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import type { WorkClaim, WorkSource } from "#lib/sync/work-claim.ts";
import type { ToRead } from "./read.ts";
import type { ReadOutcome, readOutcome } from "./read-outcome.ts";
import { openReadPool } from "./read-pool.ts";
import type { ReadTask } from "./read-thread.ts";

/** What is needed for reading, by the leader or a helper. */
export interface ReadContext extends Omit<RunContext, "lease" | "loaded"> {
	readonly claim: WorkClaim;
}

export interface ReadRow extends ToRead {
	readonly sourceId: number;
	readonly homeSourceId: number | null;
}

export interface ChangePortion {
	readonly rows: readonly ReadRow[];
	/** The part of the run that it is, where a helper claimed it. */
	readonly part?: number;
}

/** A change whose files could not be examined; null: they vanished since they were listed. */
export interface ReadFailure {
	readonly row: ReadRow;
	readonly problem: Problem | null;
}

/** Changes that are still to be read. */
export type ChangeSource = WorkSource<ChangePortion, ReadFailure>;

/** Files under way at once: they travel to threads together. */
const maxParallel = 64;
/** Fewer files are read sooner than threads have started. */
const minFilesForThreads = 2000;

/** The third phase: reads every staged candidate that must be read, and writes what it says beside it. */
export async function readPhase(context: RunContext, work: ChangeSource): Promise<void> {
	const { database, lease } = context;
	const total = await database.sql.begin(async (sql) => {
		await lease.fence(sql);
		await clearParts(sql, lease.run);
		const [row] = await sql<{ total: number }[]>`
			select count(*) as total from changes where run_id = ${lease.run} and to_read`;
		return row?.total ?? 0;
	});
	lease.progress.begin("reading", total);
	if (total === 0) return;
	await using threads = total < minFilesForThreads ? null : openReadPool();
	await readPortions({ ...context, claim: lease }, work, threads);
}

/** Reads and writes portion by portion, until there is none left. */
export async function readPortions(
	reading: ReadContext,
	work: ChangeSource,
	threads: ReturnType<typeof openReadPool> | null,
): Promise<void> {
	const { claim } = reading;
	const portions = work.portions();
	// While one portion is written, the next is read and the one after that fetched.
	let writing: Promise<void> = Promise.resolve();
	let underWay: { readonly portion: ChangePortion; readonly outcomes: Promise<readonly Outcome[]> } | null = null;
	for (;;) {
		claim.signal.throwIfAborted();
		const fetched = await portions.next();
		const portion = fetched.done ? null : fetched.value;
		if (portion) await loadRules(reading, portion.rows);
		const read = (row: ReadRow) => readRow(reading, row, threads);
		const next = portion && { portion, outcomes: thrownLater(mapParallel(portion.rows, maxParallel, read)) };
		const last = underWay && { portion: underWay.portion, outcomes: await underWay.outcomes };
		await writing;
		if (last) writing = thrownLater(writeOutcomes(reading, work, last));
		underWay = next;
		if (underWay === null) return writing;
	}
}

interface Outcome {
	readonly row: ReadRow;
	readonly outcome: ReadOutcome;
}

async function readRow(
	reading: ReadContext,
	row: ReadRow,
	threads: ReturnType<typeof openReadPool> | null,
): Promise<Outcome> {
	const { claim, policy } = reading;
	const rules = rulesFor(reading, row);
	const storage = await reading.storageOf(rules);
	const { id, action, path, files, before, versionBefore, filesBefore } = row;
	const item: ToRead = { id, action, path, files, before, versionBefore, filesBefore };
	const task = () => ({ run: claim.run, storage: rules.storageConfig, policy, rules: readRulesOf(rules), item });
	const outcome =
		threads !== null && storage.readsInThreads
			? await readInThread(threads, task(), claim)
			: await readHere(storage, rules, item, claim);
	claim.advance({ done: 1, current: `${rules.storageName}:${row.path}` });
	return { row, outcome };
}

/** Most runs read nothing, and the readers take long to load. */
async function readHere(...[storage, rules, item, claim]: Parameters<typeof readOutcome>): Promise<ReadOutcome> {
	const { readOutcome } = await import("./read-outcome.ts");
	return readOutcome(storage, rules, item, claim);
}

/** A thread that hung or died with a file takes just that file with it. */
async function readInThread(
	threads: ReturnType<typeof openReadPool>,
	task: ReadTask,
	{ signal }: WorkClaim,
): Promise<ReadOutcome> {
	try {
		return await threads.run(task, signal);
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		return { problem: problemOf(error) };
	}
}

/** The rules of home sources that were not met yet. */
export async function loadRules(
	{ database, rulesById }: Pick<ReadContext, "database" | "rulesById">,
	rows: readonly Pick<ReadRow, "homeSourceId">[],
): Promise<void> {
	const missing = new Set(
		rows.flatMap(({ homeSourceId }) => (homeSourceId === null || rulesById.has(homeSourceId) ? [] : [homeSourceId])),
	);
	for (const rules of missing.size > 0 ? await loadSources(database, [...missing]) : []) rulesById.set(rules.id, rules);
}

function rulesFor({ rulesById }: ReadContext, { homeSourceId, sourceId }: ReadRow): SourceRules {
	const rules = readingRules(rulesById, homeSourceId, rulesById.get(sourceId));
	if (!rules) throw new Error(`The rules of source ${sourceId} are not loaded.`);
	return rules;
}

interface PortionRead {
	readonly portion: ChangePortion;
	readonly outcomes: readonly Outcome[];
}

async function writeOutcomes(
	{ database, claim }: ReadContext,
	work: ChangeSource,
	{ portion, outcomes }: PortionRead,
): Promise<void> {
	const failed = outcomes.flatMap(({ row, outcome }) =>
		"problem" in outcome ? [{ row, problem: outcome.problem }] : [],
	);
	const updates = outcomes.flatMap(({ outcome }) => ("update" in outcome ? [outcome.update] : []));
	await database.sql.begin(async (sql) => {
		await claim.fence(sql);
		for (const text of jsonArrays(updates)) await writeUpdates(sql, text);
		await forgetListings(sql, claim.run, outcomes);
		if (failed.length > 0) await work.giveBack(sql, failed);
		await work.finish?.(sql, portion);
	});
}

/**
 * A state becomes a version, which has the change's id; a new dataset gets its id here, so that applying it writes nothing more of
 * the change. A state before that stands in no version yet becomes one as well.
 *
 * What says the same as before counts as read now. A dataset that another run writes at this moment is left out: waiting for it, while
 * that one waits for another of these, would never end.
 *
 * Ids suffice. Given the run as well, PostgreSQL goes through all of its changes for each portion, as long as it does not know how
 * many they are: a first sync of 60,000 files took 69 s instead of 27.
 */
async function writeUpdates(sql: Transaction, text: string): Promise<void> {
	await sql`
		with read as materialized (
			select r.*, c.run_id, case when r.after is null then c.dataset_id else coalesce(c.dataset_id, nextval('datasets_id_seq')) end as dataset_id,
				case when r.before is not null then nextval('changes_id_seq') else r.before_version end as version_before
			from json_to_recordset(${text}::text::json) as r(id bigint, action text, files jsonb, before json, files_before jsonb, before_version bigint,
				after json, footprint_key uuid, cell integer, bbox box, fields jsonb, eo_id text, code text, reason text)
			join changes c on c.id = r.id
		), versions as (
			insert into dataset_versions (id, dataset_id, run_id, begin_time, end_time, footprint_key, state, files, cell, bbox)
			select id, dataset_id, run_id, (after->>'begin')::timestamptz, (after->>'end')::timestamptz, footprint_key, after, files, cell, bbox
			from read where after is not null
			union all
			select version_before, dataset_id, null, (before->>'begin')::timestamptz, (before->>'end')::timestamptz,
				md5((before->'footprint')::jsonb::text)::uuid, before, files_before, null, null
			from read where before is not null
		), verified as (
			update datasets d set verified_at = clock_timestamp() where d.id in (
				select id from datasets where id in (select dataset_id from read where action = 'refreshed') for no key update skip locked)
		)
		update changes c set to_read = false, action = r.action::change_action, files = case when r.after is null then r.files end,
			dataset_id = r.dataset_id, before_version = r.version_before, after_version = case when r.after is not null then r.id end,
			fields = r.fields, eo_id = coalesce(r.eo_id, c.eo_id), code = coalesce(r.code, case when r.action in ('updated', 'refreshed') then c.code end), reason = coalesce(r.reason, c.reason)
		from read r where c.id = r.id`;
}

/** Forgets listings of folders where a reader found members: no listing shows that they belong to the data file. */
async function forgetListings(sql: Transaction, run: number, outcomes: readonly Outcome[]): Promise<void> {
	const rows = outcomes.flatMap(({ row, outcome }) => ("update" in outcome && outcome.hasMembers ? [row] : []));
	if (rows.length === 0) return;
	const sources = rows.map(({ sourceId }) => sourceId);
	const paths = rows.map(({ path }) => folderOf(path));
	await sql`
		update run_directories d set listing = null from unnest(${sources}::bigint[], ${paths}::text[]) as r(source_id, path)
		where d.run_id = ${run} and d.source_id = r.source_id and d.path = r.path`;
}

/** Longer strings are large objects to V8, which leaves them lying about for long. */
const maxTextLength = 100_000;

/** The JSON objects as JSON arrays, each about as long as is kind to memory. */
function* jsonArrays(objects: readonly string[]): Generator<string> {
	let part: string[] = [];
	let length = 0;
	for (const object of objects) {
		if (part.length > 0 && length + object.length > maxTextLength) {
			yield `[${part.join(",")}]`;
			part = [];
			length = 0;
		}
		part.push(object);
		length += object.length;
	}
	if (part.length > 0) yield `[${part.join(",")}]`;
}
