import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { targetPushes } from "#lib/catalog/schema/target-schema.ts";
import { EosyncError, UnknownNameError, UsageError } from "#lib/errors.ts";
import type { PushCounts, PushHold, PushKind, PushProgress } from "./target-records.ts";

/**
 * Pushes, checks and adoptions: who asks for one, which process is at work on it, how it ends. One at a time per target, under a lease; when its
 * process dies another one begins it anew, which changes nothing twice.
 */

type Queries = { readonly sql: Sql | Transaction };
type PushRow = typeof targetPushes.$inferSelect;

/** Seconds. */
const leaseSeconds = 30;

export interface NewPush {
	/** Name. */
	readonly target: string;
	readonly kind: PushKind;
	/** Who asks. */
	readonly by: string;
	/** Changes that were made there directly are overwritten. */
	readonly overwrite?: boolean;
	/** Why it may remove as much as it does; null: the guard decides. */
	readonly approval?: string | null;
}

/** Asks for one; a worker carries it out. Who asks for what waits already joins it. @throws UsageError */
export async function requestPush(
	{ sql }: Queries,
	{ target, kind, by, overwrite = false, approval = null }: NewPush,
): Promise<{ readonly push: number; readonly joined: boolean }> {
	const id = await targetNumber({ sql }, target);
	const [waiting] = await sql<Pick<PushRow, "id">[]>`
		update target_pushes set overwrite = overwrite or ${overwrite}, approval_reason = coalesce(${approval}, approval_reason),
			approved_by = case when ${approval !== null} then ${by} else approved_by end
		where id = (select min(id) from target_pushes where target_id = ${id} and kind = ${kind} and state = 'queued') and state = 'queued' returning id`;
	if (waiting) return { push: waiting.id, joined: true };
	const [row] = await sql<Pick<PushRow, "id">[]>`
		insert into target_pushes (target_id, kind, requested_by, overwrite, approved_by, approval_reason)
		values (${id}, ${kind}, ${by}, ${overwrite}, ${approval === null ? null : by}, ${approval}) returning id`;
	if (!row) throw new Error("no push was written");
	await sql.notify("eosync_targets", "");
	return { push: row.id, joined: false };
}

async function targetNumber({ sql }: Queries, name: string): Promise<number> {
	const [target] = await sql<{ id: number }[]>`select id from targets where name = ${name} for share`;
	if (!target) throw new UnknownNameError("target", name);
	return target.id;
}

/** One that this process is at work on. */
export interface ClaimedPush extends Pick<PushRow, "id" | "targetId" | "kind" | "overwrite" | "requestedBy"> {
	readonly owner: string;
	/** What a person was asked about it; null: it never was held. */
	readonly hold: PushHold | null;
	/** What a person said who let it go on, or let it remove what it does beforehand; null: nobody did, the guard decides. */
	readonly approvalReason: string | null;
}

const claimedColumns = (sql: Sql | Transaction) => sql`
	id, target_id as "targetId", kind, overwrite, requested_by as "requestedBy", coalesce(owner, '') as owner, hold, approval_reason as "approvalReason"`;

interface ClaimWishes {
	readonly owner: string;
	/** Number; only pushes to this one, no checks and adoptions. */
	readonly target?: number | null;
	/** Only this one. */
	readonly push?: number | null;
}

/** Takes what was asked for, or what a process left that is gone; the target is at no other work then. null: there is nothing. */
export async function claimPush(
	{ sql }: Pick<Database, "sql">,
	{ owner, target = null, push = null }: ClaimWishes,
): Promise<ClaimedPush | null> {
	return unlessAtWork(async () => {
		const [claimed = null] = await sql<ClaimedPush[]>`
			update target_pushes set state = 'running', owner = ${owner}, lease_until = now() + make_interval(secs => ${leaseSeconds}),
				started_at = now(), progress = null, counts = null, error = null
			where id = (
				select p.id from target_pushes p
				where (p.state = 'queued' or (p.state = 'running' and p.lease_until < now())) and (${push}::bigint is null or p.id = ${push})
					and (${target}::bigint is null or (p.target_id = ${target} and p.kind = 'push'))
					and (${push}::bigint is not null or p.hold is null or exists (select from targets t where t.id = p.target_id and coalesce(t.retry_at <= now(), true)))
					and not exists (select from target_pushes o where o.target_id = p.target_id and o.state = 'running' and o.id <> p.id and o.lease_until >= now())
				order by p.state = 'queued', p.id limit 1 for update skip locked)
			returning ${claimedColumns(sql)}`;
		return claimed;
	});
}

/** Begins one at once, in this process. null: another one is under way, or was left by a process that is gone (`claimPush`). */
export async function beginPush(
	{ sql }: Pick<Database, "sql">,
	target: number,
	{
		owner,
		kind,
		by,
		overwrite = false,
	}: Pick<NewPush, "kind" | "overwrite"> & {
		readonly owner: string;
		/** null: it follows a change by itself. */
		readonly by: string | null;
	},
): Promise<ClaimedPush | null> {
	const [begun = null] = await sql<ClaimedPush[]>`
		insert into target_pushes (target_id, kind, state, requested_by, overwrite, owner, lease_until, started_at)
		values (${target}, ${kind}, 'running', ${by}, ${overwrite}, ${owner}, now() + make_interval(secs => ${leaseSeconds}), now())
		on conflict (target_id) where state = 'running' do nothing returning ${claimedColumns(sql)}`;
	return begun;
}

/** Two may want the same target at once: its index of what is under way decides. */
async function unlessAtWork<T>(claim: () => Promise<T>): Promise<T | null> {
	try {
		return await claim();
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "23505") return null;
		throw error;
	}
}

/**
 * Says that its process is alive, and how far it is. Returns whether somebody cancelled it meanwhile. @throws EosyncError `lease-lost`: another
 * process has it.
 */
export async function renewPush(
	{ sql }: Queries,
	{ id, owner }: ClaimedPush,
	progress: PushProgress | null,
): Promise<boolean> {
	const [row] = await sql<{ cancelled: boolean }[]>`
		update target_pushes set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), progress = ${progress === null ? null : json(sql, progress)}
		where id = ${id} and owner = ${owner} and state = 'running' returning cancel_requested_at is not null as cancelled`;
	if (!row) throw new EosyncError("lease-lost", `Push ${id} was taken over by another process; this one stopped.`);
	return row.cancelled;
}

export type PushEnd = { readonly counts: PushCounts } & (
	| { readonly state: "succeeded" }
	| { readonly state: "failed"; readonly error: string }
	| { readonly state: "held"; readonly hold: PushHold; readonly reason: string }
	| { readonly state: "cancelled"; readonly reason: string }
);

/** Writes down how it ended; a held one takes the place of one that was held before. */
export async function endPush(
	database: Queries,
	{ id, targetId, owner, kind }: ClaimedPush,
	end: PushEnd,
): Promise<void> {
	const { sql } = database;
	const reason = "reason" in end ? end.reason.toWellFormed().slice(0, 4000) : null;
	const error = "error" in end ? end.error.toWellFormed().slice(0, 4000) : null;
	const { count } = await sql`
		update target_pushes set state = ${end.state}, counts = ${json(sql, end.counts)}, reason = ${reason}, error = ${error}, lease_until = null,
			hold = ${"hold" in end ? end.hold : sql`hold`}, finished_at = case when ${end.state !== "held"} then clock_timestamp() end
		where id = ${id} and owner = ${owner} and state = 'running'`;
	if (count === 0)
		throw new EosyncError("lease-lost", `Push ${id} was taken over by another process; this one stopped.`);
	if (end.state === "held") {
		await sql`
			update target_pushes set state = 'cancelled', reason = ${`Push ${id} took its place: it knows what changed since.`}, finished_at = clock_timestamp()
			where target_id = ${targetId} and state = 'held' and id <> ${id}`;
		await sql`update target_notes set held_push = null where target_id = ${targetId} and held_push is not null`;
	}
	if (kind === "adopt" && end.state === "succeeded") await noteAdoption(database, { id, targetId });
	await sql.notify("eosync_targets", "");
}

/** What is there is known now: what waited for that goes on by itself. */
async function noteAdoption({ sql }: Queries, { id, targetId }: Pick<ClaimedPush, "id" | "targetId">): Promise<void> {
	await sql`
		update target_pushes set state = 'cancelled', reason = ${`Adoption ${id} came: what is there is known now.`}, finished_at = clock_timestamp()
		where target_id = ${targetId} and state = 'held' and hold = 'adoption'`;
	await sql`
		update targets set held_note = 0, taken_over_at = now(), taken_over_by = (select requested_by from target_pushes where id = ${id}) where id = ${targetId}`;
}

/** Its process ends: another one begins anew with what a person asked for; what followed a change by itself needs no request. */
export async function handBackPush(
	{ sql }: Queries,
	{ id, owner, requestedBy, approvalReason }: ClaimedPush,
): Promise<void> {
	const mine = sql`id = ${id} and owner = ${owner} and state = 'running'`;
	if (requestedBy === null && approvalReason === null) await sql`delete from target_pushes where ${mine}`;
	else await sql`update target_pushes set state = 'queued', owner = null, lease_until = null where ${mine}`;
	await sql.notify("eosync_targets", "");
}

/** One that a person let go on, and that failed, goes on when its target can be reached: nobody is asked twice. */
export async function putOffPush({ sql }: Queries, { id, owner }: ClaimedPush, error: string): Promise<void> {
	await sql`
		update target_pushes set state = 'queued', error = ${error.toWellFormed().slice(0, 4000)}, owner = null, lease_until = null
		where id = ${id} and owner = ${owner} and state = 'running'`;
	await sql.notify("eosync_targets", "");
}

/** Forgets one that did nothing, and that nobody asked for: the list of pushes is for people. */
export async function forgetPush({ sql }: Queries, { id, owner }: ClaimedPush): Promise<void> {
	await sql`delete from target_pushes where id = ${id} and owner = ${owner} and requested_by is null`;
	await sql.notify("eosync_targets", "");
}

/** Stops it: at once where it waits, within seconds where it is under way. @throws UsageError: there is none of that number, or it is over. */
export async function cancelPush({ sql }: Queries, push: number, by: string): Promise<void> {
	const { count } = await sql`
		update target_pushes set cancel_requested_at = now(), reason = ${`Cancelled by ${by}`},
			state = case when state = 'running' then state else 'cancelled' end, finished_at = case when state = 'running' then null else now() end
		where id = ${push} and (state = 'queued' or state = 'running')`;
	if (count === 0) throw await whyNot({ sql }, push, "it cannot be cancelled");
	await sql.notify("eosync_targets", "");
}

/**
 * Lets a held push do what was shown of it; of one that waits for an adoption it says that what is there is others'. A worker carries it out.
 * @throws UsageError: it does not wait for that
 */
export async function approvePush(
	{ sql }: Queries,
	push: number,
	{ by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
	const { count } = await sql`
		update target_pushes set state = 'queued', approved_by = ${by}, approval_reason = ${reason} where id = ${push} and state = 'held'`;
	if (count === 0) throw await whyNot({ sql }, push, "it does not wait for an approval");
	await sql`update targets set retry_at = null where id = (select target_id from target_pushes where id = ${push})`;
	await sql`
		update targets t set taken_over_at = now(), taken_over_by = ${by} from target_pushes p where p.id = ${push} and p.hold = 'adoption' and t.id = p.target_id`;
	await sql.notify("eosync_targets", "");
}

/** Lets a held push not happen. What it would have removed stays there until something else changes. @throws UsageError */
export async function rejectPush(
	{ sql }: Queries,
	push: number,
	{ by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
	const { count } = await sql`
		update target_pushes set state = 'cancelled', reason = ${`Rejected by ${by}: ${reason}`}, finished_at = now() where id = ${push} and state = 'held'`;
	if (count === 0) throw await whyNot({ sql }, push, "it does not wait for an approval");
	await sql.notify("eosync_targets", "");
}

async function whyNot({ sql }: Queries, push: number, what: string): Promise<UsageError> {
	const [row] = await sql<Pick<PushRow, "state">[]>`select state from target_pushes where id = ${push}`;
	return new UsageError(row ? `Push ${push} is ${row.state}: ${what}.` : `There is no push ${push}.`);
}
