import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { GuardVerdict, LookAgain, RunError, RunProgress } from "#lib/catalog/json-columns.ts";
import type { Opening } from "#lib/catalog/pauses/hours.ts";
import { containerOpening, openingColumns } from "#lib/catalog/pauses/pauses.ts";
import type { RunState, RunView } from "#lib/catalog/read-models/run-view.ts";
import { CancelledError, LeaseLostError, StoragePausedError, UsageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { type Helped, helpedSql } from "./run-helpers.ts";
import { isState, statesIn } from "./run-states.ts";

/**
 * How a run comes to be, who works on it, and how it ends. The row is the truth: every transition names the states it
 * may start from, and only the owner of the lease moves a run that is being worked on (rule 15).
 */

export interface NewRun {
	/** EO ID. */
	readonly container: string;
	readonly kind: "sync" | "check" | "revert";
	readonly trigger: RunView["trigger"];
	readonly actor: string;
	readonly full?: boolean;
	/** Removals do not wait until they are ripe. */
	readonly removesNow?: boolean;
	/** Given beforehand: the guard does not hold the run. */
	readonly approval?: string | null;
	/** What a run that is at work has seen so far is not enough: another one follows it. */
	readonly again?: boolean;
	/** It runs although a storage of the container is paused, or outside its hours. */
	readonly despitePause?: boolean;
	readonly reverts?: number;
}

/** A lease that was not renewed for so long is over. Renewed every third of it. */
export const leaseSeconds = 30;

export interface CreatedRun {
	readonly run: number;
	/** It was active already. */
	readonly joined: boolean;
	/** It does not do what was asked for, or found it out before: a run as it was asked for follows it. */
	readonly again: boolean;
}

/**
 * A queued run, or the one that is already active for the container (`joined`). One that was left in between, or waited for
 * an approval, may have looked at the archive days ago: when it has succeeded, the archive is looked at again. So it is when it
 * does less than was asked for: a check does not sync, nor does a revert, and others leave alone what is unchanged or unripe.
 * @throws UsageError when there is no such container.
 */
export async function createRun({ sql }: { readonly sql: Sql | Transaction }, run: NewRun): Promise<CreatedRun> {
	for (;;) {
		const [created] = await sql<{ id: number }[]>`
			insert into runs (container_id, kind, trigger, actor, "full", removes_now, approval_reason, approved_by, despite_pause, reverts_run_id)
			select id, ${run.kind}, ${run.trigger}, ${run.actor}, ${run.full ?? false}, ${run.removesNow ?? false}, ${run.approval ?? null},
				${run.approval ? run.actor : null}, ${run.despitePause ?? false}, ${run.reverts ?? null}
			from containers where eo_id = ${run.container}
			on conflict (container_id) where state in ${statesIn(sql, "active")} do nothing
			returning id`;
		if (created) return { run: created.id, joined: false, again: false };
		const { kind, full = false, removesNow = false, again = false } = run;
		const [active] = await sql<{ id: number | null; isOfBefore: boolean; doesLess: boolean; isWaiting: boolean }[]>`
			select r.id, coalesce(r.resume_at > now(), false) as "isWaiting", r.started_at is not null and (${again} or r.resumed_at is not null or r.state in ${statesIn(sql, "free")} or r.lease_until < now()) as "isOfBefore",
				r.kind not in ('sync', ${kind}) or (${full} and not r."full") or (${removesNow} and not r.removes_now) as "doesLess"
			from containers c
			left join runs r on r.container_id = c.id and r.state in ${statesIn(sql, "active")}
			where c.eo_id = ${run.container}`;
		if (!active) throw new UsageError(`There is no container ${run.container}.`);
		if (active.id === null) continue;
		if (run.despitePause)
			await sql`update runs set despite_pause = true, resume_at = null where id = ${active.id} and not despite_pause`;
		else if (active.isWaiting)
			// Nothing says now that it has to: its container may be on another storage by now.
			await sql`update runs set resume_at = now() where id = ${active.id} and resume_at > now()`;
		if (kind === "revert" || !(active.isOfBefore || active.doesLess))
			return { run: active.id, joined: true, again: false };
		if (await lookAgainAfter({ sql }, active.id, run)) return { run: active.id, joined: true, again: true };
	}
}

interface NewRuns extends Omit<NewRun, "container" | "reverts" | "despitePause"> {
	/** EO IDs of those whose runs go on although a storage is paused. */
	readonly despitePauseOf?: readonly string[];
}

/** Queued runs of all these containers that have none which is active, in the order given; by EO ID. */
export async function createRuns(
	{ sql }: { readonly sql: Sql | Transaction },
	containers: readonly string[],
	{ kind, trigger, actor, full = false, removesNow = false, approval = null, despitePauseOf = [] }: NewRuns,
): Promise<ReadonlyMap<string, number>> {
	const created = await sql<{ run: number; container: string }[]>`
		with wanted as (
			select c.id, c.eo_id from unnest(${containers as string[]}::text[]) with ordinality as w(eo_id, position) join containers c on c.eo_id = w.eo_id
			order by w.position
		), created as (
			insert into runs (container_id, kind, trigger, actor, "full", removes_now, approval_reason, approved_by, despite_pause)
			select id, ${kind}, ${trigger}, ${actor}, ${full}, ${removesNow}, ${approval}, ${approval ? actor : null},
				eo_id = any(${despitePauseOf as string[]}::text[]) from wanted
			on conflict (container_id) where state in ${statesIn(sql, "active")} do nothing
			returning id, container_id
		)
		select created.id as run, wanted.eo_id as container from created join wanted on wanted.id = created.container_id`;
	return new Map(created.map(({ run, container }) => [container, run]));
}

/** Returns false when the run has come to its end meanwhile. Several requests become one that does the most; its approver counts as the one who asked. */
async function lookAgainAfter(
	{ sql }: { readonly sql: Sql | Transaction },
	active: number,
	{ kind, trigger, actor, full = false, removesNow = false, approval = null }: NewRun,
): Promise<boolean> {
	const wanted = { kind, trigger, actor, full, removesNow, approval };
	const marked = await sql`
		update runs set look_again = ${json(sql, wanted)}::jsonb || case when look_again is null then '{}'::jsonb else jsonb_build_object(
			'kind', case when 'sync' in (${kind}, look_again->>'kind') then 'sync' else 'check' end,
			'full', ${full} or (look_again->>'full')::boolean, 'removesNow', ${removesNow} or (look_again->>'removesNow')::boolean,
			'approval', coalesce(${approval}, look_again->>'approval'))
			|| case when ${approval}::text is null and look_again->>'approval' is not null
				then jsonb_build_object('trigger', look_again->'trigger', 'actor', look_again->'actor') else '{}'::jsonb end end
		where id = ${active} and state in ${statesIn(sql, "active")}`;
	return marked.count > 0;
}

/**
 * Creates, once, the run that was asked for while this one did something else or could not see the archive; a worker takes it
 * within seconds.
 */
async function followUp(sql: Sql | Transaction, run: number): Promise<void> {
	const [asked] = await sql<{ container: string; wanted: LookAgain; despitePause: boolean }[]>`
		with asked as (select id, container_id, look_again from runs where id = ${run} and look_again is not null for update)
		update runs r set look_again = null from asked join containers c on c.id = asked.container_id
		where r.id = asked.id returning c.eo_id as container, asked.look_again as wanted, r.despite_pause as "despitePause"`;
	if (!asked) return;
	const { container, wanted, despitePause } = asked;
	await createRun({ sql }, { container, ...wanted, despitePause });
}

/**
 * The statement that takes the run over for `owner`: a queued or interrupted one, its own, or one whose owner's lease ended.
 * It returns the run's row, none when there is nothing to take: it is over, waits for a person, or another process works on
 * it. A run that no worker has taken up yet (`resumed_at is null`) is for the container as it is now.
 */
export const claiming = (sql: Sql | Transaction, run: number, owner: string) => sql`
	update runs set
		lease_owner = ${owner}, lease_until = now() + make_interval(secs => ${leaseSeconds}),
		started_at = coalesce(started_at, now()),
		resumed_at = case when started_at is not null then now() end,
		base_revision = case when started_at is null then (select revision from containers where id = runs.container_id) else base_revision end,
		resume_at = null,
		state = case when planned_at is not null then 'applying' when scanned_at is not null then 'reading' else 'scanning' end::run_state
	where id = ${run} and (resume_at is null or resume_at <= now()) and (state in ${statesIn(sql, "free")} or (state in ${statesIn(sql, "leased")} and (lease_until < now() or lease_owner = ${owner})))
	returning *`;

/** Takes the run over, see `claiming`. Returns false when there is nothing to take. */
export async function claimRun({ sql }: Database, run: number, owner: string): Promise<boolean> {
	const claimed = await sql`with claimed as (${claiming(sql, run, owner)}) select from claimed`;
	return claimed.length === 1;
}

/**
 * Renews the lease. Returns when the storages that the run lists and reads may be used, as they are configured now; none where it need not
 * mind. @throws LeaseLostError, CancelledError; StoragePausedError when one of them must not be used any more
 */
export async function heartbeat({ sql }: Database, run: number, owner: string): Promise<readonly Opening[]> {
	const [row] = await sql<{ cancel: boolean; openings: readonly (Opening & { readonly storage: string })[] | null }[]>`
		update runs r set lease_until = now() + make_interval(secs => ${leaseSeconds})
		where id = ${run} and lease_owner = ${owner} returning cancel_requested_at is not null as cancel,
			case when state in ${statesIn(sql, "shared")} and not despite_pause and kind <> 'revert' then (select jsonb_agg(to_jsonb(o)) from (
				select st.name as storage, ${openingColumns(sql)} from storages st
				where (st.paused_until > now() or st.config ? 'hours') and exists (select from sources s
					where s.container_id = r.container_id and not s.retired and st.id in (s.storage_id, s.metadata_storage_id))) o) end as openings`;
	if (!row) throw new LeaseLostError(run);
	if (row.cancel) throw new CancelledError(run);
	const openings = row.openings ?? [];
	const { paused } = containerOpening(openings);
	if (paused !== null) throw new StoragePausedError(run, paused.until);
	return openings;
}

/** Shows how far the run is; returns what its helpers did in this phase. @throws LeaseLostError, CancelledError */
export async function recordProgress(
	{ sql }: { readonly sql: Sql | Transaction },
	run: number,
	owner: string,
	progress: RunProgress,
): Promise<Helped> {
	const [row] = await sql<{ cancel: boolean; helped: Helped }[]>`
		update runs set progress = ${json(sql, progress)} where id = ${run} and lease_owner = ${owner}
		returning cancel_requested_at is not null as cancel, ${helpedSql(sql as Sql, run, progress.phase)} as helped`;
	if (!row) throw new LeaseLostError(run);
	if (row.cancel) throw new CancelledError(run);
	return row.helped;
}

export interface Transition {
	readonly state: RunState;
	readonly progress?: RunProgress;
	readonly guard?: GuardVerdict | null;
	readonly error?: RunError | null;
	/** The held run that has the same plan: this one is over. */
	readonly sameAs?: number;
	readonly scanned?: boolean;
	readonly planned?: boolean;
	readonly applied?: boolean;
	/** Ends the lease: for now no process works on it. */
	readonly release?: boolean;
	/** No worker takes it before then. */
	readonly resumeAt?: Instant;
}

const overStates: readonly RunState[] = ["succeeded", "partial", "failed", "cancelled"];

/**
 * Moves a run that `owner` works on. Inside a transaction it fences it: a process that lost the lease cannot commit, nor can a
 * run go on that an operator has cancelled. Times are of the clock: the transaction of a large apply began long ago.
 * @throws LeaseLostError, CancelledError
 */
export async function moveRun(
	{ sql }: { readonly sql: Sql | Transaction },
	run: number,
	owner: string,
	to: Transition,
): Promise<void> {
	const over = overStates.includes(to.state) || to.sameAs !== undefined;
	const stops =
		to.state === "cancelled" || to.state === "failed" || (to.state === "interrupted" && to.resumeAt === undefined);
	const moved = await sql`
		update runs set
			state = ${to.state},
			same_as_run_id = ${to.sameAs ?? null},
			resume_at = ${to.resumeAt ?? null},
			progress = coalesce(${to.progress ? json(sql, to.progress) : null}, progress),
			guard = coalesce(${to.guard ? json(sql, to.guard) : null}, guard),
			error = coalesce(${to.error ? json(sql, to.error) : null}, error),
			scanned_at = case when ${to.scanned ?? false} then clock_timestamp() else scanned_at end,
			planned_at = case when ${to.planned ?? false} then clock_timestamp() else planned_at end,
			applied_at = case when ${to.applied ?? false} then clock_timestamp() else applied_at end,
			finished_at = case when ${over} then clock_timestamp() end,
			lease_owner = case when ${over || (to.release ?? false)} then null else lease_owner end,
			lease_until = case when ${over || (to.release ?? false)} then null else lease_until end
		where id = ${run} and lease_owner = ${owner} and (cancel_requested_at is null or ${stops})`;
	if (moved.count > 0) {
		// What was cancelled or failed is not tried again by itself.
		if (to.state === "succeeded" || to.state === "partial" || isState(to.state, "proposed")) await followUp(sql, run);
		return;
	}
	const [own] = await sql`select from runs where id = ${run} and lease_owner = ${owner}`;
	throw own ? new CancelledError(run) : new LeaseLostError(run);
}

/** Runs whose worker went silent become `interrupted`; returned with all that no worker has taken up for a while. */
export async function findAbandonedRuns({ sql }: Database): Promise<readonly number[]> {
	await sql`
		update runs set state = 'interrupted', lease_owner = null, lease_until = null
		where lease_until < now() and state in ${statesIn(sql, "leased")}`;
	const rows = await sql<{ id: number }[]>`select id from runs 
		where lease_owner is null and (resume_at is null or resume_at <= now()) and (state = 'interrupted' or (state = 'queued' and created_at < now() - interval '5 seconds')) order by id`;
	return rows.map(({ id }) => id);
}

/** A newer plan replaces the older ones of its container that still wait for a person (rule 14). */
export async function supersedeOlderPlans({ sql }: { readonly sql: Sql | Transaction }, run: number): Promise<void> {
	await sql`
		update runs old set state = 'cancelled', finished_at = now(), superseded_by = ${run}
		from runs new
		where new.id = ${run} and old.container_id = new.container_id and old.id < new.id and old.state in ${statesIn(sql, "proposed")} and old.same_as_run_id is null`;
}

/** Frees runs of a process that is about to end: whatever still works on them there can no longer write to them. */
export async function handBackRuns({ sql }: Database, runs: readonly number[], ownerPrefix: string): Promise<void> {
	await sql`
		update runs set state = 'interrupted', lease_owner = null, lease_until = null
		where id = any(${runs as number[]}) and starts_with(lease_owner, ${ownerPrefix}) and state in ${statesIn(sql, "leased")}`;
}
