import type { FeedChange } from "./feed.ts";
import type { Area, FeedFilter } from "./feed-filter.ts";

/** For tests: what a program that keeps a copy makes of the feed. */
export class Follower {
	readonly #seqByItem = new Map<string, number>();
	readonly #areas: readonly Area[] | null;

	constructor({ areas }: Pick<FeedFilter, "areas">) {
		this.#areas = areas;
	}

	follow(change: FeedChange): void {
		const { type, collection, id, from, bbox, seq } = change;
		if (type === "renamed") {
			for (const [key, was] of [...this.#seqByItem]) {
				if (!key.startsWith(`${from}/`)) continue;
				this.#seqByItem.delete(key);
				this.#seqByItem.set(`${collection}${key.slice(key.indexOf("/"))}`, was);
			}
		} else if (id === null) {
			if (type === "removed")
				for (const key of [...this.#seqByItem.keys()])
					if (key.startsWith(`${collection}/`)) this.#seqByItem.delete(key);
		} else if (type === "removed" || !this.#isWithin(bbox)) this.#seqByItem.delete(`${collection}/${id}`);
		else {
			if (this.#seqByItem.get(`${collection}/${id}`) === seq)
				throw new Error(`${collection}/${id} of ${seq} comes a second time.`);
			this.#seqByItem.set(`${collection}/${id}`, seq);
		}
	}

	#isWithin(bbox: Area | null): boolean {
		if (this.#areas === null || bbox === null) return true;
		return this.#areas.some(([w, s, e, n]) => bbox[0] <= e && bbox[2] >= w && bbox[1] <= n && bbox[3] >= s);
	}

	items(): readonly string[] {
		return [...this.#seqByItem].map(([key, seq]) => `${key} ${seq}`).sort();
	}
}
