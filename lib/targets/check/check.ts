import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { PushCounts } from "#lib/catalog/targets/target-records.ts";
import type { ThereSource, WantedSource } from "#lib/targets/compare/sides.ts";
import { catalogueSource, seenBy, type TargetScope } from "#lib/targets/eoxserver/desired.ts";
import type { SeenStorage } from "#lib/targets/eoxserver/places.ts";
import { eoxObjects } from "#lib/targets/eoxserver/read-objects.ts";
import { adoptFound, asAdopted } from "./adopt.ts";
import { DifferenceLog } from "./difference-log.ts";
import { markGone } from "./look-for-files.ts";
import { ownedSource } from "./owned-source.ts";
import { walk } from "./walk.ts";

interface RunOptions {
	/** Of `target_pushes`: what is found is kept with it. */
	readonly pushId: number;
	/** `adopt`: what matches becomes ours. */
	readonly kind: "check" | "adopt";
	/** How storages are opened, to look for the files of foreign coverages; null: they are not looked for. */
	readonly access: StorageAccess | null;
	readonly signal: AbortSignal;
	/** So many of that many objects were looked at. */
	readonly onProgress?: (done: number, total: number) => Promise<void>;
}

/**
 * A check of an EOxServer instance, or an adoption. `eox` is the target's own database, of which the schema was looked at (`requireSchema`).
 * Cancelled by the signal it ends after the portion under way, by throwing; what was adopted until then stays ours.
 */
export async function checkEox(
	database: Database,
	eox: Pick<Database, "sql">,
	target: TargetScope,
	{ onProgress = async () => {}, ...options }: RunOptions,
): Promise<PushCounts> {
	const [counted] = await eox.sql<{ total: number }[]>`select count(*) as total from coverages_eoobject`;
	return checkTarget(database, {
		...options,
		targetId: target.id,
		wanted: await catalogueSource(database, target),
		there: await eoxObjects(eox.sql),
		storages: await seenBy(database.sql, target.settings),
		onProgress: (done) => onProgress(done, counted?.total ?? done),
	});
}

interface CheckOptions extends Omit<RunOptions, "onProgress"> {
	readonly targetId: number;
	readonly wanted: WantedSource;
	readonly there: ThereSource;
	/** Ours as the target sees them. */
	readonly storages: readonly SeenStorage[];
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
	const owned = ownedSource(database, targetId);
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
