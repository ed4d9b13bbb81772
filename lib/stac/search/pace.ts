/** How many rows a search walks at a time along an index that does not know the filter, and for how long altogether. */

interface PaceLimits {
	/** Milliseconds after which a page is returned with what was found so far. */
	readonly enough: number;
	/** Milliseconds after which a search that has found nothing is given up. */
	readonly longest: number;
	/** Rows of the first portion. */
	readonly first: number;
}

/** Milliseconds that a portion should take, so that no statement comes near its time limit. */
const perPortion = 500;
const mostRows = 1_000_000;
/** Common items fill a page within so many portions. */
const portionsBeforeLook = 2;
/** Where walking all items along the index would take more milliseconds than this, reading the whole table is not tried either. */
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

	/** Rows of the next portion: the faster the last one was, the more. */
	rows(): number {
		const now = performance.now();
		const faster = Math.min(4, perPortion / Math.max(1, now - this.#began));
		this.#rows = Math.round(Math.min(mostRows, Math.max(this.limits.first, this.#rows * faster)));
		this.#began = now;
		this.#portions += 1;
		return this.#rows;
	}

	/** Whether to read the whole table now; true once in a search. */
	isTimeToLook(): boolean {
		return this.#portions === portionsBeforeLook;
	}

	/** Whether so many rows could be walked in time, at the pace of the portion that has just ended. */
	isFastEnoughFor(rows: number): boolean {
		return (rows / this.#rows) * (performance.now() - this.#began) < longestWalk;
	}

	isOver({ found }: { readonly found: boolean }): boolean {
		return performance.now() - this.#started > (found ? this.limits.enough : this.limits.longest);
	}
}
