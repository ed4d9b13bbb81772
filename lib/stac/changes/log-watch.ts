/** How often the log's end is looked at while someone waits for it, milliseconds. */
const lookEveryMs = 1000;

/**
 * Tells waiting requests that the log has grown. Looks once a second for all that wait in this process, and not at all while none
 * does.
 */
export class LogWatch {
	readonly #lastSeq: () => Promise<number>;
	readonly #everyMs: number;
	readonly #waiting = new Set<{ readonly after: number; readonly wake: () => void }>();
	#timer: NodeJS.Timeout | null = null;

	constructor(lastSeq: () => Promise<number>, { everyMs = lookEveryMs }: { readonly everyMs?: number } = {}) {
		this.#lastSeq = lastSeq;
		this.#everyMs = everyMs;
	}

	/** Resolves when the log has an entry after this one, or the signal aborts. */
	async grown(after: number, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		const { promise, resolve } = Promise.withResolvers<void>();
		const wake = () => resolve();
		const waiter = { after, wake };
		this.#waiting.add(waiter);
		signal.addEventListener("abort", wake, { once: true });
		this.#schedule();
		await promise;
		signal.removeEventListener("abort", wake);
		this.#waiting.delete(waiter);
	}

	#schedule(): void {
		this.#timer ??= setTimeout(() => void this.#look(), this.#everyMs).unref();
	}

	async #look(): Promise<void> {
		try {
			const last = await this.#lastSeq();
			for (const { after, wake } of this.#waiting) if (last > after) wake();
		} catch {
			// A database that does not answer is no news: the requests that wait read it next, and hear of the error then.
			for (const { wake } of this.#waiting) wake();
		}
		this.#timer = null;
		if (this.#waiting.size > 0) this.#schedule();
	}
}
