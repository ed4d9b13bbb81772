import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import type { Display } from "#lib/cli/output/display.ts";
import { warn } from "#lib/cli/output/output.ts";
import { actor } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { cancelBatch } from "#lib/jobs/batches/batch-requests.ts";
import { closeBatches } from "#lib/jobs/batches/close-batches.ts";
import { ConsoleLease } from "#lib/jobs/batches/console-lease.ts";
import { approveHeld, type Standing, standingOf } from "#lib/jobs/batches/standing.ts";
import { formatPlural } from "#lib/numbers.ts";
import { takeTurns } from "#lib/sync/take-turns.ts";
import { type Begun, begunOf, type Follow, type FollowedRuns, runAndFollow } from "./run-and-follow.ts";

/** Milliseconds between looks while a container's turn cannot come: the batch is paused, for instance. */
const pauseMs = 1000;

export interface CarryOutOptions {
	readonly batch: number;
	/** The name of this console. */
	readonly console: string;
	/** EO IDs in the order of their turns. */
	readonly containers: readonly string[];
	readonly display: Display;
	/** Containers at once. */
	readonly concurrency: number;
	/** Given beforehand for plans that are held, or will be. */
	readonly approval: string | null;
}

interface WantedTurn {
	readonly container: string;
	/** In the batch. */
	readonly position: number;
}

/**
 * Carries out a batch in this process: gives each container its turn, and works on its run. Others may pause the batch or cancel its rest.
 * Where a run of another origin counts already, that one is followed. Ctrl-C cancels the rest.
 */
export async function carryOutBatch(
	database: Database,
	{ batch, console, containers, display, concurrency, approval }: CarryOutOptions,
): Promise<FollowedRuns> {
	await using _lease = new ConsoleLease(database, { batch, console });
	const notice = pauseNotice(batch);
	const begin = async (
		{ container, position }: WantedTurn,
		follow: Follow,
		leave: AbortSignal,
	): Promise<Begun | null> => {
		while (!leave.aborted) {
			const held =
				approval === null ? null : await approveHeld(database, { batch, position, actor: actor(), approval });
			if (held !== null) return begunOf(database, { run: held, joined: false });
			const [turn] = await takeTurns(database, { limit: 1, of: { batch, console, position } });
			if (turn) {
				const { id: run } = turn.taken;
				const progress = { phase: "queued", done: 0, total: null } as const;
				return { run, isOwn: true, turn, first: { run, container, state: "scanning", progress } };
			}
			const standing = await standingOf(database, { batch, position });
			if (standing === null || standing.leftOut) return null;
			if (standing.run !== null) return begunOf(database, { run: standing.run, joined: true });
			notice(standing);
			await followActive(database, standing, follow);
			// Its container may have been deleted.
			await closeBatches(database);
			await sleep(pauseMs, undefined, { signal: leave }).catch(() => {});
		}
		return null;
	};
	const cancel = () => cancelRest(database, batch);
	const wanted = containers.map((container, index) => ({ container, position: index + 1 }));
	const followed = await runAndFollow(database, wanted, { display, concurrency, approval, begin, cancel });
	const leftOut = wanted.length - followed.runs.length;
	if (leftOut > 0 && !followed.interrupted) warn(await leftOutText(database, batch, leftOut));
	return { ...followed, leftOut };
}

/** Does nothing where every container has had its turn. */
async function cancelRest(database: Database, batch: number): Promise<void> {
	try {
		await cancelBatch(database, { batch, actor: actor() });
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
	}
}

/** A run that does less than is wanted comes to its end first, if need be by this process. */
async function followActive(database: Database, { active, isPaused }: Standing, follow: Follow): Promise<void> {
	const view = active === null || isPaused ? null : await runView(database, active);
	if (view !== null) await follow({ run: view.run, isOwn: false, first: view });
}

/** Says once that the batch is paused, and once that it goes on. */
function pauseNotice(batch: number): (standing: Standing) => void {
	let said = false;
	return ({ isPaused, pausedBy }) => {
		if (isPaused && !said)
			warn(`Batch ${batch} was paused by ${pausedBy}; it goes on when it is resumed: eosync batches resume ${batch}.`);
		said = isPaused;
	};
}

async function leftOutText({ sql }: Database, batch: number, leftOut: number): Promise<string> {
	const [row] = await sql<{ by: string | null }[]>`select cancelled_by as by from batches where id = ${batch}`;
	const who = row?.by == null ? "" : `: ${row.by} cancelled the rest of batch ${batch}`;
	return `${formatPlural(leftOut, "container")} ${leftOut === 1 ? "was" : "were"} left out${who}.`;
}
