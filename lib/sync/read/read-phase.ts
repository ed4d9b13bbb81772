import { clearParts } from "#lib/catalog/runs/run-parts.ts";
import { StorageError } from "#lib/errors.ts";
import { problemOf } from "#lib/storage/storage.ts";
import { collectGarbage } from "#lib/sync/collect-garbage.ts";
import { loadSources, readingRules, readRulesOf, type SourceRules } from "#lib/sync/loaded-run.ts";
import { mapParallel, thrownLater } from "#lib/sync/parallel.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";
import type { ChangePortion, ChangeSource, ReadContext, ReadRow } from "./portion.ts";
import type { ToRead } from "./read.ts";
import type { ReadOutcome, readOutcome } from "./read-outcome.ts";
import { openReadPool } from "./read-pool.ts";
import type { ReadTask } from "./read-thread.ts";
import { type Outcome, WaitingPortions, writePortions } from "./write-outcomes.ts";

/** Files under way at once: they travel to threads together, and no thread waits until its last answer has come here and brought the next. */
const maxParallel = { here: 64, inThreads: 256 };
/** What a crash of the server took is read again, so often at most. */
const maxRounds = 3;
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
	const isThreaded = total >= minFilesForThreads;
	if (isThreaded) collectGarbage();
	await using threads = isThreaded ? openReadPool() : null;
	for (let round = 1; ; round++) {
		await readPortions({ ...context, claim: lease }, work, threads);
		const unread = await countUnread(context);
		if (unread === 0) return;
		if (round === maxRounds)
			throw new Error(`${unread} files of the run ${lease.run} were read ${maxRounds} times, and still are to be.`);
	}
}

/** None, unless the server crashed and was back before the run asked it again: what was not on its disk yet is to be read once more. */
async function countUnread({ database: { sql }, lease }: RunContext): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select count(*) as count from changes where run_id = ${lease.run} and to_read`;
	return row?.count ?? 0;
}

/** Reads and writes portion by portion, until there is none left. */
export async function readPortions(
	reading: ReadContext,
	work: ChangeSource,
	threads: ReturnType<typeof openReadPool> | null,
): Promise<void> {
	const { claim } = reading;
	const portions = work.portions();
	// While one batch of portions is written the next is read, and while one portion of it is read another is fetched.
	let writing: Promise<void> = Promise.resolve();
	let isFailed = false;
	let underWay: { readonly portion: ChangePortion; readonly outcomes: Promise<readonly Outcome[]> } | null = null;
	let waiting = new WaitingPortions({ isFirst: true });
	for (;;) {
		claim.signal.throwIfAborted();
		if (isFailed) return writing;
		const fetched = await portions.next();
		const portion = fetched.done ? null : fetched.value;
		if (portion) await loadRules(reading, portion.rows);
		const next = portion && { portion, outcomes: thrownLater(readRows(reading, portion.rows, threads)) };
		if (underWay) waiting.add({ portion: underWay.portion, outcomes: await underWay.outcomes });
		if (next === null || waiting.isDue()) {
			await writing;
			writing = writePortions(reading, work, waiting.portions);
			writing.catch(() => {
				isFailed = true;
			});
			if (waiting.isFirst) await writing;
			waiting = new WaitingPortions();
		}
		underWay = next;
		if (underWay === null) return writing;
	}
}

async function readRows(
	reading: ReadContext,
	rows: readonly ReadRow[],
	threads: ReturnType<typeof openReadPool> | null,
): Promise<readonly Outcome[]> {
	const sources = new Set(rows.map((row) => rulesFor(reading, row)));
	const storages = await Promise.all([...sources].map((rules) => reading.storageOf(rules)));
	const inThreads = threads !== null && storages.every(({ readsInThreads }) => readsInThreads);
	const limit = inThreads ? maxParallel.inThreads : maxParallel.here;
	return mapParallel(rows, limit, (row) => readRow(reading, row, threads));
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
