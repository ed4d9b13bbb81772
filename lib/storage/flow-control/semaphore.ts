/** Limits the calls at once; the others wait in the order in which they came: one object per storage. */
export class Semaphore {
	#free: number;
	readonly #waiting: Array<() => void> = [];

	constructor(parallel: number) {
		this.#free = parallel;
	}

	/** Whether others wait. */
	get isWanted(): boolean {
		return this.#waiting.length > 0;
	}

	/** Rejects with the signal's reason when it aborts while waiting; work that has begun handles the signal itself. */
	async run<T>(work: () => Promise<T>, { signal }: { readonly signal: AbortSignal }): Promise<T> {
		await this.#enter(signal);
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		}
	}

	async #enter(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.#free > 0) {
			this.#free--;
			return;
		}
		await new Promise<void>((resolve, reject) => {
			const enter = () => {
				signal.removeEventListener("abort", leave);
				resolve();
			};
			const leave = () => {
				this.#waiting.splice(this.#waiting.indexOf(enter), 1);
				reject(signal.reason);
			};
			this.#waiting.push(enter);
			signal.addEventListener("abort", leave, { once: true });
		});
	}
}
