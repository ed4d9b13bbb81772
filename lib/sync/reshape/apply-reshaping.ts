import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { summarise } from "#lib/sync/apply/summary.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { PlanContext } from "#lib/sync/plan/planning.ts";
import { prepareForMany } from "#lib/sync/planner-statistics.ts";
import { oldestReading } from "#lib/sync/read/longest-unread.ts";
import { applyMerge, revertMerge } from "./apply-merge.ts";
import { applySplit, revertSplit } from "./apply-split.ts";
import { type ReshapedRow, stale } from "./reshaping.ts";

/**
 * Applies the plan of a split or merge, or takes one back: all containers, sources and links in one transaction. A process that dies leaves
 * all as it was, and another one begins anew.
 * @throws EosyncError `stale` when any of its containers was changed since, or is at work; then nothing is.
 */
export async function applyReshaping({ database, lease, loaded }: PlanContext): Promise<RunState> {
	const { run } = lease;
	const reverted = loaded.run.revertsRunId;
	return cancellable(database.sql, lease.signal, async (sql): Promise<RunState> => {
		await sql`select pg_advisory_xact_lock(${catalogueLock})`;
		const rows = await reshapedRows(sql, reverted ?? run);
		lease.progress.begin(
			"applying",
			rows.reduce((sum, { datasets }) => sum + datasets, 0),
		);
		await requireUnchanged(sql, run, rows, reverted);
		if (reverted !== null) await stageInverse(sql, run, reverted);
		await prepareForMany(sql, run, { isCounted: false });
		const isSplit = rows[0]?.role === "split";
		const reshaping = { run, reverted, rows, actor: await actorOf(sql, run) };
		const touched =
			reverted === null
				? await (isSplit ? applySplit : applyMerge)(sql, reshaping)
				: await (isSplit ? revertSplit : revertMerge)(sql, { ...reshaping, reverted });
		for (const id of touched.toSorted((a, b) => a - b)) {
			lease.signal.throwIfAborted();
			await summarise(sql, { id, shrank: true }, run);
			await sql`update containers set revision = revision + 1, verified_at = ${oldestReading(sql)} where id = ${id}`;
		}
		await sql`
			update reshaped_containers p set applied_revision = c.revision from containers c where p.run_id = ${run} and c.id = p.container_id`;
		lease.progress.begin("finished", null);
		await lease.move({ state: "succeeded", planned: reverted !== null, applied: true }, sql);
		return "succeeded";
	});
}

async function reshapedRows(sql: Transaction, run: number): Promise<readonly ReshapedRow[]> {
	return sql<ReshapedRow[]>`
		select run_id as "runId", position, container_id as "containerId", role, eo_id as "eoId", datasets, plan, before,
			base_revision as "baseRevision", applied_revision as "appliedRevision"
		from reshaped_containers where run_id = ${run} order by position`;
}

async function actorOf(sql: Transaction, run: number): Promise<string> {
	const [row] = await sql<{ actor: string }[]>`select actor from runs where id = ${run}`;
	return row?.actor ?? "";
}

interface FoundContainer extends Pick<typeof containers.$inferSelect, "id" | "revision" | "publishStac"> {
	readonly name: string;
	readonly changed: boolean;
	readonly busy: number | null;
}

/** The containers are as they were planned for, or as the run that is taken back left them, and no other run of them is at work. */
async function requireUnchanged(
	sql: Transaction,
	run: number,
	rows: readonly ReshapedRow[],
	reverted: number | null,
): Promise<void> {
	const keys = rows.flatMap(({ containerId }) => containerId ?? []);
	const found = await sql<FoundContainer[]>`
		select c.id, coalesce(c.deleted_eo_id, c.eo_id) as name, c.revision, c.publish_stac as "publishStac",
			exists (select from runs done where done.id = ${reverted} and (c.configured_at > done.applied_at or exists (
				select from runs r where r.container_id = c.id and r.id <> done.id and r.applied_at > done.applied_at
					and r.added + r.removed + r.updated + r.moved + r.linked + r.unlinked > 0))) as changed,
			(select r.id from runs r where r.container_id = c.id and r.id <> ${run} and r.state in ${statesIn(sql, "active")} limit 1) as busy
		from containers c where c.id = any(${keys}) order by c.id for update of c`;
	for (const { containerId, eoId, role, baseRevision, before } of rows) {
		if (reverted === null && role === "part") continue;
		const now = found.find(({ id }) => id === containerId);
		if (!now) throw stale(`The container ${eoId} is no more`);
		if (now.busy !== null) throw stale(`Run ${now.busy} of ${now.name} is active`);
		if (reverted === null && now.revision !== baseRevision)
			throw stale(`The container ${now.name} was changed since this plan was made`);
		// What is brought into it, or taken out of it into others, is published as it is.
		if (reverted === null && before?.publishStac !== undefined && now.publishStac !== before.publishStac)
			throw stale(`Who may read ${now.name} by STAC was changed since this plan was made`);
		// Runs that found nothing are none that were applied.
		if (now.changed) throw stale(`The container ${now.name} was changed since run ${reverted}`);
	}
}

/** For people: what goes back where. */
async function stageInverse(sql: Transaction, run: number, reverted: number): Promise<void> {
	await sql`delete from changes where run_id = ${run}`;
	await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, reason)
		select ${run}, (case c.action when 'linked' then 'unlinked' else 'linked' end)::change_action, null, c.storage_id, c.directory, c.path, c.dataset_id, c.eo_id,
			'back: ' || c.reason
		from changes c where c.run_id = ${reverted} and c.action in ('linked', 'unlinked') and ${isPlanned(sql)}`;
}
