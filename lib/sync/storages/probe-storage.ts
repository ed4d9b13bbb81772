import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { ProbeResult } from "#lib/catalog/storages/storage-health.ts";
import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { openStored } from "./open-stored.ts";

interface ProbeOptions {
	readonly access: StorageAccess;
	/** Aborts when the storage takes too long, or the process is to end. */
	readonly signal: AbortSignal;
	/** Aborts when the process is to end: then there is no result. */
	readonly stopping: AbortSignal;
}

/** Asks whether a storage answers, as cheaply as its kind allows. null: the process is to end. */
export async function probeStorage(
	database: Database,
	stored: Parameters<typeof openStored>[1],
	{ access, signal, stopping }: ProbeOptions,
): Promise<ProbeResult | null> {
	try {
		await using storage = await openStored(database, stored, access);
		const began = performance.now();
		await ask(storage, signal);
		return { reached: true, milliseconds: Math.round(performance.now() - began) };
	} catch (error) {
		if (stopping.aborted) return null;
		if (error instanceof StorageError) return failedProbe(error, stored.config.type);
		if (signal.aborted)
			return { reached: false, code: "timeout", message: "It does not answer in time.", refused: false };
		throw error;
	}
}

/** A server that forbids may count attempts; a disk does not. */
export function failedProbe({ code, message }: StorageError, type: Storage["type"]): ProbeResult {
	return { reached: false, code, message, refused: code === "forbidden" && type !== "local" };
}

/** A bucket may have a million keys at its root: there a folder is listed that no bucket has. */
async function ask(storage: Storage, signal: AbortSignal): Promise<void> {
	const options = { symlinks: "skip", needed: async () => new Set<string>(), signal } as const;
	if (storage.type === "s3") await storage.list(".eosync-probe", { ...options, wasThere: async () => true });
	else await storage.list("", options);
}
