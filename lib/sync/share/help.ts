import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import type { SharedPhase } from "#lib/catalog/runs/run-helpers.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError, LeaseLostError, StorageError } from "#lib/errors.ts";
import { type LoadedRun, loadRun } from "#lib/sync/loaded-run.ts";
import { openReadPool } from "#lib/sync/read/read-pool.ts";
import { leaseOwnerPrefix } from "#lib/sync/run-lease.ts";
import { Storages } from "#lib/sync/storages/storages.ts";
import { startTrace } from "#lib/telemetry/trace.ts";
import { helpReading } from "./help-reading.ts";
import { helpScanning } from "./help-scanning.ts";
import { Helper } from "./helper.ts";
import type { Help, Helping } from "./helping.ts";

/** A helper to which nothing is given for so long leaves, milliseconds. */
const patience = 5000;
/** How long it waits before it asks again, milliseconds. */
const pause = 100;

export interface HelpOptions {
	readonly signal: AbortSignal;
	/** Asked after each portion of work, which takes about a second: false, the capacity is needed otherwise. */
	readonly mayGoOn: () => boolean;
	/** How storages are opened; default: as the environment says. */
	readonly access?: StorageAccess;
}

/**
 * Helps with a run that another process leads: lists folders and reads files of the parts that it gives away, in portions,
 * until the phase is over, nothing comes any more, or the capacity is needed otherwise. What cannot be examined from here
 * is given back: the leader finds out whether it can be from there.
 */
export async function helpRun(database: Database, run: number, options: HelpOptions): Promise<Help> {
	const { signal, mayGoOn, access = storageAccess(readEnv()) } = options;
	const shared = await loadShared(database, run);
	if (shared === null) return "nothing to do";
	const { loaded, phase } = shared;
	const trace = startTrace("help", { "eosync.run": run, "eosync.container": loaded.container.eoId });
	const owner = `${leaseOwnerPrefix()}${randomUUID()}`;
	await using helper = new Helper(database, { run, owner, phase }, signal);
	await using storages = new Storages(database, access, () => trace);
	await using threads = openReadPool();
	const helping: Helping = {
		database,
		claim: helper,
		loaded,
		rulesById: new Map([...loaded.sources, ...loaded.retired].map((source) => [source.id, source])),
		storageOf: storages.of.bind(storages),
		bounds: access.bounds,
		mayGoOn,
	};
	let help: Help = "nothing to do";
	try {
		for (let idleSince = performance.now(); mayGoOn() && performance.now() - idleSince < patience; ) {
			const did = phase === "scanning" ? await helpScanning(helping) : await helpReading(helping, threads);
			if (did === "cannot") return "cannot";
			if (did === "helped") [help, idleSince] = ["helped", performance.now()];
			else await sleep(pause, undefined, { signal: helper.signal });
		}
	} catch (error) {
		if (helper.signal.aborted || error instanceof LeaseLostError) return help;
		if (error instanceof StorageError) return "cannot";
		throw error;
	} finally {
		trace.end();
	}
	return help;
}

/** As its leader has it; null when it needs no help now, or was configured anew meanwhile. */
async function loadShared(
	database: Database,
	run: number,
): Promise<{ readonly loaded: LoadedRun; readonly phase: SharedPhase } | null> {
	try {
		const loaded = await loadRun(database, run);
		const [row] = await database.sql<{ phase: SharedPhase }[]>`
			select r.state as phase from runs r join containers c on c.id = r.container_id
			where r.id = ${run} and r.state in ('scanning', 'reading') and r.base_revision = c.revision and c.revision = ${loaded.container.revision}`;
		return row ? { loaded, phase: row.phase } : null;
	} catch (error) {
		// Deleted meanwhile.
		if (error instanceof EosyncError && error.code === "usage") return null;
		throw error;
	}
}
