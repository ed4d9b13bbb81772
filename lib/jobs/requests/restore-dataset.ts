import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { loadSources } from "#lib/sync/loaded-run.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import type { RequestedRun } from "./requests.ts";

interface RestorationRequest {
	/** Number of the dataset. */
	readonly dataset: number;
	readonly actor: string;
	readonly trigger: RunView["trigger"];
}

/** A dataset that was removed, and the change that did it. */
interface Removed {
	readonly id: string;
	readonly path: string;
	readonly isArchived: boolean;
	readonly isKept: boolean;
	/** null: it is no longer kept. */
	readonly change: number | null;
	readonly containerKey: number | null;
	readonly container: string | null;
	readonly isDeleted: boolean;
	/** null: it was linked by hand, or its source is gone. */
	readonly source: number | null;
	/** Who has its EO ID, or its file, by now. */
	readonly taken: string | null;
}

/**
 * Restores one dataset, in the container whose run removed it and in those that it was in besides: a plan of that one change, applied by a run
 * of its own as every plan is (rules 13 to 15), after its files were looked at. Returns that run.
 * @throws UsageError with the reason when it cannot be.
 */
export async function requestDatasetRestoration(
	{ sql }: Database,
	{ dataset, actor, trigger }: RestorationRequest,
): Promise<RequestedRun> {
	return sql.begin(async (tx) => {
		const removed = await removedDataset(tx, dataset);
		const refusal = await refusalOf(tx, removed);
		if (removed === null || refusal !== null) throw new UsageError(refusal ?? `There is no dataset ${dataset}.`);
		const { containerKey, container, change, source } = removed;
		const [run] = await tx<{ id: number }[]>`
			insert into runs (container_id, kind, trigger, actor, state, base_revision, started_at, planned_at, added, progress)
			select id, 'restore', ${trigger}, ${actor}, 'queued', revision, now(), now(), 1, ${tx.json({ phase: "planning", done: 0, total: 1 })}
			from containers where id = ${containerKey}
			on conflict (container_id) where state in ${statesIn(tx, "active")} do nothing returning id`;
		if (!run)
			throw new UsageError(`A run of ${container} is active; wait for it or cancel it, then restore ${removed.id}.`);
		await tx`
			insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, files, reason, undo)
			select ${run.id}, 'added', ${source}, d.storage_id, d.directory, d.path, d.id, d.eo_id, ${datasetFiles(tx)}, ${`restored by ${actor}`},
				(select jsonb_build_object('links', c.undo->'links') from changes c where c.id = ${change} and c.undo ? 'links')
			from datasets d ${currentVersion(tx)} where d.id = ${dataset}`;
		// The next sync looks at its folder again: whether the archive agrees.
		await tx`
			insert into run_directories (run_id, source_id, path, parent, digest, rule)
			select ${run.id}, f.source_id, f.path, f.parent, '', f.rule from datasets d join directories f on f.path = d.directory join sources s on s.id = f.source_id
			where d.id = ${dataset} and s.container_id = ${containerKey} and s.storage_id = d.storage_id`;
		await rollUpRun(tx, run.id);
		return { run: run.id, container: container ?? "", joined: false, again: false };
	});
}

async function removedDataset(sql: Transaction, dataset: number): Promise<Removed | null> {
	const [row] = await sql<Removed[]>`
		select d.eo_id as id, d.path, d.archived_at is not null as "isArchived",
			coalesce(d.archived_at > now() - make_interval(days => coalesce(k.retention_days, 90)), false) as "isKept",
			c.id as change, k.id as "containerKey", coalesce(k.deleted_eo_id, k.eo_id) as container, coalesce(k.deleted_at is not null, false) as "isDeleted", s.id as source,
			coalesce((select 'the dataset ' || o.id || ', ' || o.path from datasets o where o.archived_at is null and (o.eo_id = d.eo_id or (o.storage_id = d.storage_id and o.path = d.path)) limit 1),
				(select 'the container ' || o.eo_id from containers o where o.eo_id = d.eo_id or o.id = (select f.container_id from former_ids f where f.eo_id = d.eo_id) limit 1)) as taken
		from datasets d
			left join lateral (select c.* from changes c join runs r on r.id = c.run_id
				where c.dataset_id = d.id and c.run_id = d.changed_by_run and c.action in ('removed', 'unlinked') and ${isPlanned(sql)} and r.applied_at is not null
				order by c.id desc limit 1) c on true
			left join runs r on r.id = c.run_id left join containers k on k.id = r.container_id
			left join lateral (select l from jsonb_array_elements(c.undo->'links') l where (l->>'containerId')::bigint = k.id) link on true
			left join sources s on not s.retired and s.id = case when link.l is null then c.source_id else (link.l->>'sourceId')::bigint end
		where d.id = ${dataset}`;
	return row ?? null;
}

/** Why it cannot be restored; null: it can, if its files are as they were. */
async function refusalOf(sql: Transaction, removed: Removed | null): Promise<string | null> {
	if (removed === null) return "There is no such dataset any more: its retention time is over, or there never was one.";
	const { id, path, isArchived, isKept, change, container, isDeleted, source, taken } = removed;
	if (!isArchived) return `${id} is registered: there is nothing to restore.`;
	if (taken !== null) return `${id} cannot be restored: its EO ID or its file is that of ${taken} by now.`;
	if (isDeleted) return `${id} went with its container ${container}: restore the container instead.`;
	if (!isKept || change === null) return `${id} cannot be restored any more: its retention time is over.`;
	if (source === null)
		return `${id} cannot be restored: the source of ${container} that found its file is not there any more.`;
	const [rules] = await loadSources({ sql }, [source]);
	if (rules?.matcher.matches(path)) return null;
	return `${id} cannot be restored: no pattern of its source in ${container} matches ${path} any more. With one that does, the next sync restores it.`;
}
