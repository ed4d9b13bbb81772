import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";

/** The sets of run states that rules speak of: each stands here once, for TypeScript and for SQL. Client-safe. */

export const stateSets = {
	/** Neither over nor waiting for a person: at most one run of a container. */
	active: ["queued", "scanning", "reading", "applying", "interrupted"],
	/** It waits for a worker or has one, and was not stopped. */
	running: ["queued", "scanning", "reading", "applying"],
	/** A worker has it, as long as its lease is renewed. */
	leased: ["scanning", "reading", "applying"],
	/** Any worker may take it. */
	free: ["queued", "interrupted"],
	/** Its leader may give parts of it to helpers. */
	shared: ["scanning", "reading"],
	/** Its plan waits for a person. */
	proposed: ["planned", "held"],
	/** It came to its end, and not all was well. */
	failing: ["partial", "failed"],
	over: ["succeeded", "partial", "failed", "cancelled"],
	/** It could, whatever became of its plan. */
	sound: ["succeeded", "planned", "held"],
} as const satisfies Readonly<Record<string, readonly RunState[]>>;

export type StateSet = keyof typeof stateSets;
export type StateOf<Set extends StateSet> = (typeof stateSets)[Set][number];

export function isState<Set extends StateSet>(state: RunState, set: Set): state is StateOf<Set> {
	return (stateSets[set] as readonly RunState[]).includes(state);
}

/** For `state in …`, in parentheses. Text, not parameters: partial indexes and `on conflict` are found by their text. */
export function statesText(set: StateSet): string {
	return `(${stateSets[set].map((state) => `'${state}'`).join(", ")})`;
}

/** Kinds of runs that say nothing of how a container agrees with its archive. */
export function isUntelling(sql: Sql | Transaction, run: string) {
	return sql`${sql(run)}.kind in ('restore', 'split', 'merge')`;
}

/** The same as a fragment: `state in ${statesIn(sql, "active")}`. */
export function statesIn(sql: Sql | Transaction, set: StateSet) {
	return sql.unsafe(statesText(set));
}
