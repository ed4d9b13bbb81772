import { setTimeout as sleep } from "node:timers/promises";

/** How much of a server eosync uses, with every default filled in. */
export interface Limits {
	/** Requests or connections at once. */
	readonly parallel: number;
	/** null: as many as go through. */
	readonly requestsPerSecond: number | null;
	/** Milliseconds without an answer until a call is given up. */
	readonly timeoutMs: number;
}

interface ConfiguredLimits {
	readonly parallel?: number | undefined;
	readonly requestsPerSecond?: number | undefined;
	/** Seconds. */
	readonly timeout?: number | undefined;
}

export function limitsOf(config: ConfiguredLimits, defaults: { readonly parallel: number }): Limits {
	return {
		parallel: config.parallel ?? defaults.parallel,
		requestsPerSecond: config.requestsPerSecond ?? null,
		timeoutMs: (config.timeout ?? 30) * 1000,
	};
}

/** Lets requests start at an even pace, never in bursts: one object per storage, shared by all its connections. */
export class RateLimiter {
	/** Milliseconds between two starts. */
	readonly #interval: number;
	#next = Number.NEGATIVE_INFINITY;

	constructor({ requestsPerSecond }: Pick<Limits, "requestsPerSecond">) {
		this.#interval = requestsPerSecond === null ? 0 : 1000 / requestsPerSecond;
	}

	/** Waits until the next request may start; call it before each. Rejects with the signal's reason when it aborts. */
	async turn({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
		signal?.throwIfAborted();
		if (this.#interval === 0) return;
		const wait = this.reserve(performance.now());
		if (wait <= 0) return;
		try {
			await sleep(wait, undefined, signal === undefined ? {} : { signal });
		} catch (error) {
			throw signal?.aborted ? signal.reason : error;
		}
	}

	/** Takes the next place in the line; milliseconds from `now` (of a steady clock) until it comes. */
	reserve(now: number): number {
		const start = Math.max(now, this.#next);
		this.#next = start + this.#interval;
		return start - now;
	}
}
