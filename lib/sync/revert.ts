import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { EosyncError } from "#lib/errors.ts";
import { apply } from "#lib/sync/apply/apply.ts";
import type { PlanContext } from "#lib/sync/plan/planning.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { takeStatesOver } from "#lib/sync/plan/take-states-over.ts";
import { countChanges } from "#lib/sync/plan/totals.ts";
import { applyReshaping } from "#lib/sync/reshape/apply-reshaping.ts";
import { cancellable } from "./cancellable.ts";

/**
 * Takes an applied run back: stages the inverse of each of its changes as a plan of its own and applies that, so a revert
 * is shown, counted and revertable like any run. Datasets that a later run wrote again are left out. The folders
 * concerned will be looked at again by the next sync: the archive is still as it is. A split or merge is taken back as a whole.
 */
export async function revert(context: PlanContext): Promise<RunState> {
	const { database, lease, loaded } = context;
	const { run, container } = loaded;
	const reverted = run.revertsRunId;
	if (reverted === null)
		throw new EosyncError("nothing-to-revert", `Run ${run.id} does not say which run it takes back.`);
	const [reshaping] = await database.sql`select from reshaped_containers where run_id = ${reverted} limit 1`;
	if (reshaping) return applyReshaping(context);
	if (!run.planned) {
		lease.progress.begin("planning", null);
		// For people who watch: of 50,000 changes each takes seconds.
		const tell = (current: string) => lease.progress.advance({ current });
		await cancellable(database.sql, lease.signal, async (sql) => {
			await sql`delete from changes where run_id = ${run.id}`;
			await takeStatesOver(sql, reverted);
			tell("turning its changes round");
			await stageInverse(sql, run.id, reverted);
			tell("looking for what changed again since");
			await leaveOutWhatChangedAgain(sql, run.id, reverted);
			tell("marking the folders concerned");
			await sql`
				insert into run_directories (run_id, source_id, path, parent, digest, rule)
				select distinct ${run.id}::bigint, d.source_id, d.path, d.parent, '', d.rule
				from changes c join sources s on s.container_id = ${container.id} join directories d on d.source_id = s.id
					and d.path in (c.directory, regexp_replace(c.from_path, '/?[^/]*$', ''))
				where c.run_id = ${run.id} on conflict do nothing`;
			tell("counting the changes");
			await rollUpRun(sql, run.id);
			// Last: whoever writes the run keeps its progress waiting until the end of the transaction.
			await countChanges(sql, run.id, { planned: true });
			await sql`update runs set base_revision = ${container.revision} where id = ${run.id}`;
			await lease.move({ state: "applying", scanned: true, planned: true }, sql);
		});
	}
	return apply(context);
}

async function stageInverse(sql: Transaction, run: number, reverted: number): Promise<void> {
	await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, from_path, dataset_id, eo_id, files, rule, before_version, after_version, fields, reason, undo)
		select ${run}, case c.action when 'added' then 'removed' when 'removed' then 'added' when 'linked' then 'unlinked'
				when 'unlinked' then case when d.archived_at is null then 'linked' else 'added' end else c.action::text end::change_action,
			s.id, coalesce((c.undo->>'storageId')::bigint, c.storage_id),
			case when c.action = 'moved' then regexp_replace(c.from_path, '/?[^/]*$', '') else c.directory end,
			case when c.action = 'moved' then c.from_path else c.path end, case when c.action = 'moved' then c.path end,
			d.id, coalesce(bv.state->>'eoId', c.eo_id), case when c.before_version is null or c.after_version is null then coalesce(c.undo->'files', c.files) end,
			coalesce(c.undo->>'rule', c.rule),
			case when c.before_version is not null then c.after_version end, case when c.after_version is not null then c.before_version end,
			(select jsonb_object_agg(key, jsonb_build_object('before', value->'after', 'after', value->'before')) from jsonb_each(c.fields)),
			case when d.id is null then 'the dataset is no more' end,
			case when (c.action = 'removed' and c.undo ? 'links') or (c.action = 'unlinked' and d.archived_at is not null) then jsonb_build_object('links', c.undo->'links') end
		from changes c join runs r on r.id = c.run_id left join datasets d on d.id = c.dataset_id left join dataset_versions bv on bv.id = c.before_version
			left join lateral (select l from jsonb_array_elements(c.undo->'links') l where (l->>'containerId')::bigint = r.container_id) link on true
			-- As it was linked, by hand too; a source that is no more leaves a link by hand.
			left join sources s on s.id = case when link.l is null then c.source_id else (link.l->>'sourceId')::bigint end
		where c.run_id = ${reverted} and ${isPlanned(sql)} and c.action not in ('rejected', 'refreshed')`;
}

async function leaveOutWhatChangedAgain(sql: Transaction, run: number, reverted: number): Promise<void> {
	await sql`
		update changes c set outcome = 'skipped', reason = 'it cannot be restored: its retention time is over'
		where c.run_id = ${run} and c.dataset_id is null`;
	await sql`
		update changes c set outcome = 'skipped', reason = 'changed again by run ' || d.changed_by_run
		from datasets d
		where c.run_id = ${run} and ${isPlanned(sql)} and d.id = c.dataset_id and c.action not in ('linked', 'unlinked')
			and d.changed_by_run is distinct from ${reverted}`;
	// A link can be taken back all the same, but not what was read with it.
	await sql`
		update changes c set before_version = null, after_version = null, fields = null from datasets d
		where c.run_id = ${run} and c.action = 'unlinked' and d.id = c.dataset_id and d.changed_by_run is distinct from ${reverted}`;
}
