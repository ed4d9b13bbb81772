/** Event streams that one user may have open; a browser has one for all its pages. */
const perUser = 32;
/** Event streams that one process serves. */
const perProcess = 500;

/** Counts the open event streams, so that neither one user nor all together can use a process up. */
export class StreamLimit {
	readonly #each: number;
	readonly #all: number;
	readonly #openByUser = new Map<string, number>();
	#open = 0;

	constructor({ each = perUser, all = perProcess }: { readonly each?: number; readonly all?: number } = {}) {
		this.#each = each;
		this.#all = all;
	}

	/** Takes a place for a stream of the user and returns how to give it back; null: there is none. */
	take(user: string): (() => void) | null {
		const open = this.#openByUser.get(user) ?? 0;
		if (open >= this.#each || this.#open >= this.#all) return null;
		this.#openByUser.set(user, open + 1);
		this.#open += 1;
		let isOpen = true;
		return () => {
			if (!isOpen) return;
			isOpen = false;
			this.#open -= 1;
			const left = (this.#openByUser.get(user) ?? 1) - 1;
			if (left === 0) this.#openByUser.delete(user);
			else this.#openByUser.set(user, left);
		};
	}
}
