import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { findAbandonedRuns, handBackRuns } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { giveTurns } from "#lib/jobs/batches/give-turns.ts";
import { boxVersions } from "#lib/jobs/upkeep/box-versions.ts";
import { giveVersions } from "#lib/jobs/upkeep/give-versions.ts";
import { purge, purgeAudit } from "#lib/jobs/upkeep/purge.ts";
import { rollUpContainers } from "#lib/jobs/upkeep/roll-up-containers.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { leaseOwnerPrefix } from "#lib/sync/run-lease.ts";
import { reportStorageCalls } from "#lib/sync/storages/report-storage-calls.ts";
import type { Turn } from "#lib/sync/take-turns.ts";
import type { Logger } from "#lib/telemetry/log.ts";
import { type BackgroundTaskOptions, startBackgroundTasks } from "./background-tasks.ts";
import { helpOthers } from "./helping.ts";
import { overflowSlots } from "./overflow-slots.ts";
import { openQueue } from "./queue.ts";
import { requestDueRuns } from "./schedule.ts";
import { WorkerHeartbeat } from "./worker-heartbeat.ts";

/** How often a worker looks for runs that are due, and for those whose owner went silent, milliseconds. */
const patrolInterval = 5000;

const purgeInterval = 3_600_000;

/** Runs are handed back by themselves within so long; then they are taken from this worker, milliseconds. */
const handBackPatience = 3000;
/** And that takes no longer than this: a database that hangs must not keep the process. */
const freeingPatience = 1500;

export interface WorkerOptions {
	/** Runs at once. */
	readonly concurrency: number;
	readonly log: Logger;
	/** For what a worker does beside its runs; without it that is nothing. */
	readonly companions?: BackgroundTaskOptions;
	/** Aborts: hand back what is under way and return. */
	readonly signal: AbortSignal;
	/** Seconds that others have worked on a run before it is helped with: shorter ones are over before help comes. */
	readonly helpAfter?: number;
	/** Seconds after which a worker with nothing to do looks again for a run to help with. */
	readonly helpEvery?: number;
	/** Seconds after which a run keeps no others waiting. */
	readonly longAfter?: number;
}

/**
 * Takes runs from the queue, and takes over those whose worker died, until the signal aborts; then all are handed back,
 * within some seconds.
 * @throws EosyncError `database-too-new` when a later eosync has brought the tables up to date meanwhile: the runs are
 * handed back as well. `not-drained` when something hangs: end the process, its runs are free already.
 */
export async function work(database: Database, options: WorkerOptions): Promise<void> {
	const { concurrency, log, signal: outer, helpAfter = 1, helpEvery = 0.5, longAfter = 10 } = options;
	const outdated = new AbortController();
	const signal = AbortSignal.any([outer, outdated.signal]);
	/** Since when, on this process's clock. */
	const running = new Map<number, number>();
	await using heartbeat = new WorkerHeartbeat(database, concurrency);
	await heartbeat.beat(0);
	const queue = await openQueue(database, {
		role: "worker",
		onError: (error) => log.error({ err: error }, "the queue reports an error"),
	});
	const beat = async () => {
		try {
			await heartbeat.beat(running.size);
		} catch (error) {
			if (error instanceof EosyncError && error.code === "database-too-new") outdated.abort(error);
			throw error;
		}
	};
	const handle = async (run: number, turn?: Turn) => {
		running.set(run, performance.now());
		await workOn(database, run, { log, signal, turn }).finally(() => running.delete(run));
	};
	const overtake = overflowSlots(queue, { running, concurrency, longAfter, handle: (run) => handle(run) });
	const tidy = tidier(database, log);
	const patrol = async () => {
		await beat();
		await reportStorageCalls(database);
		await queue.enqueue(...(await requestDueRuns(database)));
		await queue.enqueue(...(await findAbandonedRuns(database)));
		await tidy();
	};
	const attempt = (action: () => Promise<void>) =>
		void action().catch((error: unknown) => {
			if (!signal.aborted) log.warn({ err: error }, `the patrol failed: ${messageOf(error)}`);
		});
	const onPatrol = () => {
		attempt(patrol);
		attempt(overtake);
	};
	const companions = options.companions
		? await startBackgroundTasks(database, {
				...options.companions,
				worker: heartbeat.id,
				enqueue: (run) => queue.enqueue(run),
				log,
				signal,
			})
		: async () => {};
	const timer = setInterval(onPatrol, patrolInterval);
	let helping: Promise<void> = Promise.resolve();
	let turns: Promise<void> = Promise.resolve();
	try {
		onPatrol();
		await queue.work(concurrency, (run) => handle(run));
		turns = giveTurns(database, {
			log,
			signal,
			running,
			concurrency,
			longAfter,
			handle: (turn) => handle(turn.taken.id, turn),
		});
		helping = helpOthers(database, { log, signal, running, concurrency, helpAfter, helpEvery });
		await new Promise<void>((resolve) => {
			if (signal.aborted) resolve();
			else signal.addEventListener("abort", () => resolve(), { once: true });
		});
	} finally {
		clearInterval(timer);
		await drain(database, Promise.all([queue[Symbol.asyncDispose](), turns]), running);
		// They hold nothing that could be lost.
		const rest = Promise.all([companions(), helping, reportStorageCalls(database)]);
		await Promise.race([rest, sleep(freeingPatience, undefined, { ref: false })]);
	}
	outdated.signal.throwIfAborted();
}

/** Works on one run, and logs when it is taken and when it is left. */
async function workOn(
	database: Database,
	run: number,
	{ log, signal, turn }: Pick<WorkerOptions, "log" | "signal"> & { readonly turn: Turn | undefined },
) {
	const began = performance.now();
	let runLog = log.child({ run });
	const onTaken = (container: string) => {
		runLog = log.child({ run, container });
		runLog.info("run taken");
	};
	const onOutage = (error: unknown) => runLog.warn(`the database fails, the run waits for it: ${messageOf(error)}`);
	const state = await executeRun(database, run, { signal, onTaken, onOutage, ...(turn && { turn }) });
	if (state === null) return runLog.debug("nothing to do for this run");
	const view = signal.aborted ? null : await runView(database, run);
	const { added, removed, updated, moved, rejected, problems, error } = view ?? {};
	const counts = { added, removed, updated, moved, rejected, problems };
	const reason = error ? { code: error.code, reason: error.message } : {};
	runLog[state === "failed" ? "error" : "info"](
		{ state, seconds: (performance.now() - began) / 1000, ...counts, ...reason },
		"run left",
	);
}

/** Runs that do not let go in time are freed, so that another worker goes on with them at once. */
async function drain(
	database: Database,
	ended: Promise<unknown>,
	running: ReadonlyMap<number, unknown>,
): Promise<void> {
	const timeUp = Promise.withResolvers<"time is up">();
	const timer = setTimeout(() => timeUp.resolve("time is up"), handBackPatience);
	const how = await Promise.race([ended, timeUp.promise]);
	clearTimeout(timer);
	if (how !== "time is up" || running.size === 0) return;
	const freed = handBackRuns(database, [...running.keys()], leaseOwnerPrefix()).then(
		() => "handed back nevertheless",
		(error: unknown) => `not handed back (${messageOf(error)}), others go on with them in a while`,
	);
	const late = sleep(freeingPatience, "not handed back, others go on with them in a while", { ref: false });
	const runs = [...running.keys()].join(", ");
	throw new EosyncError(
		"not-drained",
		`Something did not stop in time; run ${runs}: ${await Promise.race([freed, late])}.`,
	);
}

/** Forgets from time to time what need not be kept. */
function tidier(database: Database, log: Logger): () => Promise<void> {
	let purged = Number.NEGATIVE_INFINITY;
	let versions = { given: 0, complete: false };
	/** Null: not looked for yet. Versions that were written since have their boxes. */
	let boxed: number | null = null;
	let rollUps = { made: 0, complete: false };
	return async () => {
		if (performance.now() - purged < purgeInterval) return;
		purged = performance.now();
		const { datasets, changes, runs, lines, complete } = await purge(database);
		// Once all have one it stays so.
		versions = versions.complete ? { given: 0, complete: true } : await giveVersions(database);
		if (boxed === null) boxed = await boxVersions(database);
		rollUps = rollUps.complete ? { made: 0, complete: true } : await rollUpContainers(database);
		if (!complete || !versions.complete || !rollUps.complete) purged = Number.NEGATIVE_INFINITY;
		const audit = await purgeAudit(database, readEnv().auditDays);
		if (datasets + changes + runs + lines + audit > 0)
			log.info({ datasets, changes, runs, lines, audit }, "retention time over: forgotten");
		if (versions.given > 0)
			log.info({ datasets: versions.given }, "states of an earlier version of eosync moved to where they are now");
		if (rollUps.made > 0)
			log.info({ containers: rollUps.made }, "containers of an earlier version of eosync rolled up");
	};
}
