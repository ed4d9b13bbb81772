/** How often one token may call: so many calls at once, which come back one by one. Counted per web process. */

const burst = 100;
const perSecond = 5;
/** Tokens that are remembered; those that did not call for a while are forgotten first. */
const most = 10_000;

interface Bucket {
	readonly left: number;
	/** Milliseconds, of a clock that only goes forward. */
	readonly at: number;
}

export class RateLimit {
	readonly #bucketById = new Map<number, Bucket>();

	/** Counts a call; returns null, or the whole seconds to wait until the next one is allowed. */
	take(id: number, now: number): number | null {
		const before = this.#bucketById.get(id) ?? { left: burst, at: now };
		const left = Math.min(burst, before.left + ((now - before.at) / 1000) * perSecond);
		this.#bucketById.delete(id);
		this.#bucketById.set(id, { left: left >= 1 ? left - 1 : left, at: now });
		const [oldest] = this.#bucketById.keys();
		if (this.#bucketById.size > most && oldest !== undefined) this.#bucketById.delete(oldest);
		return left >= 1 ? null : Math.ceil((1 - left) / perSecond);
	}
}
