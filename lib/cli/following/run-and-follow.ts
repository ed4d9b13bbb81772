import type { Database } from "#lib/catalog/database/database.ts";
import type { ProblemView, RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { listProblems, runView } from "#lib/catalog/runs/runs.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { type Interruption, listenForInterruption } from "#lib/cli/interruption.ts";
import type { Display } from "#lib/cli/output/display.ts";
import { warn } from "#lib/cli/output/output.ts";
import type { ShownRun } from "#lib/cli/output/progress-text.ts";
import { actor } from "#lib/cli/with-catalog.ts";
import { EosyncError } from "#lib/errors.ts";
import { cancelRuns, type RequestedRun, requestApply } from "#lib/jobs/requests/requests.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { reportStorageCalls } from "#lib/sync/storages/report-storage-calls.ts";
import type { Turn } from "#lib/sync/take-turns.ts";
import { RunLanes } from "./run-lanes.ts";
import { RunWatch } from "./run-watch.ts";

/** Milliseconds between looks at another process's run when no notification comes. */
const settlingTimeoutMs = 3000;

/** How many problems of a run are named. */
const problemsShown = 5;

/** A run that is followed from now on. */
export interface Begun {
	readonly run: number;
	/** Asked for by this process, which cancels it with Ctrl-C. */
	readonly isOwn: boolean;
	/** It is this process's already. */
	readonly turn?: Turn;
	/** What is shown of it before it begins. */
	readonly first: ShownRun;
}

/** Follows a run to where it is over or waits for a person, and works on it if no other process does. */
export type Follow = (begun: Begun) => Promise<RunView>;

export interface RunAndFollowOptions<Wanted> {
	readonly display: Display;
	/** Runs at once; those that share a remote storage go one after the other all the same. Default: 1. */
	readonly concurrency?: number;
	/** Lets a run go on that the guard holds. */
	readonly approval?: string | null;
	/** Called when its turn has come; `leave` aborts when nothing is to be waited for any more. null: it gets no run. */
	readonly begin: (wanted: Wanted, follow: Follow, leave: AbortSignal) => Promise<Begun | null>;
	/** Asks again when a run of another process did something else than was wanted; null: it will do. */
	readonly again?: (view: RunView) => Promise<Begun | null>;
	/** Cancels what has not begun. */
	readonly cancel?: () => Promise<void>;
}

export interface FollowedRuns {
	/** In the order of the request. */
	readonly runs: readonly RunView[];
	readonly interrupted: boolean;
	/** Containers of a batch that got no run, because its rest was cancelled. */
	readonly leftOut?: number;
}

/**
 * Works on the runs that are wanted until each is over or waits for a person, and shows them in the order of the request; a run that
 * another process works on is followed, and taken over when that process is gone. Ctrl-C cancels those that were started
 * here. When one fails in a way that says nothing of its container, the others that are under way come to their end first.
 */
export async function runAndFollow<Wanted extends { readonly container: string }>(
	database: Database,
	wanted: readonly Wanted[],
	{ display, concurrency = 1, approval = null, begin, again, cancel }: RunAndFollowOptions<Wanted>,
): Promise<FollowedRuns> {
	const own = new Set<number>();
	using interruption = listenForInterruption(async () => {
		await cancel?.();
		await cancelRuns(database, { runs: [...own], actor: actor() });
	});
	const active = new Set<number>();
	const show = (view: ShownRun) => {
		if (active.has(view.run)) display.update(view, view.run === active.values().next().value);
	};
	await using watch = new RunWatch(database, (run) => active.has(run), show);
	const finish: Follow = async (begun) => {
		const { run, isOwn } = begun;
		active.add(run);
		if (isOwn) own.add(run);
		try {
			// It came to be while Ctrl-C was cancelling the others.
			if (isOwn && interruption.leave.aborted) await cancelRuns(database, { runs: [run], actor: actor() });
			const signal = isOwn ? interruption.stop : interruption.leave;
			return await settle(database, begun, { signal, expired: interruption.expired, watch, show });
		} finally {
			active.delete(run);
			own.delete(run);
		}
	};
	const follow = async (one: Wanted): Promise<Result | null> => {
		const begun = await begin(one, finish, interruption.leave);
		if (begun === null) return null;
		let view = await finish(begun);
		if (!begun.isOwn && !interruption.leave.aborted) {
			const next = (await again?.(view)) ?? null;
			if (next) view = await finish(next);
		}
		if (view.state === "held" && approval !== null && !interruption.leave.aborted) {
			const held = view.sameAs ?? view.run;
			const first = await auditedCommand(database, {
				action: "runs.approve",
				input: { run: held, reason: approval },
				work: (inside) => requestApply(inside, { run: held, actor: actor(), approval }),
			});
			view = await finish({ run: held, isOwn: true, first });
		}
		return {
			view,
			problems: view.problems > 0 ? (await listProblems(database, view.run, { limit: problemsShown })).rows : [],
			unmatched: view.notes > 0 ? (await listProblems(database, view.run, { notes: true, code: "no-match" })).rows : [],
		};
	};
	const runs: RunView[] = [];
	const lanes = await RunLanes.of(database, wanted, concurrency);
	for await (const result of lanes.each(follow)) {
		if (result === null) continue;
		display.result(result.view, result.problems, result.unmatched);
		runs.push(result.view);
	}
	if (!interruption.leave.aborted) await reportStorageCalls(database);
	return { runs, interrupted: interruption.leave.aborted };
}

/** Follows a single run that was asked for: this process's own unless it was joined. */
export async function followRequested(
	database: Database,
	requested: Pick<RequestedRun, "run" | "joined">,
	options: Pick<RunAndFollowOptions<RequestedRun>, "display" | "approval" | "again">,
): Promise<FollowedRuns> {
	const begin = () => begunOf(database, requested);
	return runAndFollow(database, [{ container: "" }], { ...options, begin });
}

export async function begunOf(
	database: Database,
	{ run, joined }: Pick<RequestedRun, "run" | "joined">,
): Promise<Begun> {
	return { run, isOwn: !joined, first: await requireView(database, run) };
}

interface Result {
	readonly view: RunView;
	readonly problems: readonly ProblemView[];
	readonly unmatched: readonly ProblemView[];
}

interface SettleOptions extends Pick<Interruption, "expired"> {
	readonly signal: AbortSignal;
	readonly watch: RunWatch;
	readonly show: (view: ShownRun) => void;
}

async function settle(
	database: Database,
	{ run, turn, first }: Begun,
	{ signal, expired, watch, show }: SettleOptions,
): Promise<RunView> {
	let shown = first;
	let isTold = false;
	for (let isFirst = true; ; isFirst = false) {
		let isOthers = false;
		// A turn is this process's already: it is ended in order, or handed back.
		if (!signal.aborted || (isFirst && turn)) {
			show(shown);
			const executing = executeRun(database, run, { signal, ...(isFirst && turn && { turn }) });
			isOthers = (await Promise.race([executing, expired])) === null;
		}
		const view = await requireView(database, run);
		const isHandedBack = view.state === "interrupted" && view.resumeAt !== null;
		if (view.finishedAt !== null || isState(view.state, "proposed") || isHandedBack || signal.aborted) return view;
		if (isOthers && !isTold && isState(view.state, "leased")) {
			warn(
				`${view.container}: another process works on run ${run}; this one follows, and takes over if that one is gone.`,
			);
			isTold = true;
		}
		await watch.settled(run, { within: settlingTimeoutMs, signal });
		shown = await requireView(database, run);
	}
}

/** The container may have been deleted meanwhile, and its runs with it. */
async function requireView(database: Database, run: number): Promise<RunView> {
	const view = await runView(database, run);
	if (!view) throw new EosyncError("run-deleted", `Run ${run} is gone: its container was deleted meanwhile.`);
	return view;
}
