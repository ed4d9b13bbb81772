import { setTimeout as sleep } from "node:timers/promises";
import { claimLook, requestNightlyLooks } from "#lib/catalog/coverage/looks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { claimSearch } from "#lib/catalog/duplicates/searches.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { lookAtStorage } from "#lib/sync/coverage/look.ts";
import { searchDuplicates } from "#lib/sync/duplicates/search.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a look is asked for. */
const roundMs = 2000;
/** Milliseconds between two questions whether one is due by night. */
const nightlyMs = 300_000;
/** When the night begins, UTC. */
const nightHour = 2;

export interface LookingOptions {
	/** As in `workers`. */
	readonly worker: string;
	readonly access: StorageAccess;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Looks at what lies in storages, when a person or the night asks for it, one storage at a time, and searches for duplicates, until the signal aborts. */
export async function lookUntilStopped(database: Database, options: LookingOptions): Promise<void> {
	const { log, signal } = options;
	let asked = Number.NEGATIVE_INFINITY;
	while (!signal.aborted) {
		try {
			if (performance.now() - asked >= nightlyMs) {
				asked = performance.now();
				await requestNightlyLooks(database, nextNight(Date.now()));
			}
			while (!signal.aborted && (await lookOnce(database, options)));
			if (!signal.aborted) await searchOnce(database, options);
		} catch (error) {
			if (!signal.aborted) log.warn({ err: error }, `a storage could not be looked at: ${messageOf(error)}`);
		}
		await sleep(roundMs, undefined, { signal }).catch(() => {});
	}
}

/** Returns whether there was a look to do. */
export async function lookOnce(database: Database, { worker, access, log, signal }: LookingOptions): Promise<boolean> {
	const claimed = await claimLook(database, { owner: worker, closed: await closedStorageIds(database) });
	if (claimed === null) return false;
	const end = await lookAtStorage(database, claimed, { access, owner: worker, signal });
	const { name: storage } = claimed;
	if (end?.outcome === "failed") log.warn({ storage, code: end.code }, `what lies in it is not known: ${end.message}`);
	else log.info({ storage, outcome: end?.outcome ?? "taken over" }, "looked at what lies in a storage");
	return true;
}

/** Searches for duplicates, if that is asked for. */
async function searchOnce(database: Database, { worker, access, log, signal }: LookingOptions): Promise<void> {
	const claimed = await claimSearch(database, worker);
	if (claimed === null) return;
	const end = await searchDuplicates(database, claimed, { access, owner: worker, signal });
	if (end?.outcome === "failed") log.warn({ code: end.code }, `the duplicates are not known: ${end.message}`);
	else log.info({ outcome: end?.outcome ?? "taken over" }, "searched for duplicates");
}

/** @param now milliseconds since 1970 */
export function nextNight(now: number): string {
	const night = new Date(now);
	night.setUTCHours(nightHour, 0, 0, 0);
	if (night.getTime() <= now) night.setUTCDate(night.getUTCDate() + 1);
	return night.toISOString();
}
