/** Keeps some of many, spread evenly over all that came by, in constant memory. */
export class Spread<T> {
	readonly #atMost: number;
	#kept: T[] = [];
	#every = 1;
	#seen = 0;

	constructor(atMost: number) {
		this.#atMost = atMost;
	}

	get seen(): number {
		return this.#seen;
	}

	add(item: T): void {
		if (this.#seen++ % this.#every !== 0) return;
		this.#kept.push(item);
		if (this.#kept.length < 2 * this.#atMost) return;
		this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
		this.#every *= 2;
	}

	/** At most as many as asked for, in their order, from the first to one of the last. */
	items(): readonly T[] {
		const all = this.#kept;
		if (all.length <= this.#atMost) return all;
		const step = (all.length - 1) / Math.max(1, this.#atMost - 1);
		return Array.from({ length: this.#atMost }, (_, i) => all[Math.round(i * step)] as T);
	}
}
