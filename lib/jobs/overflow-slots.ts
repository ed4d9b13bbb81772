import type { Queue } from "./queue.ts";

export interface OverflowOptions {
	/** Runs under way, and since when, on this process's clock (milliseconds). */
	readonly running: ReadonlyMap<number, number>;
	/** Runs at once, of those that do not last. */
	readonly concurrency: number;
	/** Seconds after which a run is one that lasts. */
	readonly longAfter: number;
	readonly handle: (run: number) => Promise<void>;
}

/**
 * Runs that last keep no others waiting: while all that are under way are such, the returned function takes what is queued
 * beyond them, one after the other, so that there are at most twice as many. To be called from time to time.
 */
export function overflowSlots(queue: Queue, options: OverflowOptions): () => Promise<void> {
	const { running, concurrency, longAfter, handle } = options;
	let isAsking = false;
	const mayTake = () =>
		!isAsking &&
		running.size >= concurrency &&
		running.size < 2 * concurrency &&
		[...running.values()].every((since) => performance.now() - since >= longAfter * 1000);
	const begun = (run: number) => {
		isAsking = false;
		return handle(run);
	};
	return async () => {
		while (mayTake()) {
			isAsking = true;
			const hasTaken = await queue.takeOne(begun).finally(() => {
				isAsking = false;
			});
			if (!hasTaken) return;
		}
	};
}
