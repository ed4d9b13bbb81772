import { randomUUID } from "node:crypto";
import type { Database } from "#lib/catalog/database/database.ts";
import { isOutage, Outage } from "#lib/catalog/database/outage.ts";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { moveRun } from "#lib/catalog/runs/run-lifecycle.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { CancelledError, EosyncError, LeaseLostError, messageOf, StoragePausedError } from "#lib/errors.ts";
import { type TakenRun, takeRun } from "./loaded-run.ts";
import { leaseOwnerPrefix, RunLease } from "./run-lease.ts";
import { RunTrace } from "./run-trace.ts";
import { sync } from "./sync.ts";
import type { Turn } from "./take-turns.ts";

export interface ExecuteOptions {
	/** Aborts: hand the run back. */
	readonly signal: AbortSignal;
	/** The run is this process's, of the container with that EO ID. */
	readonly onTaken?: (container: string) => void;
	/** The database fails, for this reason; the run goes on when it is back. */
	readonly onOutage?: (error: unknown) => void;
	/** How storages are opened; default: as the environment says. */
	readonly access?: StorageAccess;
	/** The run is this process's already: it came with its turn. */
	readonly turn?: Turn;
}

/**
 * Takes a run and works on it until it waits for a person or is over. Returns the state it was left in; null when there
 * was nothing to take. When `signal` aborts (the process is to end) the run is handed back as `interrupted`. When the
 * database fails it is waited for; then the run goes on from what was written before.
 * @throws EosyncError `database-unreachable` when it does not come back; then the run is `interrupted` when its lease ends.
 */
export async function executeRun(
	database: Database,
	run: number,
	{ signal, onTaken, onOutage, turn, access = storageAccess(readEnv()) }: ExecuteOptions,
): Promise<RunState | null> {
	const owner = turn?.owner ?? `${leaseOwnerPrefix()}${randomUUID()}`;
	const outage = new Outage();
	for (let isFirst = true; ; isFirst = false) {
		try {
			if (!isFirst) await database.revive?.();
			const taken = isFirst && turn ? turn.taken : await takeRun(database, run, owner);
			if (taken === null) return isFirst ? null : await stateNow(database, run);
			if (isFirst) onTaken?.(taken.container.eoId);
			return await workOn(database, { taken, owner, signal, access });
		} catch (error) {
			if (!isOutage(error)) throw error;
			onOutage?.(error);
			await outage.pause(error, { signal });
			// It cannot be handed back; its lease ends by itself.
			if (signal.aborted) return "interrupted";
		}
	}
}

interface Work {
	readonly taken: TakenRun;
	readonly owner: string;
	readonly signal: AbortSignal;
	readonly access: StorageAccess;
}

async function workOn(database: Database, { taken, owner, signal, access }: Work): Promise<RunState> {
	const { id: run } = taken;
	const trace = new RunTrace(run);
	await using lease = new RunLease(database, { run, owner, signal, trace });
	try {
		const state = await sync(database, lease, { taken, access });
		trace.end();
		return state;
	} catch (thrown) {
		const error = lease.signal.aborted ? lease.signal.reason : thrown;
		trace.end(error);
		if (isOutage(error)) throw error;
		return await endAfter(error, { database, run, owner, stopping: signal.aborted });
	}
}

/** The run had ended before the database failed, or another process has it. */
async function stateNow({ sql }: Database, run: number): Promise<RunState | null> {
	const [row] = await sql<Pick<typeof runs.$inferSelect, "state">[]>`select state from runs where id = ${run}`;
	return row?.state ?? null;
}

interface Ended {
	readonly database: Database;
	readonly run: number;
	readonly owner: string;
	/** The process is to end: another one goes on. */
	readonly stopping: boolean;
}

async function endAfter(error: unknown, ended: Ended): Promise<RunState> {
	const { database, run, owner, stopping } = ended;
	if (error instanceof LeaseLostError) return "interrupted";
	if (error instanceof CancelledError) {
		await moveRun(database, run, owner, { state: "cancelled", error: { code: error.code, message: error.message } });
		return "cancelled";
	}
	if (error instanceof StoragePausedError) {
		try {
			await moveRun(database, run, owner, { state: "interrupted", release: true, resumeAt: error.until });
		} catch (refused) {
			// Whoever has cancelled it meanwhile does not wait for the storage.
			if (refused instanceof CancelledError) return await endAfter(refused, ended);
			throw refused;
		}
		return "interrupted";
	}
	if (stopping) {
		await moveRun(database, run, owner, { state: "interrupted", release: true });
		return "interrupted";
	}
	const code = error instanceof EosyncError ? error.code : "internal";
	await moveRun(database, run, owner, { state: "failed", error: { code, message: messageOf(error) } });
	return "failed";
}
