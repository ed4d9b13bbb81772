import type { Database } from "#lib/catalog/database/database.ts";
import type { ProblemView, RunView } from "#lib/catalog/read-models.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { listProblems, runView, runViews } from "#lib/catalog/runs/runs.ts";
import { EosyncError } from "#lib/errors.ts";
import { cancelRuns, type RequestedRun, requestApply } from "#lib/jobs/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { reportStorageCalls } from "#lib/sync/storages/report-storage-calls.ts";
import { auditedCommand } from "./audited-command.ts";
import type { Display } from "./display.ts";
import { type Interruption, listenForInterruption } from "./interruption.ts";
import { RunLanes } from "./run-lanes.ts";
import { RunWatch } from "./run-watch.ts";
import { actor } from "./with-catalog.ts";

/** Milliseconds between looks at another process's run when no notification comes. */
const settlingTimeoutMs = 3000;

/** How many problems of a run are named. */
const problemsShown = 5;

export interface RunAndFollowOptions {
	readonly display: Display;
	/** Runs at once; those that share a remote storage go one after the other all the same. Default: 1. */
	readonly concurrency?: number;
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
 * Works on the requested runs until each is over or waits for a person, and shows them in the order of the request; a run that
 * another process works on is followed, and taken over when that process is gone. Ctrl-C cancels those that were started
 * here. When one fails in a way that says nothing of its container, the others that are under way come to their end first.
 */
export async function runAndFollow(
	database: Database,
	requested: readonly RequestedRun[],
	{ display, concurrency = 1, approval = null, again }: RunAndFollowOptions,
): Promise<FollowedRuns> {
	const own = new Set(requested.filter(({ joined }) => !joined).map(({ run }) => run));
	using interruption = listenForInterruption(async () => {
		await cancelRuns(database, { runs: [...own], actor: actor() });
	});
	const active = new Set<number>();
	const show = (view: RunView) => {
		if (active.has(view.run)) display.update(view, view.run === active.values().next().value);
	};
	await using watch = new RunWatch(database, (run) => active.has(run), show);
	const firstViewOf = viewsAhead(database, requested);
	const finish = async (run: number) => {
		active.add(run);
		try {
			const signal = own.has(run) ? interruption.stop : interruption.leave;
			return await settle(database, run, { signal, expired: interruption.expired, watch, show, firstViewOf });
		} finally {
			active.delete(run);
			own.delete(run);
		}
	};
	const follow = async ({ run, joined }: RequestedRun): Promise<Result> => {
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
		return {
			view,
			problems: view.problems > 0 ? (await listProblems(database, view.run, { limit: problemsShown })).rows : [],
			unmatched: view.notes > 0 ? (await listProblems(database, view.run, { notes: true, code: "no-match" })).rows : [],
		};
	};
	const runs: RunView[] = [];
	const lanes = await RunLanes.of(database, requested, concurrency);
	for await (const { view, problems, unmatched } of lanes.each(follow)) {
		display.result(view, problems, unmatched);
		runs.push(view);
	}
	if (!interruption.leave.aborted) await reportStorageCalls(database);
	return { runs, interrupted: interruption.leave.aborted };
}

interface Result {
	readonly view: RunView;
	readonly problems: readonly ProblemView[];
	readonly unmatched: readonly ProblemView[];
}

interface SettleOptions extends Pick<Interruption, "expired"> {
	readonly signal: AbortSignal;
	readonly watch: RunWatch;
	readonly show: (view: RunView) => void;
	readonly firstViewOf: (run: number) => Promise<RunView>;
}

async function settle(
	database: Database,
	run: number,
	{ signal, expired, watch, show, firstViewOf }: SettleOptions,
): Promise<RunView> {
	for (;;) {
		if (!signal.aborted) {
			show(await firstViewOf(run));
			await Promise.race([executeRun(database, run, { signal }), expired]);
		}
		const view = await requireView(database, run);
		if (view.finishedAt !== null || isState(view.state, "proposed") || signal.aborted) return view;
		await watch.settled(run, { within: settlingTimeoutMs, signal });
	}
}

/** How many runs are read at once: the one that begins, and those that come after it. */
const viewsAtOnce = 100;

/** Each view is given out once, and read anew after that. */
function viewsAhead(database: Database, requested: readonly RequestedRun[]): (run: number) => Promise<RunView> {
	const ahead = new Map<number, RunView>();
	const runs = requested.map(({ run }) => run);
	return async (run) => {
		const index = runs.indexOf(run);
		if (!ahead.has(run) && index >= 0) {
			const next = runs.splice(index, viewsAtOnce);
			for (const view of await runViews(database, next)) ahead.set(view.run, view);
		}
		const view = ahead.get(run) ?? (await requireView(database, run));
		ahead.delete(run);
		return view;
	};
}

/** The container may have been deleted meanwhile, and its runs with it. */
async function requireView(database: Database, run: number): Promise<RunView> {
	const view = await runView(database, run);
	if (!view) throw new EosyncError("run-deleted", `Run ${run} is gone: its container was deleted meanwhile.`);
	return view;
}
