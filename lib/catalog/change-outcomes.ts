import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/** Whether a change, of that alias in its statement, is part of its run's plan: neither left out nor failed. */
export function isPlanned(sql: Sql | Transaction, alias = "c") {
	return sql`${sql(alias)}.outcome = 'planned'`;
}

/** What a change did in the end, of a change `c` and its run `r`: the stored outcome tells only the exceptions. */
export function outcomeOf(sql: Sql | Transaction) {
	return sql`case when ${isPlanned(sql)} and r.applied_at is not null then 'applied' else c.outcome::text end`;
}
