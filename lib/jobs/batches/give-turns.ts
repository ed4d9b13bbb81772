import type { Database } from "#lib/catalog/database/database.ts";
import { closedAt, type Opening } from "#lib/catalog/pauses/hours.ts";
import { openingColumns } from "#lib/catalog/pauses/pauses.ts";
import { messageOf } from "#lib/errors.ts";
import { type Turn, takeTurns } from "#lib/sync/take-turns.ts";
import type { Logger } from "#lib/telemetry/log.ts";
import { closeBatches } from "./close-batches.ts";

/** Milliseconds between looks for a batch while none has a turn to give. */
const pauseMs = 500;

export interface GiveTurnsOptions {
	readonly log: Logger;
	readonly signal: AbortSignal;
	/** Runs of this worker under way, and since when, on this process's clock (milliseconds). */
	readonly running: ReadonlyMap<number, number>;
	/** Runs at once, of those that do not last. */
	readonly concurrency: number;
	/** Seconds after which a run is one that lasts: it keeps no others waiting. */
	readonly longAfter: number;
	/** Works on the run; notes it in `running` at once. */
	readonly handle: (turn: Turn) => Promise<void>;
}

/**
 * Gives containers of batches their turns while this worker has capacity to spare, until the signal aborts; then it waits for their
 * runs. What people ask for one by one comes through the queue, whose places the runs of batches do not take.
 */
export async function giveTurns(database: Database, options: GiveTurnsOptions): Promise<void> {
	const { log, signal, handle } = options;
	const underWay = new Set<Promise<void>>();
	let wake = Promise.withResolvers<void>();
	signal.addEventListener("abort", () => wake.resolve(), { once: true });
	const begin = (turn: Turn) => {
		const going = handle(turn)
			.catch((error: unknown) => log.warn({ err: error, run: turn.taken.id }, `a run failed: ${messageOf(error)}`))
			.finally(() => {
				underWay.delete(going);
				wake.resolve();
			});
		underWay.add(going);
	};
	const give = async () => {
		const open = await openBatch(database);
		if (open === null) return false;
		const limit = capacity(options);
		const turns = limit > 0 ? await takeTurns(database, { limit, closed: closedNow(open.storages) }) : [];
		for (const turn of turns) begin(turn);
		if (turns.length === 0) await closeBatches(database);
		return turns.length > 0;
	};
	while (!signal.aborted) {
		const hasGiven = await give().catch((error: unknown) => {
			if (!signal.aborted) log.warn({ err: error }, `the batches have to wait: ${messageOf(error)}`);
			return false;
		});
		if (hasGiven && capacity(options) > 0) continue;
		const timer = setTimeout(() => wake.resolve(), pauseMs);
		await wake.promise;
		clearTimeout(timer);
		wake = Promise.withResolvers();
		if (signal.aborted) break;
	}
	await Promise.all(underWay);
}

/** As `overflowSlots`: while all runs under way last, one more may begin, up to twice as many. */
function capacity({ running, concurrency, longAfter }: GiveTurnsOptions): number {
	if (running.size < concurrency) return concurrency - running.size;
	const allLast = [...running.values()].every((since) => performance.now() - since >= longAfter * 1000);
	return allLast && running.size < 2 * concurrency ? 1 : 0;
}

type Restricted = Opening & { readonly id: number };

/** Whether there is one, with the storages that must not be used at all times, in one statement: it is asked for often. */
async function openBatch({ sql }: Database): Promise<{ readonly storages: readonly Restricted[] } | null> {
	const [open] = await sql<{ storages: readonly Restricted[] }[]>`
		select (select coalesce(jsonb_agg(to_jsonb(restricted)), '[]') from (
			select st.id, ${openingColumns(sql)} from storages st where st.paused_until > now() or st.config ? 'hours') restricted) as storages
		from batches where finished_at is null limit 1`;
	return open ?? null;
}

function closedNow(storages: readonly Restricted[]): readonly number[] {
	const now = Date.now();
	return storages.filter((opening) => closedAt(opening, now) !== null).map(({ id }) => id);
}
