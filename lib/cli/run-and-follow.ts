import type { Database } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { listProblems, runView } from "#lib/catalog/runs.ts";
import { EosyncError } from "#lib/errors.ts";
import { type RequestedRun, requestApply, requestCancel } from "#lib/jobs/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { reportStorageCalls } from "#lib/sync/storages/report-storage-calls.ts";
import { auditedCommand } from "./audited-command.ts";
import type { Display } from "./display.ts";
import { listenForInterruption } from "./interruption.ts";
import { RunWatch } from "./run-watch.ts";
import { actor } from "./with-catalog.ts";

/** How often a run of another process is looked at even when nothing is heard of it, milliseconds. */
const settlingTimeoutMs = 3000;

/** So many of the things that a run could not examine are named. */
const problemsShown = 5;

export interface RunAndFollowOptions {
	readonly display: Display;
	/** Lets a run go on that the guard holds. */
	readonly approval?: string | null;
	/** Asks again when a joined run did something else than was wanted; null: it will do. */
	readonly again?: (view: RunView) => Promise<RequestedRun | null>;
}

export interface FollowedRuns {
	/** In the order of the request. */
	readonly runs: readonly RunView[];
	readonly interrupted: boolean;
}

/**
 * Works on the requested runs one after the other until each is over or waits for a person; a run that another process
 * works on is followed, and taken over when that process is gone. Ctrl-C cancels those that were started here.
 */
export async function runAndFollow(
	database: Database,
	requested: readonly RequestedRun[],
	{ display, approval = null, again }: RunAndFollowOptions,
): Promise<FollowedRuns> {
	const own = new Set(requested.filter(({ joined }) => !joined).map(({ run }) => run));
	using interruption = listenForInterruption(() => cancelAll(database, own));
	const active = new Set<number>();
	await using watch = new RunWatch(database, (view) => {
		if (active.has(view.run)) display.update(view);
	});
	const finish = async (run: number) => {
		active.add(run);
		const signal = own.has(run) ? interruption.stop : interruption.leave;
		const view = await settle(database, run, { signal, expired: interruption.expired, watch, display });
		active.delete(run);
		own.delete(run);
		return view;
	};
	const runs: RunView[] = [];
	for (const { run, joined } of requested) {
		let view = await finish(run);
		if (joined && !interruption.leave.aborted) {
			const next = (await again?.(view)) ?? null;
			if (next && !next.joined) own.add(next.run);
			if (next) view = await finish(next.run);
		}
		if (view.state === "held" && approval !== null && !interruption.leave.aborted) {
			const held = view.sameAs ?? view.run;
			await auditedCommand(database, {
				action: "runs.approve",
				input: { run: held, reason: approval },
				work: (inside) => requestApply(inside, { run: held, actor: actor(), approval }),
			});
			own.add(held);
			view = await finish(held);
		}
		display.result(
			view,
			view.problems > 0 ? (await listProblems(database, view.run, { limit: problemsShown })).rows : [],
			view.notes > 0 ? (await listProblems(database, view.run, { notes: true, code: "no-match" })).rows : [],
		);
		runs.push(view);
	}
	if (!interruption.leave.aborted) await reportStorageCalls(database);
	return { runs, interrupted: interruption.leave.aborted };
}

interface SettleOptions {
	readonly signal: AbortSignal;
	readonly expired: Promise<void>;
	readonly watch: RunWatch;
	readonly display: Display;
}

async function settle(
	database: Database,
	run: number,
	{ signal, expired, watch, display }: SettleOptions,
): Promise<RunView> {
	for (;;) {
		if (!signal.aborted) {
			display.update(await requireView(database, run));
			await Promise.race([executeRun(database, run, { signal }), expired]);
		}
		const view = await requireView(database, run);
		if (view.finishedAt !== null || isState(view.state, "proposed") || signal.aborted) return view;
		await watch.settled(run, { within: settlingTimeoutMs, signal });
	}
}

/** The container may have been deleted meanwhile, and its runs with it. */
async function requireView(database: Database, run: number): Promise<RunView> {
	const view = await runView(database, run);
	if (!view) throw new EosyncError("run-deleted", `Run ${run} is gone: its container was deleted meanwhile.`);
	return view;
}

async function cancelAll(database: Database, runs: ReadonlySet<number>): Promise<void> {
	for (const run of runs) await requestCancel(database, { run, actor: actor() }).catch(ignoreIfOver(database, run));
}

/** It may end just while it is being cancelled. */
function ignoreIfOver(database: Database, run: number) {
	return async (error: unknown) => {
		const view = await runView(database, run);
		if (view && view.finishedAt === null) throw error;
	};
}
