import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/** Whether a change, of that alias in its statement, is part of its run's plan: neither left out nor failed. */
export function isPlanned(sql: Sql | Transaction, alias = "c") {
	return sql`${sql(alias)}.outcome = 'planned'`;
}

/** Selects what a change `c` of a run `r` did in the end: the stored outcome records only the exceptions. */
export function outcomeOf(sql: Sql | Transaction) {
	return sql`case when ${isPlanned(sql)} and r.applied_at is not null then 'applied' else c.outcome::text end`;
}

/** Whether a change that adds a dataset has read a new one, rather than restores one. */
export function isNewDataset(sql: Sql | Transaction, alias = "c") {
	const change = sql(alias);
	return sql`(${change}.after_version is not null and not exists (select from datasets d where d.id = ${change}.dataset_id))`;
}

/** Sets of change actions, each for `action in …`. */
export const actionsThat = {
	/** Bring a dataset into the container. */
	arrive: (sql: Sql | Transaction) => sql`('added', 'linked')`,
	/** Take it out. */
	leave: (sql: Sql | Transaction) => sql`('removed', 'unlinked')`,
	/** Are about a dataset that is there already, and may have read it anew. */
	alter: (sql: Sql | Transaction) => sql`('updated', 'moved', 'linked', 'unlinked')`,
	/** May have a state to write. */
	describe: (sql: Sql | Transaction) => sql`('added', 'updated', 'moved', 'linked', 'unlinked')`,
	/** Leave the dataset as the catalogue has it, where they have no state of their own. */
	stay: (sql: Sql | Transaction) => sql`('added', 'linked', 'moved')`,
};
