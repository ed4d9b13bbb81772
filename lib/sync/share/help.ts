import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import type { SharedPhase } from "#lib/catalog/runs/run-helpers.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError, LeaseLostError, StorageError } from "#lib/errors.ts";
import { type LoadedRun, loadRun, rulesByIdOf } from "#lib/sync/loaded-run.ts";
import { readPortions } from "#lib/sync/read/read-phase.ts";
import { openReadPool } from "#lib/sync/read/read-pool.ts";
import { leaseOwnerPrefix } from "#lib/sync/run-lease.ts";
import { examine } from "#lib/sync/scan/examine.ts";
import { Storages } from "#lib/sync/storages/storages.ts";
import { startTrace } from "#lib/telemetry/trace.ts";
import { helperChanges } from "./change-source.ts";
import { helperFolders } from "./folder-source.ts";
import { type Help, Helper, type Helping } from "./helper.ts";

/** A helper to which nothing is given for so long leaves. */
const maxIdleMs = 5000;
/** How long it waits before it asks again. */
const pauseMs = 100;
/** Folders claimed at once, at most one of so many equal shares of those that wait: small parts come to an end together. */
const folderClaim = { maxParts: 256, shares: 4 };

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
	await using claim = new Helper(database, { run, owner, phase, rule: loaded.folderRule, signal });
	await using storages = new Storages(database, access, () => trace);
	await using threads = openReadPool();
	const helping: Helping = {
		database,
		claim,
		loaded,
		rulesById: rulesByIdOf(loaded),
		storageOf: storages.of.bind(storages),
		policy: access.policy,
		mayGoOn,
	};
	const helpOnce = phase === "scanning" ? () => helpScanning(helping) : () => helpReading(helping, threads);
	let help: Help = "nothing to do";
	let idleSince = performance.now();
	try {
		while (mayGoOn() && performance.now() - idleSince < maxIdleMs) {
			const outcome = await helpOnce();
			if (outcome === "cannot") return "cannot";
			if (outcome === "nothing to do") {
				await sleep(pauseMs, undefined, { signal: claim.signal });
				continue;
			}
			help = "helped";
			idleSince = performance.now();
		}
	} catch (error) {
		if (claim.signal.aborted || error instanceof LeaseLostError) return help;
		if (error instanceof StorageError) return "cannot";
		throw error;
	} finally {
		trace.end();
	}
	return help;
}

async function helpScanning(helping: Helping): Promise<Help> {
	const { claim, loaded } = helping;
	const parts = await claim.claim(folderClaim);
	const source = loaded.sources.find(({ id }) => id === parts[0]?.sourceId);
	if (!source) return "nothing to do";
	claim.stageFor(parts);
	const work = helperFolders(helping, source, parts);
	await examine({ ...helping, source, mayBeStaged: () => true }, await helping.storageOf(source), work);
	return work.help();
}

async function helpReading(helping: Helping, threads: ReturnType<typeof openReadPool>): Promise<Help> {
	const work = helperChanges(helping);
	await readPortions(helping, work, threads);
	return work.help();
}

/** The run as its leader has it; null when it needs no help now, or was configured anew meanwhile. */
async function loadShared(
	database: Database,
	run: number,
): Promise<{ readonly loaded: LoadedRun; readonly phase: SharedPhase } | null> {
	try {
		const loaded = await loadRun(database, run);
		const [row] = await database.sql<{ phase: SharedPhase }[]>`
			select r.state as phase from runs r join containers c on c.id = r.container_id
			where r.id = ${run} and r.state in ${statesIn(database.sql, "shared")} and r.base_revision = c.revision and c.revision = ${loaded.container.revision}`;
		return row ? { loaded, phase: row.phase } : null;
	} catch (error) {
		// Deleted meanwhile.
		if (error instanceof EosyncError && error.code === "usage") return null;
		throw error;
	}
}
