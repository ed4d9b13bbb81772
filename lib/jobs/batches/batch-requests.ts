import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import { batchView } from "#lib/catalog/batches/batches.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { pausedContainers } from "#lib/catalog/pauses/pauses.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { knownContainers, type RequestedRun, type RunsRequest, requestRuns } from "#lib/jobs/requests/requests.ts";
import { closeBatches } from "./close-batches.ts";
import { type BatchedContainer, createBatch } from "./create-batch.ts";

/** What people and scripts ask of several containers at once, and of the batch that comes of it. */

export interface Requested {
	/** null: it is one container, whose run was asked for at once. */
	readonly batch: number | null;
	/** The runs that there are already: of one container its own; of a batch those under way, which it counts as its own. */
	readonly runs: readonly RequestedRun[];
	/** EO IDs, each once, in the order of their turns. */
	readonly containers: readonly string[];
}

export interface RequestOptions {
	/** The console that carries the batch out in its own process; left out: workers do. */
	readonly console?: string;
}

/**
 * Asks for a run of one container, or for a batch of several.
 * @throws UsageError naming every unknown container; then nothing is done.
 */
export async function requestContainers(
	database: Database,
	request: RunsRequest,
	{ console }: RequestOptions = {},
): Promise<Requested> {
	const ids = await knownContainers(database, request.containers);
	if (ids.length < 2)
		return { batch: null, runs: await requestRuns(database, { ...request, containers: ids }), containers: ids };
	const { kind, full = false, trigger, actor, removesNow = false, approval = null } = request;
	if (request.containers !== "all") await goOnDespitePause(database, ids);
	const { batch, joined } = await createBatch(database, {
		containers: ids.map((id) => ({ id, kind, full })),
		ofAll: request.containers === "all",
		trigger,
		actor,
		removesNow,
		approval,
		...(console !== undefined && { console }),
	});
	return { batch, runs: joined, containers: ids };
}

/** Lets runs under way of containers that are asked for by name go on although a storage is closed, as when one is asked for by itself. */
async function goOnDespitePause(database: Database, ids: readonly string[]): Promise<void> {
	const { sql } = database;
	const paused = await pausedContainers(database);
	const waiting = ids.filter((id) => paused.has(id));
	if (waiting.length === 0) return;
	await sql`
		update runs r set despite_pause = true, resume_at = null from containers c
		where c.eo_id = any(${waiting}) and r.container_id = c.id and r.state in ${statesIn(sql, "active")} and not r.despite_pause`;
}

export interface BatchAction {
	readonly batch: number;
	readonly actor: string;
}

/** No container gets its turn any more until it is resumed; runs under way come to their end. @throws UsageError */
export async function pauseBatch(database: Database, { batch, actor }: BatchAction): Promise<BatchView> {
	const { state } = await requireBatch(database, batch);
	if (state === "paused") throw new UsageError(`Batch ${batch} is paused already.`);
	return changeOpen(database, batch, (sql) => sql`paused_at = now(), paused_by = ${actor}`);
}

/** @throws UsageError */
export async function resumeBatch(database: Database, { batch }: Pick<BatchAction, "batch">): Promise<BatchView> {
	const { state } = await requireBatch(database, batch);
	if (state !== "paused") throw new UsageError(`Batch ${batch} is ${state}, not paused.`);
	return changeOpen(database, batch, (sql) => sql`paused_at = null, paused_by = null`);
}

/** Leaves out the containers that have not had their turn; runs under way come to their end. @throws UsageError */
export async function cancelBatch(database: Database, { batch, actor }: BatchAction): Promise<BatchView> {
	const { waiting } = await requireBatch(database, batch);
	if (waiting === 0)
		throw new UsageError(`Every container of batch ${batch} has had its turn; there is no rest to cancel.`);
	await changeOpen(
		database,
		batch,
		(sql) => sql`cancelled_at = now(), cancelled_by = ${actor}, paused_at = null, paused_by = null`,
	);
	// It leaves out the rest of every cancelled batch.
	await closeBatches(database);
	return requireBatch(database, batch);
}

/** Asks once more for the containers whose run failed or is partial: a batch of its own. @throws UsageError when there are none. */
export async function retryBatch(
	database: Database,
	{ batch, actor, trigger }: BatchAction & Pick<RunView, "trigger">,
): Promise<Requested & { readonly batch: number }> {
	await requireBatch(database, batch);
	const containers = await database.sql<(BatchedContainer & { removesNow: boolean })[]>`
		select c.eo_id as id, bc.kind, bc."full", b.removes_now as "removesNow" from batch_containers bc join batches b on b.id = bc.batch_id
		join runs r on r.id = bc.run_id join containers c on c.id = bc.container_id
		where bc.batch_id = ${batch} and r.state in ${statesIn(database.sql, "failing")} and c.deleted_at is null order by bc.position`;
	const [first] = containers;
	if (first === undefined)
		throw new UsageError(`No container of batch ${batch} failed; there is nothing to try again.`);
	const { removesNow } = first;
	const created = await createBatch(database, { containers, ofAll: false, trigger, actor, retries: batch, removesNow });
	return { batch: created.batch, runs: created.joined, containers: containers.map(({ id }) => id) };
}

async function changeOpen(
	database: Database,
	batch: number,
	change: (sql: Database["sql"]) => ReturnType<Database["sql"]>,
): Promise<BatchView> {
	const { sql } = database;
	const changed = await sql`
		update batches set ${change(sql)} where id = ${batch} and finished_at is null and cancelled_at is null`;
	const view = await requireBatch(database, batch);
	if (changed.count === 0) throw new UsageError(`Batch ${batch} is ${view.state}; there is nothing left to do in it.`);
	return view;
}

async function requireBatch(database: Database, batch: number): Promise<BatchView> {
	const view = await batchView(database, batch);
	if (view === null) throw new UsageError(`There is no batch ${batch}.`);
	return view;
}
