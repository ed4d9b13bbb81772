/**
 * When to ask for a run after changes: as soon as nothing has changed for a while; if changes go on and on, from time to
 * time all the same. All times are milliseconds of one monotonic clock.
 */
export class Debounce {
	readonly #quiet: number;
	readonly #patience: number;
	#first: number | null = null;
	#last = 0;
	#notBefore = 0;

	/** `quiet`: nothing changes for so long. `patience`: changes that go on are waited for no longer. */
	constructor(quiet: number, patience: number) {
		this.#quiet = quiet;
		this.#patience = patience;
	}

	changed(now: number): void {
		this.#first ??= now;
		this.#last = now;
	}

	isDue(now: number): boolean {
		if (this.#first === null || now < this.#notBefore) return false;
		return now - this.#last >= this.#quiet || now - this.#first >= this.#patience;
	}

	/**
	 * A run was asked for. `joined`: another one was under way, which may have passed what changed; it is asked again. What
	 * still changes is looked at once more when it has come to rest.
	 */
	asked(now: number, joined: boolean): void {
		if (joined) this.#notBefore = now + askAgainAfter;
		else this.#first = now - this.#last >= this.#quiet ? null : now;
	}
}

const askAgainAfter = 2000;
