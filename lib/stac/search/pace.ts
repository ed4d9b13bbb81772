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
/** What is common is found in so many portions; they come again and again while it is not. */
const portionsBeforeLook = 2;
/** Milliseconds that all items may take along the index, for a look at all of them as they lie to be worth it. */
const longestWalk = 60_000;

export class Pace {
	static readonly usual: PaceLimits = { enough: 3_000, longest: 15_000, first: 10_000 };
	readonly limits: PaceLimits;
	readonly #started = performance.now();
	#portions = 0;
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
		this.#portions += 1;
		return this.#rows;
	}

	/** Once. */
	isTimeToLook(): boolean {
		return this.#portions === portionsBeforeLook;
	}

	/** At the pace of the portion that has just ended. */
	isFastEnoughFor(rows: number): boolean {
		return (rows / this.#rows) * (performance.now() - this.#began) < longestWalk;
	}

	isOver({ found }: { readonly found: boolean }): boolean {
		return performance.now() - this.#started > (found ? this.limits.enough : this.limits.longest);
	}
}
