import { waits } from "#lib/catalog/batches/batches.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { RequestedRun } from "#lib/jobs/requests/requests.ts";

export interface BatchedContainer {
	/** EO ID. */
	readonly id: string;
	readonly kind: "sync" | "check";
	readonly full: boolean;
}

export interface NewBatch extends Pick<RunView, "trigger" | "actor"> {
	/** In the order of their turns, each once. */
	readonly containers: readonly BatchedContainer[];
	/** These are all containers that there are. */
	readonly ofAll: boolean;
	readonly removesNow?: boolean;
	readonly approval?: string | null;
	/** The batch whose failed containers it tries again. */
	readonly retries?: number;
	/** The console that carries it out in its own process; left out: workers do. */
	readonly console?: string;
}

export interface CreatedBatch {
	readonly batch: number;
	/** Runs that were under way and do what is asked for: they count, and their containers need no turn. */
	readonly joined: readonly RequestedRun[];
}

/** A console that was not heard of for so many seconds is gone: workers go on with its batch. Renewed every third of it. */
export const consoleSeconds = 30;

/** Writes down what is asked for; a run comes to be when its container has its turn (`take-turns.ts`). */
export async function createBatch(
	{ sql }: { readonly sql: Sql | Transaction },
	batch: NewBatch,
): Promise<CreatedBatch> {
	const { containers, trigger, actor, ofAll, removesNow = false, approval = null, retries = null, console } = batch;
	const kind = containers.every((each) => each.kind === "check") ? "check" : "sync";
	const [created] = await sql<{ id: number }[]>`
		with created as (
			insert into batches (kind, trigger, actor, of_all, containers, removes_now, approval_reason, retries, after_run, console, console_until)
			select ${kind}::run_kind, ${trigger}, ${actor}, ${ofAll}, ${containers.length}, ${removesNow}, ${approval}, ${retries}, coalesce(max(id), 0),
				${console ?? null}, case when ${console !== undefined} then now() + make_interval(secs => ${consoleSeconds}) end
			from runs
			returning id
		), listed as (
			insert into batch_containers (batch_id, position, container_id, kind, "full")
			select created.id, w.position, c.id, w.kind::run_kind, w.is_full::boolean
			from created cross join unnest(${containers.map(({ id }) => id)}::text[], ${containers.map((each) => each.kind)}::text[],
				${containers.map(({ full }) => String(full))}::text[]) with ordinality w(eo_id, kind, is_full, position)
			join containers c on c.eo_id = w.eo_id
		)
		select id from created`;
	if (!created) throw new Error("insert returned no row");
	return { batch: created.id, joined: await joinRuns({ sql }, created.id) };
}

/** Counts the runs under way that do at least as much, as of now: one that was left in between may have looked at the archive before. */
async function joinRuns({ sql }: { readonly sql: Sql | Transaction }, batch: number): Promise<readonly RequestedRun[]> {
	return sql<RequestedRun[]>`
		with joined as (
			update batch_containers bc set run_id = r.id from runs r, batches b
			where bc.batch_id = ${batch} and ${waits(sql)} and b.id = bc.batch_id and r.container_id = bc.container_id and r.state in ${statesIn(sql, "active")}
				and r.kind in ('sync', bc.kind) and (r."full" or not bc."full") and (r.removes_now or not b.removes_now)
				and (r.started_at is null or not (r.resumed_at is not null or r.state in ${statesIn(sql, "free")} or r.lease_until < now()))
			returning r.id, bc.container_id
		), named as (
			-- A run that is being applied is locked until its end, and not waited for.
			update runs r set batch_id = ${batch} where r.id in (
				select id from runs where id in (select id from joined) and batch_id is null for no key update skip locked)
		)
		select joined.id as run, c.eo_id as container, true as joined, false as again
		from joined join containers c on c.id = joined.container_id order by c.eo_id`;
}
