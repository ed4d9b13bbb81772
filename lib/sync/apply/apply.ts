import { actionsThat, isNewDataset, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { EosyncError, LeaseLostError } from "#lib/errors.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { keepFoldersKnown } from "#lib/sync/known-folders.ts";
import type { LoadedRun } from "#lib/sync/loaded-run.ts";
import { duplicateEoIds } from "#lib/sync/plan/duplicate-eo-ids.ts";
import { fitMosaic, linkRegisteredMeanwhile, type PlanContext } from "#lib/sync/plan/planning.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { takeStatesOver } from "#lib/sync/plan/take-states-over.ts";
import { countOnly, keepTotals } from "#lib/sync/plan/totals.ts";
import { prepareForMany } from "#lib/sync/planner-statistics.ts";
import { oldestReading } from "#lib/sync/read/longest-unread.ts";
import type { RunLease } from "#lib/sync/run-lease.ts";
import {
	archiveRemoved,
	archiveUnlinked,
	insertAdded,
	outOfReach,
	releaseNames,
	restore,
	writeFingerprints,
	writeMoves,
	writeStates,
} from "./apply-datasets.ts";
import {
	dropRemovedSources,
	invalidateOthers,
	link,
	lookAgainAtSkipped,
	refitMosaics,
	unlink,
	writeDirectories,
	writeRejections,
} from "./apply-links.ts";
import { summarise, type Touched } from "./summary.ts";

/**
 * The last phase: the whole plan in one transaction (rule 13), each kind of change as one statement. Readers
 * see the catalogue before it meanwhile; a process that dies leaves it so. Returns the state the run ended in.
 * @param isNew the plan was made just now
 * @throws EosyncError `stale` when the container was changed since the plan was made (rule 14).
 */
export async function apply({ database, lease, loaded }: PlanContext, { isNew = false } = {}): Promise<RunState> {
	const { run } = lease;
	const { container } = loaded;
	const planned = await plannedCounts(database, run);
	lease.progress.begin(
		"applying",
		Object.values(planned).reduce((sum, count) => sum + count, 0),
	);
	return cancellable(database.sql, lease.signal, async (sql) => {
		// The log of published items names the run.
		await sql`select pg_advisory_xact_lock(${catalogueLock}) from set_config('eosync.run', ${String(run)}, true)`;
		await requireRevision(sql, container.id, run);
		if (!isNew) await takeStatesOver(sql, run);
		await prepareForMany(sql, run, { isCounted: isNew });
		const drifted = (await linkRegisteredMeanwhile(sql, run)) + (await leaveOutWhatDrifted(sql, run, container.id));
		const isMosaic = container.kind === "rectified-stitched-mosaic";
		if (isMosaic) await writeMosaic(sql, lease, loaded);
		const left = !isNew || drifted > 0 || isMosaic || container.hasExceptions ? await countOnly(sql, run) : null;
		if (left !== null) {
			if (changeActions.some((action) => left[action] !== planned[action])) await rollUpRun(sql, run);
			await lookAgainAtSkipped(sql, run);
		}
		const touched = await touchedContainers(sql, run, container.id);
		const actions = await actionsOf(sql, run);
		const reached = progressAfterEach(planned);
		for (const [index, { write, about, does }] of steps.entries()) {
			lease.signal.throwIfAborted();
			if (about?.some((action) => actions.has(action)) ?? true) {
				lease.progress.advance({ current: does });
				await write(sql, run, container.id);
			}
			lease.progress.advance({ done: (reached[index] ?? 0) - (reached[index - 1] ?? 0) });
		}
		for (const one of touched) await summarise(sql, one, run);
		// Only now: until the end of the transaction nobody else can write the run, neither its progress nor that it is to be cancelled.
		if (left !== null) await keepTotals(sql, run, left);
		await sql`
			update containers set revision = revision + 1, verified_at = ${oldestReading(sql)} where id = ${container.id}`;
		const state = await finalState(sql, run);
		lease.progress.begin("finished", null);
		await lease.move({ state, applied: true }, sql);
		return state;
	});
}

type Action = ChangeAction | "refreshed";

/** Each kind of change, in an order in which none stands in another's way. */
const steps: readonly {
	readonly write: (sql: Transaction, run: number, containerId: number) => Promise<void>;
	/** It is about changes of these actions: without any it need not go through the others. Absent: about all. */
	readonly about?: readonly Action[];
	/** What goes on, for people who watch. */
	readonly does: string;
}[] = [
	{ write: releaseNames, about: ["updated", "moved", "linked", "unlinked"], does: "releasing names" },
	{ write: archiveRemoved, about: ["removed"], does: "archiving removed datasets" },
	{ write: archiveUnlinked, about: ["unlinked"], does: "archiving unlinked datasets" },
	{ write: writeStates, about: ["added", "updated", "moved", "linked", "unlinked"], does: "updating datasets" },
	{ write: writeMoves, about: ["moved"], does: "moving datasets" },
	{
		write: writeFingerprints,
		about: ["added", "updated", "moved", "linked", "unlinked", "refreshed"],
		does: "writing fingerprints",
	},
	{ write: restore, about: ["added"], does: "restoring datasets" },
	{ write: insertAdded, about: ["added"], does: "adding datasets" },
	{ write: link, about: ["added", "linked"], does: "linking datasets" },
	{ write: unlink, about: ["unlinked"], does: "unlinking datasets" },
	{ write: writeRejections, does: "writing rejections" },
	{ write: writeDirectories, does: "writing folders" },
	{ write: refitMosaics, about: ["added", "updated", "moved", "linked", "unlinked"], does: "marking other mosaics" },
	{ write: invalidateOthers, about: ["removed"], does: "marking other containers" },
	{ write: dropRemovedSources, does: "dropping removed sources" },
	{ write: keepFoldersKnown, does: "writing known folders" },
];

/**
 * How many changes count as done after each step: every step that is about an action does an equal part of its changes,
 * so that progress moves although each action is done by few statements. Rejections are done with the last step.
 */
function progressAfterEach(planned: ChangeCounts): readonly number[] {
	const stepsAbout = (action: ChangeAction) => steps.filter(({ about }) => about?.includes(action)).length;
	const total = changeActions.reduce((sum, action) => sum + planned[action], 0);
	let done = 0;
	return steps.map(({ about = [] }, index) => {
		for (const action of changeActions) if (about.includes(action)) done += planned[action] / stepsAbout(action);
		return index === steps.length - 1 ? total : Math.floor(done);
	});
}

/** Returns the counts from when the plan was made. */
async function plannedCounts({ sql }: Database, run: number): Promise<ChangeCounts> {
	const [counts] = await sql<ChangeCounts[]>`
		select added, removed, updated, moved, linked, unlinked, rejected from runs where id = ${run}`;
	if (!counts) throw new LeaseLostError(run);
	return counts;
}

/** Returns the actions still to be done: the index finds the first change of each at once, however many there are. */
async function actionsOf(sql: Transaction, run: number): Promise<ReadonlySet<Action>> {
	const rows = await sql<{ action: Action }[]>`
		select a.action from unnest(enum_range(null::change_action)) a(action)
		where exists (select from changes c where c.run_id = ${run} and c.action = a.action and ${isPlanned(sql)})`;
	return new Set(rows.map(({ action }) => action));
}

/**
 * What the mosaic is with this plan's datasets in it. What has ceased to fit since the plan was made is for the next one, and so is
 * what fits by now: it is not rejected.
 */
async function writeMosaic(sql: Transaction, lease: RunLease, loaded: LoadedRun): Promise<void> {
	const {
		mosaic: { grid, bands, rangeType },
		strays,
		fitting,
	} = await fitMosaic(sql, lease, loaded);
	if (fitting.length > 0)
		await sql`
			update changes c set outcome = 'skipped', reason = 'it fits the mosaic since another run has changed it'
			where c.run_id = ${lease.run} and ${isPlanned(sql)} and c.code = 'does-not-fit' and c.dataset_id = any(${fitting as number[]})`;
	await sql`
		update containers set mosaic_grid = ${json(sql, grid)}, mosaic_bands = ${json(sql, bands)}, mosaic_range_type = ${rangeType},
			mosaic_refit = ${strays.length + fitting.length > 0}
		where id = ${loaded.container.id}`;
}

async function requireRevision(sql: Transaction, containerId: number, run: number): Promise<void> {
	const [row] = await sql<{ same: boolean }[]>`
		select c.revision = r.base_revision as same from containers c, runs r where c.id = ${containerId} and r.id = ${run} for update of c`;
	if (row?.same) return;
	throw new EosyncError(
		"stale",
		"The container was changed since this plan was made; nothing was applied. Check it again.",
	);
}

/**
 * Rule 14: changes whose dataset is no longer as it was planned for, or whose EO ID or path was taken meanwhile. Returns how many.
 */
async function leaveOutWhatDrifted(sql: Transaction, run: number, containerId: number): Promise<number> {
	const changed = await sql`
		update changes c set outcome = 'skipped', reason = 'the dataset was changed by another run since the plan was made'
		where c.run_id = ${run} and ${isPlanned(sql)} and c.dataset_id is not null and c.action <> 'rejected'
			and not exists (select from datasets d where d.id = c.dataset_id and d.path = coalesce(c.from_path, c.path)
				and (d.archived_at is null) = (c.action <> 'added'))
			and not (c.action = 'added' and ${isNewDataset(sql)})`;
	const left = await sql`
		update changes c set outcome = 'skipped', reason = 'it left the container since the plan was made'
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ('removed', 'unlinked', 'moved')
			and not exists (select from container_datasets cd where cd.dataset_id = c.dataset_id and cd.container_id = ${containerId})`;
	let count = changed.count + left.count;
	// What is left out keeps its EO ID and path, which others may have been planned to get.
	for (;;) {
		const more = (await leaveOutMovesToTakenPaths(sql, run)) + (await leaveOutDuplicates(sql, run));
		if (more === 0) return count;
		count += more;
	}
}

async function leaveOutMovesToTakenPaths(sql: Transaction, run: number): Promise<number> {
	const taken = await sql`
		update changes c set outcome = 'skipped', reason = 'another dataset has its path since the plan was made'
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'moved' and exists (select from datasets d
			where d.storage_id = c.storage_id and d.path = c.path and d.archived_at is null and d.id <> c.dataset_id
				and not exists (select from changes o where o.run_id = c.run_id and ${isPlanned(sql, "o")} and o.dataset_id = d.id and o.action in ('moved', 'removed')))`;
	return taken.count;
}

async function leaveOutDuplicates(sql: Transaction, run: number): Promise<number> {
	const duplicates = await duplicateEoIds(sql, run);
	if (duplicates.length > 0)
		await sql`
			update changes c set outcome = 'skipped', reason = r.reason
			from jsonb_to_recordset(${json(sql, duplicates)}) as r(id bigint, reason text)
			where c.id = r.id`;
	return duplicates.length;
}

/** Rule 10: every container whose summary may change. */
async function touchedContainers(sql: Transaction, run: number, containerId: number): Promise<Touched[]> {
	return sql<Touched[]>`
		select id, bool_or(shrank) as shrank from (
			select cd.container_id as id, true as shrank
			from changes c join container_datasets cd on cd.dataset_id = c.dataset_id left join sources s on s.id = cd.source_id
			where c.run_id = ${run} and ${isPlanned(sql)} and (c.action = 'removed'
				or (c.action in ${actionsThat.alter(sql)} and c.after_version is not null and coalesce(c.fields ?| array['begin', 'end', 'footprint'], true)) or (c.action = 'unlinked' and cd.container_id = ${containerId})
				or (c.action = 'moved' and cd.container_id <> ${containerId} and ${outOfReach(sql)}))
			union
			select ${containerId}, false from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ${actionsThat.arrive(sql)}
			union
			select k.id, false from changes c, jsonb_array_elements(c.undo->'links') l join containers k on k.id = (l->>'containerId')::bigint and k.deleted_at is null
			where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'added'
		) touched group by id order by id`;
}

/** What a person left out, or an exception keeps out, is no fault of the run. */
async function finalState(sql: Transaction, run: number): Promise<"succeeded" | "partial" | "failed"> {
	const [row] = await sql<{ failed: boolean; left: number }[]>`
		select error is not null as failed, problems + skipped - left_out - excepted as left from runs where id = ${run}`;
	if (row?.failed) return "failed";
	return (row?.left ?? 0) > 0 ? "partial" : "succeeded";
}
