import { forgetFormerId, holderOf, noContainerText } from "#lib/catalog/containers/former-ids.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { archiveRemoved, archiveUnlinked } from "#lib/sync/apply/apply-datasets.ts";
import { invalidateOthers, unlink } from "#lib/sync/apply/apply-links.ts";
import { summarise } from "#lib/sync/apply/summary.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { countChanges } from "#lib/sync/plan/totals.ts";
import { isDoubtful, rediscoverFolders } from "./known-folders.ts";

interface Deletion {
	/** EO ID. */
	readonly id: string;
	readonly actor: string;
	readonly trigger: RunView["trigger"];
}

/**
 * Deletes a container, as a run of kind `delete` that its restoration takes back: datasets that only it has are archived like
 * removed ones, the others stay where they are. The container keeps its sources, rejections and runs for its retention time
 * (`deleted-containers.ts`). Returns the run.
 * @throws UsageError when there is none of that EO ID, or a run of it is at work.
 */
export async function deleteContainer({ sql }: Database, { id, actor, trigger }: Deletion): Promise<number> {
	return sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const [container] = await tx<{ key: number; busy: boolean }[]>`
			select id as key, exists (select from runs r where r.container_id = c.id and r.state in ${statesIn(tx, "leased")}) as busy
			from containers c where eo_id = ${id} for update`;
		if (!container) throw new UsageError(await noContainerText({ sql: tx }, id));
		if (container.busy)
			throw new UsageError(`A run of ${id} is active; cancel it or wait for its end, then delete the container.`);
		const { key } = container;
		const run = await stageDeletion(tx, key, { actor, trigger });
		await tx`select from set_config('eosync.run', ${String(run)}, true)`;
		await archiveRemoved(tx, run);
		await archiveUnlinked(tx, run);
		await unlink(tx, run, key);
		await invalidateOthers(tx, run, key);
		// The rules of removed sources read nothing any more.
		await tx`update datasets d set home_source_id = null from sources s where s.id = d.home_source_id and s.container_id = ${key}`;
		await countChanges(tx, run, { planned: false });
		await rollUpRun(tx, run);
		await summarise(tx, { id: key, shrank: true }, run);
		await tx`
			update containers set deleted_at = now(), deleted_eo_id = eo_id, eo_id = ${`_deleted~${key}`}, revision = revision + 1 where id = ${key}`;
		return run;
	});
}

/** Ends what waits, and writes the run as one that is over. */
async function stageDeletion(
	sql: Transaction,
	container: number,
	{ actor, trigger }: Pick<Deletion, "actor" | "trigger">,
): Promise<number> {
	const [run] = await sql<{ id: number }[]>`
		insert into runs (container_id, kind, trigger, actor, state, started_at, scanned_at, planned_at, applied_at, finished_at, progress)
		values (${container}, 'delete', ${trigger}, ${actor}, 'succeeded', now(), now(), now(), now(), now(), ${sql.json({ phase: "finished", done: 0, total: 0 })})
		returning id`;
	if (!run) throw new Error("insert returned no row");
	await sql`
		update runs set state = 'cancelled', finished_at = now(), superseded_by = ${run.id}, lease_owner = null, lease_until = null
		where container_id = ${container} and finished_at is null`;
	await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, before_version, files, reason)
		select ${run.id}, case when exists (select from container_datasets other where other.dataset_id = d.id and other.container_id <> ${container})
				then 'unlinked' else 'removed' end::change_action,
			cd.source_id, d.storage_id, d.directory, d.path, d.id, d.eo_id, d.version_id, d.files, 'the container was deleted'
		from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.container_id = ${container}`;
	return run.id;
}

interface Restoration extends Deletion {
	/** The EO ID that it gets; default: the one it had. */
	readonly as?: string | undefined;
	/** The run that deleted it, where several of that EO ID were deleted; default: the last one. */
	readonly deletion?: number | undefined;
}

/**
 * Brings back the container of that EO ID that was deleted last, or by the given run, with its sources and runs, and asks for the run that brings
 * back its datasets. Returns that run, and the EO ID.
 * @throws UsageError when there is none, or the EO ID is taken meanwhile.
 */
export async function restoreContainer(
	{ sql }: Database,
	{ id, as = id, deletion, actor, trigger }: Restoration,
): Promise<{ readonly run: number; readonly container: string }> {
	return sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const [deleted] = await tx<{ key: number; run: number }[]>`
			select c.id as key, d.run
			from containers c cross join lateral (select max(r.id) as run from runs r where r.container_id = c.id and r.kind = 'delete') d
			where c.deleted_eo_id = ${id} and c.merged_into is null ${deletion === undefined ? tx`` : tx`and d.run = ${deletion}`} order by c.deleted_at desc, c.id desc limit 1 for update of c`;
		if (!deleted) throw new UsageError(`There is no deleted container ${id}.`);
		await requireFree(tx, as, deleted.key);
		await forgetFormerId({ sql: tx }, as);
		await tx`
			update containers set eo_id = ${as}, deleted_at = null, deleted_eo_id = null, revision = revision + 1, configured_at = now()
			where id = ${deleted.key}`;
		// No run has looked at them since.
		await tx`update directories d set ${isDoubtful(tx)} from sources s where s.id = d.source_id and s.container_id = ${deleted.key}`;
		await rediscoverFolders(tx, deleted.key);
		const { run } = await createRun(
			{ sql: tx },
			{ container: as, kind: "revert", reverts: deleted.run, trigger, actor },
		);
		return { run, container: as };
	});
}

async function requireFree(sql: Transaction, eoId: string, container: number): Promise<void> {
	const holder = await holderOf({ sql }, eoId, container);
	if (holder !== null)
		throw new UsageError(`The EO ID ${eoId} is taken by ${holder} meanwhile; restore the container under another one.`);
}
