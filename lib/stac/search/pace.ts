/** How far a search goes at a time along an index that says nothing of what is asked for, and for how long. */

interface PaceLimits {
	/** Milliseconds after which a page is given with what was found. */
	readonly enough: number;
	/** Milliseconds after which one that has nothing is given up. */
	readonly longest: number;
	/** Rows of the first portion. */
	readonly first: number;
}

/** Milliseconds that a portion is to take: no statement comes near its limit of time. */
const perPortion = 500;
const mostRows = 1_000_000;

export class Pace {
	static readonly usual: PaceLimits = { enough: 3_000, longest: 15_000, first: 10_000 };
	readonly limits: PaceLimits;
	readonly #started = performance.now();
	#rows = 0;
	#began = 0;

	constructor(limits: PaceLimits = Pace.usual) {
		this.limits = limits;
	}

	/** Of the next portion: the faster the last one was, the more. */
	rows(): number {
		const now = performance.now();
		const faster = Math.min(4, perPortion / Math.max(1, now - this.#began));
		this.#rows = Math.round(Math.min(mostRows, Math.max(this.limits.first, this.#rows * faster)));
		this.#began = now;
		return this.#rows;
	}

	isOver({ found }: { readonly found: boolean }): boolean {
		return performance.now() - this.#started > (found ? this.limits.enough : this.limits.longest);
	}
}
