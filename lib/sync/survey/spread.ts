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

/** A sample from as many groups as possible, a few more from large ones. In constant memory. */
export class GroupedSpread<T> {
	readonly #atMost: number;
	readonly #firsts: Spread<Numbered<T>>;
	readonly #all: Spread<Numbered<T>>;
	#lastGroup: string | null = null;
	#seen = 0;

	constructor(atMost: number) {
		this.#atMost = atMost;
		this.#firsts = new Spread(atMost);
		this.#all = new Spread(atMost);
	}

	/** @param group items of one group are added one after the other */
	add(item: T, group: string): void {
		const numbered = { number: this.#seen++, item };
		if (group !== this.#lastGroup) this.#firsts.add(numbered);
		this.#lastGroup = group;
		this.#all.add(numbered);
	}

	/** In the order they were added. */
	items(): readonly T[] {
		const chosen = new Map<number, T>();
		const take = (some: readonly Numbered<T>[], atMost: number) => {
			if (atMost < 1) return;
			const evenly = new Spread<Numbered<T>>(atMost);
			for (const each of some) if (!chosen.has(each.number)) evenly.add(each);
			for (const { number, item } of evenly.items()) chosen.set(number, item);
		};
		take(this.#firsts.items(), Math.ceil(this.#atMost * 0.8));
		for (const some of [this.#all, this.#firsts]) take(some.items(), this.#atMost - chosen.size);
		return [...chosen].toSorted(([a], [b]) => a - b).map(([, item]) => item);
	}
}

interface Numbered<T> {
	readonly number: number;
	readonly item: T;
}
