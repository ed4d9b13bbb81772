import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { insertDifferences } from "#lib/targets/difference-rows.ts";
import type { PushedDifference } from "./push-types.ts";

type Queries = { readonly sql: Sql | Transaction };

/** So many objects a push lists; what comes after them is only counted. A first push may create a million. */
const mostListed = 50_000;

/** Writes down what a push did, portion by portion, for people to look at. */
export class PushLog {
	readonly #push: number;
	#number = 0;

	constructor(push: number) {
		this.#push = push;
	}

	/**
	 * What it would do was shown while it was held, and is what a person let pass: until its end that is kept, by negative numbers. What else there is
	 * a process wrote that is gone.
	 */
	async begin({ sql }: Queries): Promise<void> {
		const shown = await sql`select from target_differences where push_id = ${this.#push} and number < 0 limit 1`;
		if (shown.length === 0) await sql`update target_differences set number = -number where push_id = ${this.#push}`;
		else await sql`delete from target_differences where push_id = ${this.#push} and number > 0`;
	}

	async end({ sql }: Queries): Promise<void> {
		await sql`delete from target_differences where push_id = ${this.#push} and number < 0`;
	}

	async add(sql: Sql | Transaction, differences: readonly PushedDifference[]): Promise<void> {
		const rows = differences
			.slice(0, mostListed - this.#number)
			.map((difference) => ({ ...difference, number: ++this.#number }));
		if (rows.length === 0) return;
		await insertDifferences(sql, this.#push, rows);
	}
}
