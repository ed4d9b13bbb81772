import { deletionEffect, deletionSentence } from "#lib/catalog/containers/deleted-containers.ts";
import { formerIdsAmong } from "#lib/catalog/containers/former-ids.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { PlanSelection } from "#lib/catalog/inputs.ts";
import { pausedContainers } from "#lib/catalog/pauses/pauses.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { type CreatedRun, createRun, createRuns, type NewRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { isState, statesIn } from "#lib/catalog/runs/run-states.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { choosesAll } from "#lib/sync/plan/choose-changes.ts";
import { previewSelection, selectOfPlan } from "./plan-selection.ts";

/** What people and scripts ask for. Each call writes the run's row; a worker, or the caller itself, then takes it. */

export interface RunsRequest extends Pick<NewRun, "trigger" | "actor" | "full" | "removesNow" | "again"> {
	/** EO IDs, or every container there is. */
	readonly containers: readonly string[] | "all";
	readonly kind: "sync" | "check";
	/** Given beforehand: a held plan is approved, and a new run is not held. */
	readonly approval?: string | null;
}

export interface RequestedRun {
	readonly run: number;
	/** EO ID. */
	readonly container: string;
	/** A run of the container was active already; this request joined it. */
	readonly joined: boolean;
	/** The joined run does less than this request asks for, or found it out before: a run as it was asked for follows it. */
	readonly again: boolean;
}

/** @throws UsageError naming every unknown container; then nothing is done. */
export async function requestRuns(database: Database, request: RunsRequest): Promise<readonly RequestedRun[]> {
	const containers = await knownContainers(database, request.containers);
	const paused = await pausedContainers(database);
	const despitePauseOf = containers.filter((id) => paused.has(id));
	// In the order of their IDs: two requests in transactions of their own wait for each other, and never both.
	const sorted = containers.toSorted();
	const created = approves(request)
		? new Map<string, number>()
		: await createRuns(database, sorted, { ...request, despitePauseOf });
	const runsByContainer = new Map<string, RequestedRun>();
	for (const container of sorted) {
		const run = created.get(container);
		const requested =
			run === undefined
				? await requestRun(database, request, { container, despitePause: paused.has(container) })
				: { run, joined: false, again: false };
		runsByContainer.set(container, { container, ...requested });
	}
	return containers.flatMap((container) => runsByContainer.get(container) ?? []);
}

/**
 * The EO IDs, each once; of a former one the one that its container has now. *All* leaves out those whose storages must not be used now; by name they run.
 * @throws UsageError naming every unknown one.
 */
export async function knownContainers(
	{ sql }: Database,
	containers: RunsRequest["containers"],
): Promise<readonly string[]> {
	const rows = await sql<{ id: string }[]>`select eo_id as id from containers where deleted_at is null order by eo_id`;
	const known = new Set(rows.map(({ id }) => id));
	if (containers === "all") {
		const paused = await pausedContainers({ sql });
		return [...known].filter((id) => !paused.has(id));
	}
	const former = await formerIdsAmong(
		{ sql },
		containers.filter((id) => !known.has(id)),
	);
	const unknown = containers.filter((id) => !known.has(id) && !former.has(id));
	if (unknown.length > 0) throw new UnknownNameError("container", [...new Set(unknown)], "; nothing was done.");
	return [...new Set(containers.map((id) => former.get(id)?.container ?? id))];
}

/** Whether plans that are held already are meant, too. */
function approves({ kind, approval = null }: RunsRequest): boolean {
	return approval !== null && kind === "sync";
}

async function requestRun(
	database: Database,
	request: RunsRequest,
	{ container, despitePause }: Required<Pick<NewRun, "container" | "despitePause">>,
): Promise<CreatedRun> {
	const { kind, trigger, actor, full = false, removesNow = false, again = false, approval = null } = request;
	const held = approves(request) ? await heldRun(database, container) : null;
	if (held === null)
		return createRun(database, { container, kind, trigger, actor, full, removesNow, again, approval, despitePause });
	await requestApply(database, { run: held, actor, approval });
	return { run: held, joined: false, again: false };
}

/** One whose container has changed since, or is at work, cannot be approved any more: another run takes its place. */
export async function heldRun({ sql }: Database, container: string): Promise<number | null> {
	const [row] = await sql<{ id: number }[]>`
		select r.id from runs r join containers c on c.id = r.container_id
		where c.eo_id = ${container} and r.state = 'held' and r.same_as_run_id is null and r.base_revision = c.revision
			and not exists (select from runs a where a.container_id = c.id and a.state in ${statesIn(sql, "active")})
		order by r.id desc limit 1`;
	return row?.id ?? null;
}

export interface ApplyRequest {
	readonly run: number;
	readonly actor: string;
	/** Why, for a plan that the guard holds back. */
	readonly approval: string | null;
	/** What of the plan; left out: all of it. */
	readonly selection?: PlanSelection | undefined;
}

/**
 * Lets a plan be applied: exactly what was reviewed (rule 14), or what was chosen of it. Without a reason a plan stays `held` when the
 * guard objects to what is to be applied. For a run that found a held plan again, the held run is meant.
 * @throws UsageError when the run is no plan that waits, its container has changed or is busy, or nothing would be applied.
 */
export async function requestApply(database: Database, request: ApplyRequest): Promise<RunView> {
	const { run, approval, selection } = request;
	if (selection !== undefined && choosesAll(selection)) {
		if (selection.keepOut !== null)
			throw new UsageError("Say what of the plan is kept out: patterns, folders or changes; nothing was done.");
		return requestApply(database, { ...request, selection: undefined });
	}
	const view = await requireRun(database, run);
	if (view.sameAs !== null) return requestApply(database, { ...request, run: view.sameAs });
	if (!isState(view.state, "proposed"))
		throw new UsageError(`Run ${run} is ${view.state}; only a plan can be applied.`);
	const isReshaping = view.kind === "split" || view.kind === "merge";
	if (isReshaping && selection !== undefined)
		throw new UsageError(`Run ${run} is a ${view.kind}: it is applied as a whole.`);
	if (!(await isFresh(database, run)))
		throw new UsageError(`${view.container} was changed since run ${run} was planned; check it again.`);
	if (selection !== undefined && approval === null) {
		// Nothing of a plan that stays held is left out.
		const { guard } = await previewSelection(database, { ...request, selection });
		if (guard !== null) return { ...view, state: "held", guard };
	}
	try {
		await database.sql.begin((sql) => queuePlan(database, sql, view, request));
	} catch (error) {
		if (isUniqueViolation(error))
			throw new UsageError(`Another run of ${view.container} is active; wait for it or cancel it.`, { cause: error });
		throw error;
	}
	return requireRun(database, run);
}

/** The container, or each that a split or merge is about, is as it was when the plan was made. */
async function isFresh({ sql }: Database, run: number): Promise<boolean> {
	const [row] = await sql<{ fresh: boolean }[]>`
		select case when r.kind in ('split', 'merge') then not exists (
			select from reshaped_containers p join containers k on k.id = p.container_id where p.run_id = r.id and k.revision <> p.base_revision)
			else r.base_revision is not distinct from c.revision end as fresh
		from runs r join containers c on c.id = r.container_id where r.id = ${run}`;
	return row?.fresh ?? false;
}

async function queuePlan(
	database: Database,
	sql: Transaction,
	{ guard }: RunView,
	{ run, actor, approval, selection }: ApplyRequest,
): Promise<void> {
	const objection =
		selection === undefined ? guard : (await selectOfPlan(database, sql, { run, actor, selection })).guard;
	const holds = objection !== null && approval === null;
	const moved = await sql`
		update runs set state = ${holds ? "held" : "queued"}, approval_reason = coalesce(${approval}, approval_reason),
			approved_by = case when ${approval !== null} then ${actor} else approved_by end
		where id = ${run} and state in ${statesIn(sql, "proposed")}`;
	if (moved.count === 0) throw new UsageError(`Run ${run} is no longer waiting.`);
}

/** Stops a run that is under way, at once when no process works on it; discards a plan that waits. */
export async function requestCancel(
	database: Database,
	{ run, actor }: { readonly run: number; readonly actor: string },
): Promise<RunView> {
	const view = await requireRun(database, run);
	if (view.finishedAt !== null) throw endedAlready(view);
	const cancelled = await cancelRuns(database, { runs: [run], actor });
	const now = await requireRun(database, run);
	if (cancelled === 0) throw endedAlready(now);
	return now;
}

/** The same of many, whichever have not ended. Returns how many these are. */
export async function cancelRuns(
	{ sql }: Database,
	{ runs, actor }: { readonly runs: readonly number[]; readonly actor: string },
): Promise<number> {
	const error = { code: "cancelled", message: `Cancelled by ${actor}; nothing was changed.` };
	const cancelled = await sql`
		update runs set
			cancel_requested_at = now(),
			state = case when lease_owner is null then 'cancelled'::run_state else state end,
			finished_at = case when lease_owner is null then now() end,
			error = case when lease_owner is null then ${sql.json(error)} else error end
		where id = any(${runs as number[]}) and finished_at is null`;
	return cancelled.count;
}

function endedAlready({ run, state }: RunView): UsageError {
	return new UsageError(`Run ${run} has ended (${state}); there is nothing to cancel.`);
}

/** A run of its own that takes an applied one back. @throws UsageError when there is nothing to take back. */
export async function requestRevert(
	database: Database,
	{ run, actor, trigger }: { readonly run: number; readonly actor: string; readonly trigger: NewRun["trigger"] },
): Promise<{ readonly run: number }> {
	const view = await requireRun(database, run);
	if (view.revertedBy !== null) throw new UsageError(`Run ${run} was reverted already, by run ${view.revertedBy}.`);
	if (view.kind === "delete")
		throw new UsageError(`Run ${run} deleted ${view.container}: restore the container instead.`);
	const [of] = await database.sql<{ kind: RunView["kind"] }[]>`
		select r.kind from runs v join runs r on r.id = v.reverts_run_id where v.id = ${run} and r.kind in ('split', 'merge')`;
	if (of) throw new UsageError(`Run ${run} took a ${of.kind} back: ask for the ${of.kind} again instead.`);
	if (!view.can.revert)
		throw new UsageError(
			`Run ${run} (${view.state}) cannot be reverted: it changed nothing, or a run of ${view.container} is active.`,
		);
	const [kept] = await database.sql`
		select from runs r join containers c on c.id = r.container_id
		where r.id = ${run} and r.finished_at >= now() - make_interval(days => c.retention_days)
			and (exists (select from changes where run_id = r.id) or (r.kind in ('split', 'merge') and r.linked + r.unlinked = 0))`;
	if (!kept) throw new UsageError(`Run ${run} cannot be reverted any more: its retention time is over.`);
	const created = await createRun(database, {
		container: view.container,
		kind: "revert",
		trigger,
		actor,
		reverts: run,
	});
	if (created.joined)
		throw new UsageError(`Run ${created.run} of ${view.container} is active; wait for it or cancel it.`);
	return { run: created.run };
}

export interface DeletionRequest {
	/** EO ID. */
	readonly id: string;
	readonly actor: string;
	readonly trigger: NewRun["trigger"];
	/** The number of datasets that the caller was shown beforehand; null: however many there are. */
	readonly datasets: number | null;
}

/** Deletes a container, at once. Returns the run. @throws UsageError when it has another number of datasets, or is busy. */
export async function requestDeletion(
	database: Database,
	{ id, actor, trigger, datasets }: DeletionRequest,
): Promise<number> {
	const effect = await deletionEffect(database, id);
	if (effect !== null && datasets !== null && datasets !== effect.datasets)
		throw new UsageError(`${id} was not deleted. ${deletionSentence(effect)} The request says ${datasets}.`);
	return deleteContainer(database, { id, actor, trigger });
}

/** Brings a deleted container back, and asks for the run that brings back its datasets. @throws UsageError */
export async function requestRestoration(
	database: Database,
	{ id, as = id, actor, trigger }: Omit<DeletionRequest, "datasets"> & { readonly as?: string | undefined },
): Promise<RequestedRun> {
	return { ...(await restoreContainer(database, { id, as, actor, trigger })), joined: false, again: false };
}

async function requireRun(database: Database, run: number): Promise<RunView> {
	const view = await runView(database, run);
	if (!view) throw new UsageError(`There is no run ${run}.`);
	return view;
}

function isUniqueViolation(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "23505";
}
