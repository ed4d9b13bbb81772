import type { Database } from "#lib/catalog/database.ts";
import { datasetStateSql } from "#lib/catalog/dataset-state.ts";
import { StorageError } from "#lib/errors.ts";
import type { Bounds } from "#lib/storage/bounds.ts";
import type { Storage } from "#lib/storage/storage.ts";
import type { ToRead } from "./read.ts";
import type { ReadOutcome, readOutcome } from "./read-outcome.ts";
import { openReadPool } from "./read-pool.ts";
import type { ReadTask } from "./read-thread.ts";
import { mapParallel, problemOf } from "./scan.ts";
import type { Session } from "./session.ts";
import { fence, recordProblems } from "./stage.ts";
import { loadSources, readingRules, readRulesOf, type SourceRules, type Subject } from "./subject.ts";

/**
 * Files per portion: each is one query and one transaction; what is written is not read again after an interruption.
 * Few enough for what they leave behind to be cleared away at once.
 */
const portion = 96;
/** Files under way at once, at most: they travel to threads together. */
const maxParallel = 64;
/** Fewer files are read sooner than threads have started. */
const worthThreads = 1000;

interface ReadRow extends ToRead {
	readonly sourceId: number;
	readonly homeSourceId: number | null;
}

export interface Reader {
	readonly database: Database;
	readonly session: Session;
	readonly subject: Subject;
	readonly rulesById: Map<number, SourceRules>;
	/** The opened storage of a source. */
	readonly storageOf: (source: SourceRules) => Promise<Storage>;
	readonly bounds: Bounds;
}

/** The third phase: reads every staged candidate that must be read, and writes what it says beside it. */
export async function readPhase(reader: Reader): Promise<void> {
	const { database, session } = reader;
	const [{ total } = { total: 0 }] = await database.sql<{ total: number }[]>`
		select count(*) as total from changes where run_id = ${session.run} and to_read`;
	session.begin("reading", total);
	if (total === 0) return;
	await using threads = total < worthThreads ? null : openReadPool();
	// While one portion is written, the next is read and the one after that fetched.
	let writing: Promise<void> = Promise.resolve();
	let reading: Promise<readonly Outcome[]> | null = null;
	for (let after = 0; ; ) {
		session.signal.throwIfAborted();
		const rows = await nextRows(database, session.run, after);
		await loadRules(reader, rows);
		const read = (row: ReadRow) => readRow(reader, row, threads);
		const next = rows.length === 0 ? null : thrownLater(mapParallel(rows, maxParallel, read));
		const outcomes = await reading;
		await writing;
		writing = outcomes === null ? writing : thrownLater(writeOutcomes(reader, outcomes));
		reading = next;
		after = rows.at(-1)?.id ?? after;
		if (reading === null) return writing;
	}
}

/** What goes wrong is thrown where the promise is awaited; that nobody awaits it yet must not end the process. */
function thrownLater<T>(promise: Promise<T>): Promise<T> {
	promise.catch(() => {});
	return promise;
}

interface Outcome {
	readonly row: ReadRow;
	readonly outcome: ReadOutcome;
}

async function readRow(
	reader: Reader,
	row: ReadRow,
	threads: ReturnType<typeof openReadPool> | null,
): Promise<Outcome> {
	const { session, bounds } = reader;
	const rules = rulesFor(reader, row);
	const storage = await reader.storageOf(rules);
	const { id, action, path, files, before, filesBefore } = row;
	const item: ToRead = { id, action, path, files, before, filesBefore };
	const outcome =
		threads !== null && storage.readsInThreads
			? await readInThread(threads, { storage: rules.storageConfig, bounds, rules: readRulesOf(rules), item }, session)
			: await readHere(storage, rules, item, session);
	session.advance({ done: 1, current: `${rules.storageName}:${row.path}` });
	return { row, outcome };
}

/** Most runs read nothing, and the readers take long to load. */
async function readHere(...[storage, rules, item, session]: Parameters<typeof readOutcome>): Promise<ReadOutcome> {
	const { readOutcome } = await import("./read-outcome.ts");
	return readOutcome(storage, rules, item, session);
}

/** A thread that hung or died with a file takes just that file with it. */
async function readInThread(
	threads: ReturnType<typeof openReadPool>,
	task: ReadTask,
	{ signal }: Session,
): Promise<ReadOutcome> {
	try {
		return await threads.run(task, signal);
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		return { problem: problemOf(error) };
	}
}

async function nextRows({ sql }: Database, run: number, after: number): Promise<ReadRow[]> {
	return sql<ReadRow[]>`
		select c.id, c.action, c.path, c.files, c.source_id as "sourceId", d.home_source_id as "homeSourceId",
			case when d.id is not null and d.archived_at is null then ${sql.unsafe(datasetStateSql)} end as before, d.files as "filesBefore"
		from changes c left join datasets d on d.id = c.dataset_id
		where c.run_id = ${run} and c.to_read and c.id > ${after} order by c.id limit ${portion}`;
}

/** The rules of home sources that were not met yet. */
export async function loadRules(
	{ database, rulesById }: Pick<Reader, "database" | "rulesById">,
	rows: readonly Pick<ReadRow, "homeSourceId">[],
): Promise<void> {
	const missing = new Set(
		rows.flatMap(({ homeSourceId }) => (homeSourceId === null || rulesById.has(homeSourceId) ? [] : [homeSourceId])),
	);
	for (const rules of missing.size > 0 ? await loadSources(database, [...missing]) : []) rulesById.set(rules.id, rules);
}

function rulesFor({ rulesById }: Reader, { homeSourceId, sourceId }: ReadRow): SourceRules {
	const rules = readingRules(rulesById, homeSourceId, rulesById.get(sourceId));
	if (!rules) throw new Error(`The rules of source ${sourceId} are not loaded.`);
	return rules;
}

async function writeOutcomes({ database, session }: Reader, outcomes: readonly Outcome[]): Promise<void> {
	const { run } = session;
	const unknown = outcomes.flatMap(({ row, outcome }) =>
		"problem" in outcome ? [{ row, problem: outcome.problem }] : [],
	);
	const updates = outcomes.flatMap(({ outcome }) => ("update" in outcome ? [outcome.update] : []));
	await database.sql.begin(async (sql) => {
		await fence(sql, session);
		for (const text of jsonArrays(updates))
			await sql`
			update changes c set to_read = false, action = r.action::change_action, files = r.files, before = r.before, after = r.after,
				fields = r.fields, eo_id = coalesce(r.eo_id, c.eo_id), code = r.code, reason = coalesce(r.reason, c.reason)
			from jsonb_to_recordset(${text}::text::jsonb) as r(id bigint, action text, files jsonb, before jsonb, after jsonb,
				fields jsonb, eo_id text, code text, reason text)
			where c.run_id = ${run} and c.id = r.id`;
		if (unknown.length === 0) return;
		// Nothing is known of these now: no change, and their folders must be looked at again.
		await sql`
			with dropped as (
				delete from changes where run_id = ${run} and id = any(${unknown.map(({ row }) => row.id)}) returning source_id, directory
			)
			update run_directories d set digest = '' from dropped
			where d.run_id = ${run} and d.source_id = dropped.source_id and d.path = dropped.directory`;
	});
	for (const { row, problem } of unknown)
		await recordProblems(database, session, row.sourceId, problem ? [problem] : []);
}

/** Longer strings are large objects to V8, which leaves them lying about for long. */
const maxText = 100_000;

/** The JSON objects as JSON arrays, each about as long as is kind to memory. */
function* jsonArrays(objects: readonly string[]): Generator<string> {
	let [part, length]: [string[], number] = [[], 0];
	for (const object of objects) {
		if (part.length > 0 && length + object.length > maxText) {
			yield `[${part.join(",")}]`;
			[part, length] = [[], 0];
		}
		part.push(object);
		length += object.length;
	}
	if (part.length > 0) yield `[${part.join(",")}]`;
}
