import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import {
	changeVersions,
	currentVersion,
	datasetFiles,
	datasetState,
	stateAfter,
} from "#lib/catalog/datasets/dataset-state.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { LoadedRun } from "#lib/sync/loaded-run.ts";
import { prepareForMany } from "#lib/sync/planner-statistics.ts";
import type { RunLease } from "#lib/sync/run-lease.ts";
import { leaveOutDependents } from "./dependent-changes.ts";
import { duplicateEoIds, leavesCatalogue, type Verdict } from "./duplicate-eo-ids.ts";
import { leaveOutExcepted } from "./exceptions.ts";
import { fitDataset, type Mosaic } from "./mosaic.ts";
import { mayHaveMoved, pairByEoId, pairByFingerprint, pureRenames } from "./moves.ts";
import { takeStatesOver } from "./take-states-over.ts";

/**
 * The fourth phase, on what is staged: the pure rules of `plan.ts` and `mosaic.ts` are given just the rows
 * they may concern, found by set-based SQL, so that a million changes cost no memory. Every step may be repeated.
 */
export interface PlanContext {
	readonly database: Database;
	readonly lease: RunLease;
	readonly loaded: LoadedRun;
}

/** Plans before reading: files that the listings alone can settle need not be read. */
export async function planFromListings({ database, lease, loaded }: PlanContext): Promise<void> {
	await cancellable(database.sql, lease.signal, async (sql) => {
		const { id, hasExceptions } = loaded.container;
		// What is kept out need not be read, and a removal that is kept out releases no EO ID.
		if (hasExceptions) await leaveOutExcepted(sql, lease.run, id);
		const retried = await retryReleasedDuplicates({ sql }, lease.run, id);
		if (hasExceptions && retried > 0) await leaveOutExcepted(sql, lease.run, id);
		if (!(await mayHaveMoved(sql, lease.run))) return;
		await prepareForMany(sql, lease.run);
		await pairByFingerprint(sql, lease.run, pureRenames(loaded));
	});
}

/** Plans after reading, from what the files say about themselves. */
export async function planFromContents({ database, lease, loaded }: PlanContext): Promise<void> {
	await cancellable(database.sql, lease.signal, async (sql) => {
		if (loaded.run.resumed) await takeStatesOver(sql, lease.run);
		await prepareForMany(sql, lease.run);
		await linkRegisteredMeanwhile(sql, lease.run);
		const { hasExceptions } = loaded.container;
		if (hasExceptions) await leaveOutExcepted(sql, lease.run, loaded.container.id);
		if (loaded.container.kind === "rectified-stitched-mosaic") {
			const { strays } = await fitMosaic(sql, lease, loaded);
			await letGo(sql, loaded, strays);
		}
		await pairByEoId(sql, lease.run);
		const duplicates = await duplicateEoIds(sql, lease.run);
		await reject(sql, "duplicate-eo-id", duplicates);
		if (await mayHaveMoved(sql, lease.run)) await pairByFingerprint(sql, lease.run, () => true);
		if (hasExceptions) await leaveOutSettled(sql, lease.run, loaded.container.id);
	});
}

/** Leaves out what turned out to be what an exception is about once it was read and paired; others may not have its EO ID then. */
async function leaveOutSettled(sql: Transaction, run: number, containerId: number): Promise<void> {
	const exception = await leaveOutExcepted(sql, run, containerId);
	if (exception === null) return;
	await reject(sql, "duplicate-eo-id", await duplicateEoIds(sql, run));
	await leaveOutDependents(sql, { run, containerId, exception });
}

/**
 * Rule 8, kept useful: a file rejected because its EO ID was taken is tried again when no dataset has the ID any more, or
 * this run sets it free. Returns how many are to be read.
 */
export async function retryReleasedDuplicates(
	{ sql }: { readonly sql: Sql | Transaction },
	run: number,
	containerId: number,
): Promise<number> {
	const retried = await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, files, rule, to_read)
		select ${run}, (case when own.id is null then 'added' when cd.dataset_id is null then 'linked' else 'updated' end)::change_action,
			r.source_id, r.storage_id, r.directory, r.path, own.id, r.files, r.rule, true
		from rejections r
			left join datasets own on own.storage_id = r.storage_id and own.path = r.path and own.archived_at is null
			left join container_datasets cd on cd.dataset_id = own.id and cd.container_id = r.container_id
		where r.container_id = ${containerId} and r.code = 'duplicate-eo-id'
			and not exists (select from changes c where c.run_id = ${run} and c.directory = r.directory and c.path = r.path and c.storage_id = r.storage_id)
			and not exists (select from containers k where k.eo_id = r.eo_id) and not exists (select from former_ids f where f.eo_id = r.eo_id)
			and not exists (select from datasets d where d.eo_id = r.eo_id and d.archived_at is null and d.id is distinct from own.id
				and not exists (select from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.dataset_id = d.id
					and (${leavesCatalogue(sql)} or (c.action in ('updated', 'moved', 'linked') and c.eo_id <> d.eo_id))))
		on conflict do nothing`;
	return retried.count;
}

/** A dataset of the mosaic that another container has changed, so that it does not fit any more. */
interface Stray {
	readonly datasetId: number;
	readonly reason: string;
}

interface FittedMosaic {
	/** The mosaic with everything that fits. */
	readonly mosaic: Mosaic;
	readonly strays: readonly Stray[];
	/** Datasets that the plan rejects, and that fit by now, as another container has changed them since. */
	readonly fitting: readonly number[];
}

/**
 * Rule 8: fits datasets in the order of paths, so that the same archive always gives the same mosaic, and rejects those that do not
 * fit. Under a new grid it also looks at registered datasets, and at shared ones if another container's run changed some.
 */
export async function fitMosaic(
	sql: Transaction,
	lease: RunLease,
	{ container, run }: LoadedRun,
): Promise<FittedMosaic> {
	const isNew = container.mosaicGrid === null;
	let mosaic: Mosaic = {
		grid: container.mosaicGrid ?? container.grid,
		rangeType:
			container.rangeType ??
			container.mosaicRangeType ??
			(isNew ? null : await commonRangeType(sql, run.id, container.id)),
		bands: container.mosaicBands,
	};
	const rows = sql<
		{ id: number | null; stray: number | null; rejected: number | null; path: string; state: DatasetState }[]
	>`
		select c.id, null::bigint as stray, null::bigint as rejected, c.path, coalesce(${stateAfter(sql)}, ${datasetState(sql)}) as state
		from changes c ${changeVersions(sql)} left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
		where c.run_id = ${run.id} and ${isPlanned(sql)} and (c.action in ${actionsThat.arrive(sql)}
			or (c.action = 'refreshed' and c.dataset_id is not null) or (c.action in ('updated', 'moved') and c.after_version is not null))
		union all
		select null, null, d.id, c.path, ${datasetState(sql)}
		from changes c join datasets d on d.id = c.dataset_id and d.archived_at is null ${currentVersion(sql)}
		where c.run_id = ${run.id} and ${isPlanned(sql)} and c.action in ('rejected', 'unlinked') and c.code = 'does-not-fit' and c.after_version is null
		union all
		select null, case when ${mayStray(sql)} then d.id end, null, d.path, ${datasetState(sql)}
		from containers k join container_datasets cd on cd.container_id = k.id join datasets d on d.id = cd.dataset_id ${currentVersion(sql)}
		where k.id = ${container.id} and (${isNew} or (k.mosaic_refit and ${mayStray(sql)})) and ${isUntouched(sql, run.id)}
		order by path`;
	const strays: Stray[] = [];
	const fitting = new Set<number>();
	for await (const batch of inBatches(sql, rows, 500)) {
		lease.signal.throwIfAborted();
		const misfits: Verdict[] = [];
		for (const { id, stray, rejected, state } of batch) {
			const result = fitDataset(mosaic, state);
			if (rejected !== null) {
				if (result.fits) fitting.add(rejected);
			} else if (result.fits) mosaic = result.mosaic;
			else if (id !== null) misfits.push({ id, reason: result.reason });
			else if (stray !== null) strays.push({ datasetId: stray, reason: result.reason });
		}
		await reject(sql, "does-not-fit", misfits);
	}
	return { mosaic, strays, fitting: [...fitting] };
}

/**
 * Whether a dataset `d`, linked by `cd` to a mosaic `k`, may have ceased to fit without a run of the mosaic: another container
 * also has it, and reads it or has written it last. A dataset whose file is already rejected keeps its last good state.
 */
const mayStray = (sql: Transaction) => sql`(cd.source_id is not null
	and exists (select from container_datasets other where other.dataset_id = d.id and other.container_id <> k.id)
	and (exists (select from sources home where home.id = d.home_source_id and home.container_id <> k.id)
		or exists (select from runs writer where writer.id = d.changed_by_run and writer.container_id <> k.id))
	and not exists (select from rejections r where r.container_id = k.id and r.storage_id = d.storage_id and r.path = d.path))`;

/** Whether the plan does nothing with a dataset `d`. */
const isUntouched = (sql: Transaction, run: number) =>
	sql`not exists (select from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.dataset_id = d.id)`;

/** Returns the range type of most of a mosaic's datasets, for one that was not kept when the first dataset set it. */
async function commonRangeType(sql: Transaction, run: number, containerId: number): Promise<string | null> {
	const [row] = await sql<{ rangeType: string }[]>`
		select coalesce(v.state->>'rangeType', d.range_type) as "rangeType"
		from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(sql)}
		where cd.container_id = ${containerId} and ${isUntouched(sql, run)} group by 1 order by count(*) desc, 1 limit 1`;
	return row?.rangeType ?? null;
}

/** Unlinks the datasets and rejects their files: the other container has them as they are now, so no last good state remains. */
async function letGo(sql: Transaction, { container, run }: LoadedRun, strays: readonly Stray[]): Promise<void> {
	if (strays.length === 0) return;
	await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, files, rule, code, reason)
		select ${run.id}, a.action, cd.source_id, d.storage_id, d.directory, d.path, d.id, d.eo_id, ${datasetFiles(sql)}, d.rule, 'does-not-fit', r.reason
		from jsonb_to_recordset(${json(sql, strays)}) as r("datasetId" bigint, reason text) join datasets d on d.id = r."datasetId" ${currentVersion(sql)}
			join container_datasets cd on cd.dataset_id = d.id and cd.container_id = ${container.id},
			(values ('unlinked'::change_action), ('rejected')) as a(action)
		on conflict do nothing`;
}

async function reject(sql: Transaction, code: string, rejected: readonly Verdict[]): Promise<void> {
	if (rejected.length === 0) return;
	await sql`
		update changes c set action = 'rejected', code = ${code}, reason = r.reason,
			files = coalesce(c.files, (select v.files from dataset_versions v where v.id = c.after_version), '[]'), dataset_id = case when c.action = 'added' then null else c.dataset_id end
		from jsonb_to_recordset(${json(sql, rejected)}) as r(id bigint, reason text)
		where c.id = r.id`;
}

/** Rule 3: a file that another container registered, or restored, since the scan is linked, not registered twice. Returns how many. */
export async function linkRegisteredMeanwhile(sql: Transaction, run: number): Promise<number> {
	const { count } = await sql`
		update changes c set action = 'linked', dataset_id = d.id, eo_id = d.eo_id, after_version = null, fields = null,
			files = coalesce(c.files, (select v.files from dataset_versions v where v.id = c.after_version)),
			reason = 'registered meanwhile through another container'
		from datasets d
		where c.run_id = ${run} and c.action = 'added' and ${isPlanned(sql)}
			and d.storage_id = c.storage_id and d.path = c.path and d.archived_at is null`;
	if (count === 0) return 0;
	// Those listings do not say by whose rules the file is read.
	await sql`update run_directories set listing = null where run_id = ${run}`;
	// That one may have met the file before it was written again: the folder as it is now does not agree with it.
	await sql`
		update run_directories f set digest = '' from changes c join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
		where f.run_id = ${run} and f.digest is not null and f.source_id = c.source_id and f.path = c.directory
			and c.run_id = ${run} and c.action = 'linked' and c.after_version is null and ${isPlanned(sql)} and c.files <> ${datasetFiles(sql)}`;
	await sql`
		select eosync_forget_versions(array(
			select v.id from changes c join dataset_versions v on v.id = c.id
			where c.run_id = ${run} and c.action = 'linked' and c.after_version is null))`;
	return count;
}
