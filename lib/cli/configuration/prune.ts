import { deleteStorage, StorageKeptError } from "#lib/catalog/configuration.ts";
import { deletionEffect, deletionSentence } from "#lib/catalog/containers/deleted-containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { deleteTarget } from "#lib/catalog/targets/targets.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { deleteAudited } from "#lib/cli/commands/containers/deleted-containers.ts";
import { UsageError } from "#lib/errors.ts";
import { type AppliedPart, nothing } from "./applied-part.ts";

/** What the file does not have any more is deleted, or says why it has to stay. */

export async function pruneContainer(database: Database, id: string): Promise<AppliedPart> {
	const effect = await deletionEffect(database, id);
	const datasets = effect?.onlyHere ?? 0;
	const told = {
		...nothing,
		what: "container",
		name: id,
		effect: { datasets, examples: [], sentence: effect === null ? "" : deletionSentence(effect) },
	} as const;
	return orStays(told, () => deleteAudited(database, id));
}

export async function pruneTarget(database: Database, name: string): Promise<AppliedPart> {
	return orStays({ ...nothing, what: "target", name }, () =>
		auditedCommand(database, {
			action: "targets.delete",
			input: { name },
			work: (inside) => deleteTarget(inside, name),
		}),
	);
}

export async function pruneStorage(database: Database, name: string): Promise<AppliedPart> {
	return orStays({ ...nothing, what: "storage", name }, () =>
		auditedCommand(database, {
			action: "storages.delete",
			input: { name },
			work: (inside) => deleteStorage(inside, name),
		}),
	);
}

async function orStays(told: Omit<AppliedPart, "outcome">, work: () => Promise<unknown>): Promise<AppliedPart> {
	try {
		await work();
		return { ...told, outcome: "deleted" };
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		// It goes with the container that needs it when it is restored.
		const isNeededLater = error instanceof StorageKeptError;
		return { ...told, outcome: "kept", stays: { reason: error.message, isNeededLater } };
	}
}
