/**
 * Collects what is asked for one by one and asks for it together: while a request is under way, later callers wait for
 * the next one. What the answer does not have is null.
 */
export class Batches<Value> {
	readonly #load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
	readonly #size: number;
	readonly #waiting = new Map<string, Waiting<Value>[]>();
	#underWay = false;

	/** @param load finds the values of at most `size` keys. */
	constructor(size: number, load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {
		this.#size = size;
		this.#load = load;
	}

	/** Rejects as `load` does, or with the signal's reason. */
	get(key: string, signal: AbortSignal): Promise<Value | null> {
		signal.throwIfAborted();
		return new Promise((resolve, reject) => {
			const abort = () => reject(signal.reason);
			signal.addEventListener("abort", abort, { once: true });
			const settled = () => signal.removeEventListener("abort", abort);
			const waiting: Waiting<Value> = {
				resolve: (value) => {
					settled();
					resolve(value);
				},
				reject: (error) => {
					settled();
					reject(error);
				},
				isGone: () => signal.aborted,
			};
			const others = this.#waiting.get(key);
			if (others) others.push(waiting);
			else this.#waiting.set(key, [waiting]);
			setImmediate(() => void this.#run());
		});
	}

	async #run(): Promise<void> {
		if (this.#underWay) return;
		this.#underWay = true;
		while (this.#waiting.size > 0) {
			const batch = [...this.#waiting].slice(0, this.#size);
			for (const [key] of batch) this.#waiting.delete(key);
			const wanted = batch.filter(([, askers]) => !askers.every(({ isGone }) => isGone()));
			if (wanted.length === 0) continue;
			try {
				const values = await this.#load(wanted.map(([key]) => key));
				for (const [key, askers] of wanted) for (const { resolve } of askers) resolve(values.get(key) ?? null);
			} catch (error) {
				for (const [, askers] of wanted) for (const { reject } of askers) reject(error);
			}
		}
		this.#underWay = false;
	}
}

interface Waiting<Value> {
	readonly resolve: (value: Value | null) => void;
	readonly reject: (error: unknown) => void;
	readonly isGone: () => boolean;
}
