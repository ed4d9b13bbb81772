import { EosyncError } from "#lib/errors.ts";

/** Seconds after which the same is worth asking again. */
const retryAfter = 5;

/** The limit is reached, and so is that of those who wait. */
export class LimitReachedError extends EosyncError {
	/** For an answer with status 503. */
	readonly headers = { "retry-after": String(retryAfter) };

	constructor(message: string) {
		super("busy", message, { retryable: true });
	}
}

interface Limits {
	/** How many work at a time. */
	readonly working: number;
	/** How many may wait for their turn. */
	readonly waiting: number;
	/** How many of these one caller may be; left out: all. */
	readonly perCaller?: { readonly working: number; readonly waiting: number };
	/** How long they wait at most. */
	readonly timeoutMs: number;
}

interface Waiting {
	readonly caller: string | null;
	readonly enter: () => void;
}

/** Lets a few work at a time; others wait for their turn in the order in which they came, for a while. */
export class ConcurrencyLimit {
	readonly #limits: Limits;
	readonly #what: string;
	#free: number;
	/** Those who wait, in their order. */
	readonly #waiting = new Set<Waiting>();
	/** How many work for each caller; only callers for whom some do. */
	readonly #workingByCaller = new Map<string, number>();

	/** @param what works here, in the plural: "searches" */
	constructor(what: string, limits: Limits) {
		this.#what = what;
		this.#limits = limits;
		this.#free = limits.working;
	}

	/**
	 * Waits for a turn. Returns the function that ends it.
	 * @param signal of a client that may hang up: then it waits no longer
	 * @param caller to whom `perCaller` applies; null: no one
	 * @throws LimitReachedError
	 */
	async take(signal: AbortSignal, caller: string | null = null): Promise<() => void> {
		if (signal.aborted) throw this.#left();
		if (this.#free > 0 && this.#mayWork(caller)) {
			this.#free -= 1;
			return this.#started(caller);
		}
		const { waiting, timeoutMs, perCaller } = this.#limits;
		const ofCaller = caller === null ? 0 : [...this.#waiting].filter((one) => one.caller === caller).length;
		if (this.#waiting.size >= waiting || ofCaller >= (perCaller?.waiting ?? waiting))
			throw new LimitReachedError(`Too many ${this.#what} wait for their turn: try again in ${retryAfter} s.`);
		return new Promise((resolve, reject) => {
			const leave = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", hangUp);
				this.#waiting.delete(own);
			};
			const enter = () => {
				leave();
				resolve(this.#started(caller));
			};
			const own = { caller, enter };
			const hangUp = () => {
				leave();
				reject(this.#left());
			};
			const giveUp = () => {
				leave();
				const message = `Other ${this.#what} were at work for ${timeoutMs / 1000} s: try again in ${retryAfter} s.`;
				reject(new LimitReachedError(message));
			};
			const timer = setTimeout(giveUp, timeoutMs);
			signal.addEventListener("abort", hangUp, { once: true });
			this.#waiting.add(own);
		});
	}

	/** Does `work` when it is its turn. @throws LimitReachedError */
	async during<T>(signal: AbortSignal, work: () => Promise<T>, caller: string | null = null): Promise<T> {
		const end = await this.take(signal, caller);
		try {
			return await work();
		} finally {
			end();
		}
	}

	#mayWork(caller: string | null): boolean {
		const { working, perCaller } = this.#limits;
		return caller === null || (this.#workingByCaller.get(caller) ?? 0) < (perCaller?.working ?? working);
	}

	#started(caller: string | null): () => void {
		this.#count(caller, 1);
		let isWorking = true;
		return () => {
			if (!isWorking) return;
			isWorking = false;
			this.#count(caller, -1);
			const next = [...this.#waiting].find((one) => this.#mayWork(one.caller));
			if (next === undefined) this.#free += 1;
			else next.enter();
		};
	}

	#count(caller: string | null, more: number): void {
		if (caller === null) return;
		const working = (this.#workingByCaller.get(caller) ?? 0) + more;
		if (working === 0) this.#workingByCaller.delete(caller);
		else this.#workingByCaller.set(caller, working);
	}

	/** Of a client that hung up: no one receives it. */
	#left(): LimitReachedError {
		return new LimitReachedError(`Who asked for one of the ${this.#what} hung up.`);
	}
}
