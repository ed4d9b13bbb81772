import { EosyncError } from "#lib/errors.ts";

/** Seconds after which the same is worth asking again. */
const retryAfter = 5;

/** Too many ask the same process for too much. */
export class NoPlaceError extends EosyncError {
	/** For whoever is answered with 503. */
	readonly headers = { "retry-after": String(retryAfter) };

	constructor(message: string) {
		super("busy", message, { retryable: true });
	}
}

interface Limits {
	/** How many work at a time. */
	readonly places: number;
	/** How many may wait. */
	readonly waiting: number;
	/** Milliseconds that they wait at most. */
	readonly patience: number;
}

/** Lets a few work at a time; others wait for their turn in the order in which they came, not for ever. */
export class Places {
	readonly #limits: Limits;
	readonly #what: string;
	#free: number;
	/** Those who wait, in their order. */
	readonly #waiting = new Set<() => void>();

	/** @param what works here, in the plural: "searches" */
	constructor(what: string, limits: Limits) {
		this.#what = what;
		this.#limits = limits;
		this.#free = limits.places;
	}

	/**
	 * Takes a place and returns how to give it back.
	 * @param signal of a client that may hang up: then it waits no longer
	 * @throws NoPlaceError
	 */
	async take(signal: AbortSignal): Promise<() => void> {
		if (signal.aborted) throw this.#left();
		if (this.#free > 0) {
			this.#free -= 1;
			return this.#held();
		}
		const { waiting, patience } = this.#limits;
		if (this.#waiting.size >= waiting)
			throw new NoPlaceError(`Too many ${this.#what} wait for their turn: try again in ${retryAfter} s.`);
		return new Promise((resolve, reject) => {
			const leave = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", hangUp);
				this.#waiting.delete(enter);
			};
			const enter = () => {
				leave();
				resolve(this.#held());
			};
			const hangUp = () => {
				leave();
				reject(this.#left());
			};
			const giveUp = () => {
				leave();
				const message = `Other ${this.#what} took all places for ${patience / 1000} s: try again in ${retryAfter} s.`;
				reject(new NoPlaceError(message));
			};
			const timer = setTimeout(giveUp, patience);
			signal.addEventListener("abort", hangUp, { once: true });
			this.#waiting.add(enter);
		});
	}

	/** Does `work` when it is its turn. @throws NoPlaceError */
	async during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
		const giveBack = await this.take(signal);
		try {
			return await work();
		} finally {
			giveBack();
		}
	}

	#held(): () => void {
		let isHeld = true;
		return () => {
			if (!isHeld) return;
			isHeld = false;
			const [next] = this.#waiting;
			if (next === undefined) this.#free += 1;
			else next();
		};
	}

	/** Nobody hears it. */
	#left(): NoPlaceError {
		return new NoPlaceError(`Who asked for one of the ${this.#what} hung up.`);
	}
}
