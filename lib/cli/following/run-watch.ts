import type { Database } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { liveEvents } from "#lib/jobs/live/events.ts";

/** Hears of runs as they go: shows each and wakes who waits for one. */
export class RunWatch implements AsyncDisposable {
	readonly #abort = new AbortController();
	readonly #ended: Promise<void>;
	readonly #wakeByRun = new Map<number, () => void>();

	/** @param isFollowed whether a run is shown, or waited for */
	constructor(database: Database, isFollowed: (run: number) => boolean, onRun: (run: RunView) => void) {
		// Deaf, it only makes waiting longer: `settled` looks by itself from time to time.
		this.#ended = this.#listen(database, isFollowed, onRun).catch(() => {});
	}

	async #listen(database: Database, onlyRuns: (run: number) => boolean, onRun: (run: RunView) => void): Promise<void> {
		for await (const batch of liveEvents(database, { signal: this.#abort.signal, onlyRuns })) {
			for (const event of batch) {
				if (event.type !== "run") continue;
				onRun(event.run);
				if (!isWorkedOn(event.run)) this.#wakeByRun.get(event.run.run)?.();
			}
		}
	}

	/** Resolves when no process works on the run any more, and at the latest after so many milliseconds or when the signal aborts. */
	async settled(
		run: number,
		{ within, signal }: { readonly within: number; readonly signal: AbortSignal },
	): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, within);
		const onAbort = () => resolve();
		signal.addEventListener("abort", onAbort, { once: true });
		this.#wakeByRun.set(run, resolve);
		if (!signal.aborted) await promise;
		this.#wakeByRun.delete(run);
		signal.removeEventListener("abort", onAbort);
		clearTimeout(timer);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#abort.abort();
		await this.#ended;
	}
}

export function isWorkedOn({ state }: RunView): boolean {
	return isState(state, "leased");
}
