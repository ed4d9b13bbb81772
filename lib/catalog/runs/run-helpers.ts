import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";

/** Who helps with a run, and what they have done for it. */

/** The phases in which help is of use; also the states of a run in them. */
export type SharedPhase = "scanning" | "reading";

/** What its helpers did in the present phase, and what they are in want of. */
export interface Helped {
	readonly done: number;
	readonly files: number;
	/** Helpers that are there. */
	readonly helpers: number;
	/** Parts that nobody works on, up to a hundred. */
	readonly waiting: number;
}

export interface Helping {
	readonly run: number;
	readonly owner: string;
	readonly phase: SharedPhase;
}

/** Helpers that have not been heard of for so long are gone, seconds. */
const presence = 5;

/** As a value in SQL, for the run with that id in that phase. */
export function helpedSql(sql: Sql | Transaction, run: number, phase: string) {
	return sql`(
		select jsonb_build_object('done', coalesce(sum(done), 0), 'files', coalesce(sum(files), 0),
			'helpers', count(*) filter (where seen_at > now() - make_interval(secs => ${presence})),
			'waiting', (select count(*) from (select from run_parts where run_id = ${run} and owner is null limit 100) as few))
		from run_helpers where run_id = ${run} and phase = ${phase})`;
}

/**
 * A run that could do with help, not one of `except`; the one with the fewest helpers. Only runs that have been worked on
 * for `after` seconds: shorter ones are over before help comes.
 */
export async function findRunToHelp(
	{ sql }: Database,
	{ except, after }: { readonly except: readonly number[]; readonly after: number },
): Promise<number | null> {
	const [found] = await sql<{ id: number }[]>`
		select id from runs
		where finished_at is null and state in ('scanning', 'reading') and kind <> 'revert' and cancel_requested_at is null
			and lease_until > now() and started_at <= now() - make_interval(secs => ${after})
			and progress->>'phase' in ('scanning', 'reading') and id <> all(${except as number[]})
		order by (select count(*) from run_helpers h where h.run_id = runs.id and h.seen_at > now() - make_interval(secs => ${presence})), id
		limit 1`;
	return found?.id ?? null;
}

/** The helper is there. Returns the phase that the run is in; null: none to help with. */
export async function showPresence({ sql }: Database, { run, owner, phase }: Helping): Promise<SharedPhase | null> {
	const [alive] = await sql<{ state: SharedPhase }[]>`
		select state from runs where id = ${run} and state in ('scanning', 'reading') and cancel_requested_at is null`;
	if (!alive) return null;
	await sql`
		insert into run_helpers (run_id, owner, phase) values (${run}, ${owner}, ${phase})
		on conflict (run_id, phase, owner) do update set seen_at = now()`;
	return alive.state;
}

/** So much more was done: in the transaction that writes it. */
export async function countHelp(
	sql: Transaction,
	{ run, owner, phase }: Helping,
	{ done, files }: Pick<Helped, "done" | "files">,
): Promise<void> {
	await sql`
		insert into run_helpers as h (run_id, owner, phase, done, files) values (${run}, ${owner}, ${phase}, ${done}, ${files})
		on conflict (run_id, phase, owner) do update set done = h.done + ${done}, files = h.files + ${files}, seen_at = now()`;
}

/** It goes: what it had in hand is for others. */
export async function leave({ sql }: Database, { run, owner }: Helping): Promise<void> {
	await sql`update run_parts set owner = null, owned_until = null where run_id = ${run} and owner = ${owner}`;
	await sql`delete from run_helpers where run_id = ${run} and owner = ${owner} and done = 0 and files = 0`;
	await sql`update run_helpers set seen_at = '-infinity' where run_id = ${run} and owner = ${owner}`;
}

/** A phase is over; returns what helpers did in it. */
export async function endHelp({ sql }: Database, run: number, phase: string): Promise<Pick<Helped, "done" | "files">> {
	const rows = await sql<{ done: number; files: number }[]>`
		delete from run_helpers where run_id = ${run} and phase = ${phase} returning done, files`;
	return rows.reduce((sum, { done, files }) => ({ done: sum.done + done, files: sum.files + files }), {
		done: 0,
		files: 0,
	});
}
