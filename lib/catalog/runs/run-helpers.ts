import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { statesIn } from "./run-states.ts";

/** The helpers of a run, and what they have done for it. */

/** The phases in which help is of use; also the states of a run in them. */
export type SharedPhase = "scanning" | "reading";

/** In the phase's own units, as in `RunProgress`. */
interface Work {
	readonly done: number;
	readonly files: number;
}

/** What its helpers did in the present phase, and what they are in want of. */
export interface Helped extends Work {
	/** Helpers that are there. */
	readonly helpers: number;
	/** Parts that wait to be claimed, up to a hundred. */
	readonly waiting: number;
}

export interface RunHelper {
	readonly run: number;
	readonly owner: string;
	readonly phase: SharedPhase;
}

/** Helpers that have not been heard of for so long are gone. */
const presenceSeconds = 5;

/** As a value in SQL, for the run with that id in that phase. */
export function helpedSql(sql: Sql | Transaction, run: number, phase: string) {
	return sql`(
		select jsonb_build_object('done', coalesce(sum(done), 0), 'files', coalesce(sum(files), 0),
			'helpers', count(*) filter (where seen_at > now() - make_interval(secs => ${presenceSeconds})),
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
		where finished_at is null and state in ${statesIn(sql, "shared")} and kind <> 'revert' and cancel_requested_at is null
			and lease_until > now() and started_at <= now() - make_interval(secs => ${after})
			and progress->>'phase' in ('scanning', 'reading') and id <> all(${except as number[]})
		order by (select count(*) from run_helpers h where h.run_id = runs.id and h.seen_at > now() - make_interval(secs => ${presenceSeconds})), id
		limit 1`;
	return found?.id ?? null;
}

/** Notes that the helper is there. Returns the phase that the run is in; null: none to help with. */
export async function showPresence({ sql }: Database, helper: RunHelper): Promise<SharedPhase | null> {
	const [alive] = await sql<{ state: SharedPhase }[]>`
		select state from runs where id = ${helper.run} and state in ${statesIn(sql, "shared")} and cancel_requested_at is null`;
	if (!alive) return null;
	await countHelp(sql, helper, { done: 0, files: 0 });
	return alive.state;
}

/** Adds to what the helper has done, in the transaction that writes it. */
export async function countHelp(
	sql: Sql | Transaction,
	{ run, owner, phase }: RunHelper,
	{ done, files }: Work,
): Promise<void> {
	await sql`
		insert into run_helpers as h (run_id, owner, phase, done, files) values (${run}, ${owner}, ${phase}, ${done}, ${files})
		on conflict (run_id, phase, owner) do update set done = h.done + ${done}, files = h.files + ${files}, seen_at = now()`;
}

/** The helper goes: the parts that it had claimed are for others. */
export async function leave({ sql }: Database, { run, owner }: RunHelper): Promise<void> {
	await sql`update run_parts set owner = null, owned_until = null where run_id = ${run} and owner = ${owner}`;
	await sql`delete from run_helpers where run_id = ${run} and owner = ${owner} and done = 0 and files = 0`;
	await sql`update run_helpers set seen_at = '-infinity' where run_id = ${run} and owner = ${owner}`;
}

/** Ends the helpers' count for a phase, and returns what they did in it. */
export async function endHelp({ sql }: Database, run: number, phase: string): Promise<Work> {
	const [work = { done: 0, files: 0 }] = await sql<Work[]>`
		with ended as (delete from run_helpers where run_id = ${run} and phase = ${phase} returning done, files)
		select coalesce(sum(done), 0)::bigint as done, coalesce(sum(files), 0)::bigint as files from ended`;
	return work;
}
