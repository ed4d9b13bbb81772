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
	/** How many of the places, and of those who wait, one caller may be; left out: all. */
	readonly each?: { readonly places: number; readonly waiting: number };
	/** Milliseconds that they wait at most. */
	readonly patience: number;
}

interface Waiting {
	readonly caller: string | null;
	readonly enter: () => void;
}

/** Lets a few work at a time; others wait for their turn in the order in which they came, not for ever. */
export class Places {
	readonly #limits: Limits;
	readonly #what: string;
	#free: number;
	/** Those who wait, in their order. */
	readonly #waiting = new Set<Waiting>();
	/** How many places each caller has; those who have none are not in it. */
	readonly #workingByCaller = new Map<string, number>();

	/** @param what works here, in the plural: "searches" */
	constructor(what: string, limits: Limits) {
		this.#what = what;
		this.#limits = limits;
		this.#free = limits.places;
	}

	/**
	 * Takes a place and returns how to give it back.
	 * @param signal of a client that may hang up: then it waits no longer
	 * @param caller who has a share of the places; null: whoever it is
	 * @throws NoPlaceError
	 */
	async take(signal: AbortSignal, caller: string | null = null): Promise<() => void> {
		if (signal.aborted) throw this.#left();
		if (this.#free > 0 && this.#mayWork(caller)) {
			this.#free -= 1;
			return this.#held(caller);
		}
		const { waiting, patience, each } = this.#limits;
		const ofCaller = caller === null ? 0 : [...this.#waiting].filter((one) => one.caller === caller).length;
		if (this.#waiting.size >= waiting || ofCaller >= (each?.waiting ?? waiting))
			throw new NoPlaceError(`Too many ${this.#what} wait for their turn: try again in ${retryAfter} s.`);
		return new Promise((resolve, reject) => {
			const leave = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", hangUp);
				this.#waiting.delete(own);
			};
			const enter = () => {
				leave();
				resolve(this.#held(caller));
			};
			const own = { caller, enter };
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
			this.#waiting.add(own);
		});
	}

	/** Does `work` when it is its turn. @throws NoPlaceError */
	async during<T>(signal: AbortSignal, work: () => Promise<T>, caller: string | null = null): Promise<T> {
		const giveBack = await this.take(signal, caller);
		try {
			return await work();
		} finally {
			giveBack();
		}
	}

	#mayWork(caller: string | null): boolean {
		const { places, each } = this.#limits;
		return caller === null || (this.#workingByCaller.get(caller) ?? 0) < (each?.places ?? places);
	}

	#held(caller: string | null): () => void {
		this.#count(caller, 1);
		let isHeld = true;
		return () => {
			if (!isHeld) return;
			isHeld = false;
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

	/** Nobody hears it. */
	#left(): NoPlaceError {
		return new NoPlaceError(`Who asked for one of the ${this.#what} hung up.`);
	}
}
