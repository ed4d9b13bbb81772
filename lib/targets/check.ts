import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { PushCounts } from "#lib/catalog/targets/target-records.ts";
import type { SeenStorage } from "#lib/targets/eoxserver/places.ts";
import { adoptFound, asAdopted } from "./adopt.ts";
import { DifferenceLog } from "./difference-log.ts";
import { markGone } from "./look-for-files.ts";
import { ownedObjects } from "./owned-objects.ts";
import { type ThereSource, type WantedSource, walk } from "./walk.ts";

export interface CheckOptions {
	readonly targetId: number;
	/** Of `target_pushes`: what is found is kept with it. */
	readonly pushId: number;
	readonly wanted: WantedSource;
	readonly there: ThereSource;
	/** Ours as the target sees them. */
	readonly storages: readonly SeenStorage[];
	/** `adopt`: what matches becomes ours. */
	readonly kind: "check" | "adopt";
	/** How storages are opened, to look for the files of foreign coverages; null: they are not looked for. */
	readonly access: StorageAccess | null;
	readonly signal: AbortSignal;
	readonly onProgress?: (done: number) => Promise<void>;
}

/**
 * Compares a target with the catalogue and writes down what it found. Nothing is written in the target. Begun anew after a kill it begins from
 * the beginning; what was adopted until then stays ours.
 */
export async function checkTarget(database: Database, options: CheckOptions): Promise<PushCounts> {
	const { targetId, pushId, wanted, there, storages, kind, access, signal, onProgress } = options;
	const { sql } = database;
	await sql`delete from target_differences where push_id = ${pushId}`;
	const log = new DifferenceLog(pushId, storages);
	const owned = ownedObjects(database, targetId);
	for await (const findings of walk(
		{ wanted, there, owned },
		{ signal, ...(onProgress === undefined ? {} : { onProgress }) },
	)) {
		await sql.begin(async (tx) => {
			const adopted = kind === "adopt" ? await adoptFound(tx, targetId, findings) : 0;
			const found = kind === "adopt" ? findings.map(asAdopted) : findings;
			await log.add(tx, found);
			if (adopted > 0) log.count("adopted", adopted);
		});
	}
	if (access !== null) {
		const gone = await markGone(database, { pushId, access, signal });
		log.count("foreign", -gone);
		log.count("gone", gone);
	}
	return log.counts;
}
