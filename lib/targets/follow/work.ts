import type { Database } from "#lib/catalog/database/database.ts";
import type { targets } from "#lib/catalog/schema/target-schema.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { type ClaimedPush, type PushEnd, renewPush } from "#lib/catalog/targets/push-requests.ts";
import type { PushProgress } from "#lib/catalog/targets/target-records.ts";
import { openUrl } from "#lib/catalog/targets/target-secrets.ts";
import { checkEox } from "#lib/targets/check/check.ts";
import { connectTarget, TargetError } from "#lib/targets/eoxserver/connect.ts";
import { requireSchema } from "#lib/targets/eoxserver/schema-gate.ts";
import { setRemovalsAside } from "#lib/targets/push/guard-push.ts";
import { heldUntilAdopted } from "#lib/targets/push/hold-until-adopted.ts";
import { noteOpen } from "#lib/targets/push/note-open.ts";
import { pushTarget, waiting } from "#lib/targets/push/push.ts";
import { PushLog } from "#lib/targets/push/push-log.ts";

/** Carries out a push, check or adoption that this process has the lease of. */

export interface WorkOptions {
	readonly access: StorageAccess;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: PushProgress) => void;
}

type TargetRow = Pick<typeof targets.$inferSelect, "id" | "name" | "url" | "sealed" | "settings">;

/** @throws TargetError, StorageError when the target cannot be reached or is none that eosync knows; whatever the signal aborted with. */
export async function doWork(database: Database, claimed: ClaimedPush, options: WorkOptions): Promise<PushEnd> {
	const { access, signal } = options;
	const [target] = await database.sql<TargetRow[]>`
		select id, name, url, sealed, settings from targets where id = ${claimed.targetId}`;
	if (target === undefined) return { state: "cancelled", reason: "The target was removed.", counts: {} };
	const url = openUrl(target, target.sealed === null ? [] : await access.keys());
	await using eox = await connectTarget({ name: target.name, url, network: access.policy.network });
	signal.throwIfAborted();
	const { readOnly } = await requireSchema(eox.sql, target.name);
	if (claimed.kind !== "push") return await compare(database, { claimed, target, eox }, options);
	if (readOnly !== null)
		throw new TargetError("target-not-usable", `The target ${target.name} cannot be written: ${readOnly}`);
	return await push(database, { claimed, target, eox }, options);
}

interface Opened {
	readonly claimed: ClaimedPush;
	readonly target: TargetRow;
	/** Its database. */
	readonly eox: Database;
}

async function push(
	database: Database,
	{ claimed, target, eox }: Opened,
	{ access, signal, onProgress }: WorkOptions,
): Promise<PushEnd> {
	if (claimed.requestedBy !== null) await noteOpen(database, claimed);
	const held = await heldUntilAdopted(database, eox, { claimed, target });
	if (held !== null) return held;
	const notes = await setRemovalsAside(database, claimed, target);
	const total = await waiting(database, target.id, notes);
	const log = new PushLog(claimed.id);
	await log.begin(database);
	const counts = await pushTarget(database, eox, target, {
		notes,
		signal,
		access,
		overwrite: claimed.overwrite,
		async onPortion(tx, { differences, left }) {
			const progress = { done: Math.max(0, total - left), total };
			// Who has lost the lease settles nothing.
			await renewPush({ sql: tx }, claimed, progress);
			await log.add(tx, differences);
			onProgress(progress);
		},
	});
	await log.end(database);
	return { state: "succeeded", counts };
}

async function compare(
	database: Database,
	{ claimed, target, eox }: Opened,
	{ access, signal, onProgress }: WorkOptions,
): Promise<PushEnd> {
	const counts = await checkEox(database, eox, target, {
		pushId: claimed.id,
		kind: claimed.kind === "adopt" ? "adopt" : "check",
		access,
		signal,
		onProgress: async (done, total) => onProgress({ done, total }),
	});
	return { state: "succeeded", counts };
}
