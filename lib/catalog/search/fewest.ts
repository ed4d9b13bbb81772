import type { Transaction } from "#lib/catalog/database/database.ts";
import type { Fragment } from "./condition-sql.ts";

/** Rows that a condition may have for its index to lead the search. */
export const fewRows = 20_000;

/** Rows of one condition. In an object: a fragment that is awaited would be sent. */
interface FewRows {
	readonly rows: Fragment;
	readonly count: number;
}

/** Of some selects the one with the fewest rows, each counted as far as that matters; null: none has few. */
export async function fewest(
	sql: Transaction,
	sets: readonly Fragment[],
	limit: number = fewRows,
): Promise<FewRows | null> {
	let best: FewRows | null = null;
	for (const rows of sets) {
		const most: number = best === null ? limit + 1 : best.count;
		const [counted]: { count: number }[] = await sql<
			{ count: number }[]
		>`select count(*) as count from (${rows} limit ${most}) few`;
		const count: number = counted?.count ?? 0;
		if (count < most) best = { rows, count };
	}
	return best;
}
