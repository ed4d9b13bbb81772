import type { Database } from "#lib/catalog/database/database.ts";
import type { duplicateSearches } from "#lib/catalog/schema/coverage-schema.ts";

/** Requests to search for duplicates, and who works on them: one at a time. */

type Queries = Pick<Database, "sql">;

/** Bytes that a search may read, if nothing else is said. */
export const defaultBudgetBytes = 100_000_000_000;

const leaseSeconds = 60;

/** Asks for a search, which goes on where the last one stopped. Joins the one that is asked for already: then false. */
export async function requestSearch(
	{ sql }: Queries,
	{ by, budgetBytes = defaultBudgetBytes }: { readonly by: string; readonly budgetBytes?: number | undefined },
): Promise<boolean> {
	await sql`insert into duplicate_searches (id) values (1) on conflict do nothing`;
	const asked = await sql`
		update duplicate_searches set state = 'queued', requested_by = ${by}, requested_at = now(), cancel_requested_at = null,
			budget_bytes = ${budgetBytes}, used_bytes = 0, files_read = 0, code = null, message = null, phase = null
		where state = 'idle'`;
	return asked.count > 0;
}

/** Stops it; what was read stays known. Returns whether there was one. */
export async function cancelSearch({ sql }: Queries): Promise<boolean> {
	const waiting = await sql`
		update duplicate_searches set state = 'idle', outcome = 'cancelled', ended_at = now() where state = 'queued'`;
	const running = await sql`
		update duplicate_searches set cancel_requested_at = coalesce(cancel_requested_at, now()) where state = 'running'`;
	return waiting.count + running.count > 0;
}

export type ClaimedSearch = Pick<typeof duplicateSearches.$inferSelect, "search" | "budgetBytes" | "usedBytes">;

/** Takes the search, if nobody works on it; null: there is none. */
export async function claimSearch({ sql }: Queries, owner: string): Promise<ClaimedSearch | null> {
	const [claimed = null] = await sql<ClaimedSearch[]>`
		update duplicate_searches set state = 'running', owner = ${owner}, lease_until = now() + make_interval(secs => ${leaseSeconds}),
			started_at = now(), search = search + 1
		where state = 'queued' or state = 'running' and lease_until < now()
		returning search, budget_bytes as "budgetBytes", used_bytes as "usedBytes"`;
	return claimed;
}

export type SearchPhase = "collecting" | "ends" | "contents" | "scenes";

type RenewedRow = Pick<typeof duplicateSearches.$inferSelect, "usedBytes" | "filesRead"> & {
	readonly cancelled: boolean;
};

/** null: another process has taken it over. */
export async function renewSearch(
	{ sql }: Queries,
	owner: string,
	{ phase, bytes, files }: { readonly phase: SearchPhase; readonly bytes: number; readonly files: number },
): Promise<RenewedRow | null> {
	const [row = null] = await sql<RenewedRow[]>`
		update duplicate_searches set lease_until = now() + make_interval(secs => ${leaseSeconds}), phase = ${phase},
			used_bytes = used_bytes + ${bytes}, files_read = files_read + ${files}
		where owner = ${owner} and state = 'running'
		returning used_bytes as "usedBytes", files_read as "filesRead", cancel_requested_at is not null as cancelled`;
	return row;
}

export async function renewSearchLease({ sql }: Queries, owner: string): Promise<void> {
	await sql`update duplicate_searches set lease_until = now() + make_interval(secs => ${leaseSeconds}) where owner = ${owner}`;
}

export type SearchEnd =
	| { readonly outcome: "complete" | "cancelled" }
	| { readonly outcome: "partial"; readonly message: string }
	| { readonly outcome: "failed"; readonly code: string; readonly message: string }
	/** It goes on in another process. */
	| { readonly outcome: "released" };

export async function endSearch({ sql }: Queries, owner: string, end: SearchEnd): Promise<void> {
	const free = sql`owner = null, lease_until = null, cancel_requested_at = null, phase = null`;
	if (end.outcome === "released") {
		await sql`update duplicate_searches set ${free}, state = 'queued' where owner = ${owner}`;
		return;
	}
	const code = "code" in end ? end.code : null;
	const message = "message" in end ? end.message : null;
	const isComplete = end.outcome === "complete";
	await sql`
		update duplicate_searches set ${free}, state = 'idle', outcome = ${end.outcome}, ended_at = now(), code = ${code}, message = ${message},
			completed_at = case when ${isComplete} then now() else completed_at end
		where owner = ${owner}`;
}
