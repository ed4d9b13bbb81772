/** How often one token or address may call: so many calls at once, which come back one by one. Counted per web process. */

interface Allowance {
	readonly burst: number;
	readonly perSecond: number;
}
const usual: Allowance = { burst: 100, perSecond: 5 };
/** Tokens that are remembered; those that did not call for a while are forgotten first. */
const most = 10_000;

interface Bucket {
	readonly left: number;
	/** Milliseconds, of a clock that only goes forward. */
	readonly at: number;
}

export class RateLimit {
	readonly #bucketById = new Map<number | string, Bucket>();
	readonly #allowance: Allowance;

	constructor(allowance = usual) {
		this.#allowance = allowance;
	}

	/** Counts a call; returns null, or the whole seconds to wait until the next one is allowed. */
	take(id: number | string, now: number): number | null {
		const { burst, perSecond } = this.#allowance;
		const before = this.#bucketById.get(id) ?? { left: burst, at: now };
		const left = Math.min(burst, before.left + ((now - before.at) / 1000) * perSecond);
		this.#bucketById.delete(id);
		this.#bucketById.set(id, { left: left >= 1 ? left - 1 : left, at: now });
		const [oldest] = this.#bucketById.keys();
		if (this.#bucketById.size > most && oldest !== undefined) this.#bucketById.delete(oldest);
		return left >= 1 ? null : Math.ceil((1 - left) / perSecond);
	}
}
