import type { Database } from "#lib/catalog/database/database.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { EosyncError } from "#lib/errors.ts";
import { apply } from "#lib/sync/apply/apply.ts";
import { confirmRemovals } from "#lib/sync/plan/confirm-removals.ts";
import { endExceptions } from "#lib/sync/plan/exceptions.ts";
import { finishPlan } from "#lib/sync/plan/finish-plan.ts";
import { planFromContents, planFromListings, retryReleasedDuplicates } from "#lib/sync/plan/planning.ts";
import { recheckPlan } from "#lib/sync/plan/recheck.ts";
import { settleRemovedSources } from "#lib/sync/plan/removed-sources.ts";
import { ripenRemovals } from "#lib/sync/plan/ripen-removals.ts";
import { deferGrowingFiles } from "#lib/sync/read/defer-growing.ts";
import { concludeVerification, stageLongestUnread } from "#lib/sync/read/longest-unread.ts";
import { readPhase } from "#lib/sync/read/read-phase.ts";
import { applyReshaping } from "#lib/sync/reshape/apply-reshaping.ts";
import { leaderChanges } from "#lib/sync/share/change-source.ts";
import { Storages } from "#lib/sync/storages/storages.ts";
import { concludeUnchanged } from "./conclude-unchanged.ts";
import { loadTaken, rulesByIdOf, type TakenRun } from "./loaded-run.ts";
import { revert } from "./revert.ts";
import type { RunLease } from "./run-lease.ts";
import { reportSources, scanPhase } from "./scan-phase.ts";
import { waitForHours } from "./wait-for-hours.ts";

export interface SyncOptions {
	readonly taken: TakenRun;
	readonly access: StorageAccess;
}

/**
 * One run, from where it is to where it waits for a person or is over: scan → compare → read → plan → guard → apply.
 * Everything it finds is staged in the database as it goes; a process that takes an interrupted run over goes on from there.
 * Returns the state the run is left in.
 */
export async function sync(database: Database, lease: RunLease, { taken, access }: SyncOptions): Promise<RunState> {
	const loaded = await loadTaken(database, taken);
	await waitForHours(database, lease, loaded);
	const { trace } = lease.progress;
	lease.progress.resume(loaded.run.progress);
	trace.set({ "eosync.container": loaded.container.eoId, "eosync.kind": loaded.run.kind });
	await using storages = new Storages(database, access, () => trace.span());
	const context = {
		database,
		lease,
		loaded,
		rulesById: rulesByIdOf(loaded),
		storageOf: storages.of.bind(storages),
		policy: access.policy,
	};

	if (loaded.run.kind === "revert") return await revert(context);
	if (loaded.run.kind === "split" || loaded.run.kind === "merge") return await applyReshaping(context);
	if (loaded.run.planned) {
		await recheckPlan(context);
		if (loaded.run.kind === "restore") await requireFiles(database, lease.run);
		return await apply(context);
	}
	if (!loaded.run.scanned) {
		const scanned = await scanPhase(context);
		const unread = await stageLongestUnread(context, scanned.reached);
		if (!scanned.differs && unread === 0 && (await concludeUnchanged(context))) return "succeeded";
		await reportSources(context, scanned.reached);
		await settleRemovedSources(context);
		await planFromListings(context);
		await lease.move({ state: "reading", scanned: true, error: scanned.error });
	}
	await deferGrowingFiles(context);
	await readPhase(context, leaderChanges(context));
	// Reading may have released EO IDs for which other files were rejected.
	if ((await retryReleasedDuplicates(database, lease.run, loaded.container.id)) > 0) {
		await readPhase(context, leaderChanges(context));
	}
	await concludeVerification(context);
	lease.progress.begin("planning", null);
	await planFromContents(context);
	await ripenRemovals(context);
	// Files that stay after all may have an EO ID that another file was given.
	if ((await confirmRemovals(context)) > 0) await planFromContents(context);
	if (loaded.container.hasExceptions) await endExceptions(context);
	const waiting = await finishPlan(context);
	return waiting ?? (await apply(context, { isNew: true }));
}

/** A dataset is not restored without its files. @throws EosyncError `not-restored` with what is wrong with them. */
async function requireFiles({ sql }: Database, run: number): Promise<void> {
	const [left] = await sql<Pick<typeof changes.$inferSelect, "eoId" | "reason">[]>`
		select eo_id as "eoId", reason from changes where run_id = ${run} and outcome = 'skipped' limit 1`;
	if (!left) return;
	const reason = left.reason?.replace(/ since the plan was made$/, "");
	throw new EosyncError("not-restored", `${left.eoId} was not restored: ${reason}. Nothing was changed.`);
}
