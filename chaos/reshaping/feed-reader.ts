import { isReadable } from "#lib/catalog/publications/published.ts";
import type { FeedCursor } from "#lib/stac/changes/cursor.ts";
import { readFeed } from "#lib/stac/changes/feed.ts";
import { Follower } from "#lib/stac/changes/follower.ts";
import type { Bench } from "#lib/sync/testing/testing.ts";

/** Keeps a copy of what is published by the feed, a few changes after each step of a history. */
export class FeedReader {
	readonly #sql: Bench["database"]["sql"];
	readonly #reader: { readonly withToken: boolean };
	readonly #follower: Follower;
	#cursor: FeedCursor | null = null;

	constructor({ database }: Bench, withToken: boolean) {
		this.#sql = database.sql;
		this.#reader = { withToken };
		this.#follower = new Follower({ areas: null });
	}

	/** Returns whether there is more. */
	async read(): Promise<boolean> {
		const filter = { reader: this.#reader, collections: null, areas: null };
		const page = await readFeed(this.#sql, { ...filter, cursor: this.#cursor, limit: 4 });
		if (page === "expired") throw new Error("The log does not reach back to the last page.");
		for (const change of page.changes) this.#follower.follow(change);
		this.#cursor = page.cursor;
		return page.more;
	}

	/** Between its copy and the items, once it has read all. */
	async differences(): Promise<readonly string[]> {
		while (await this.read());
		const rows = await this.#sql<{ key: string }[]>`
			select c.eo_id || '/' || i.eo_id || ' ' || i.seq as key from items i join containers c on c.id = i.container_id where ${isReadable(this.#sql, this.#reader)}`;
		const there = rows.map(({ key }) => key);
		const copy = this.#follower.items();
		const who = this.#reader.withToken ? "with a token" : "without a token";
		return [
			...copy.filter((key) => !there.includes(key)).map((key) => `the copy ${who} has ${key} too much`),
			...there.filter((key) => !copy.includes(key)).map((key) => `the copy ${who} lacks ${key}`),
		];
	}
}
