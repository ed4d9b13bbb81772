import { setTimeout as pause } from "node:timers/promises";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";

/**
 * Works until a statement (`insert on run_directories` for instance) is about to run, does something else meanwhile,
 * and then lets the work go on. Returns what the work returns.
 */
export async function pauseBefore<T>(
	{ url }: Pick<Database, "url">,
	statement: string,
	work: () => Promise<T>,
	meanwhile: () => Promise<unknown>,
): Promise<T> {
	await using apart = await openDatabase({ url, applicationName: "tests apart", max: 1 });
	const { sql } = apart;
	await sql.unsafe(`
		create function wait_for_test() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(42); return null; end $$;
		create trigger wait_for_test before ${statement} for each statement execute function wait_for_test()`);
	const done: Promise<T>[] = [];
	try {
		await sql.begin(async (holder) => {
			await holder`select pg_advisory_xact_lock(42)`;
			const working = work();
			done.push(working);
			const ended = working.then((result) => {
				throw new Error(`It ended without ${statement}: ${JSON.stringify(result)}`);
			});
			await Promise.race([someoneWaits(apart, "pg_stat_activity.wait_event = 'advisory'"), ended]);
			await meanwhile();
		});
		return (await done[0]) as T;
	} finally {
		await sql.unsafe("drop function wait_for_test cascade");
	}
}

/** How long to wait for a connection, milliseconds: less than a test may take, which would leave its locks to the next one. */
const waitingPatience = 40_000;

/**
 * Until a connection to this database waits for a lock, and meets the SQL condition on `pg_stat_activity`, or the
 * answer is not wanted any more. Asks by a connection of its own: where all others are in use, the driver would have the
 * question wait behind one that waits.
 */
export async function someoneWaits(
	{ url }: Pick<Database, "url">,
	condition: string,
	{ signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
	await using apart = await openDatabase({ url, applicationName: "tests apart", max: 1 });
	const { sql } = apart;
	const deadline = performance.now() + waitingPatience;
	while (!signal?.aborted) {
		if (performance.now() > deadline) throw new Error(`No connection waits for a lock with ${condition}.`);
		const waiting = await sql`
			select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and ${sql.unsafe(condition)}`;
		if (waiting.length > 0) return;
		await pause(10);
	}
}
