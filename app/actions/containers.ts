"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { enqueue } from "#app/queue.ts";
import { deletionEffect, deletionSentence } from "#lib/catalog/containers/deleted-containers.ts";
import { renameContainer } from "#lib/catalog/containers/rename-container.ts";
import { containerInput, eoId, runId, sourceInput } from "#lib/catalog/inputs.ts";
import { UsageError } from "#lib/errors.ts";
import { requestDeletion } from "#lib/jobs/requests/requests.ts";
import { configureContainer } from "#lib/sync/configure-container.ts";
import { restoreContainer } from "#lib/sync/delete-container.ts";
import { unlinkEffect } from "#lib/sync/edit-effect.ts";
import { validatedAction } from "./validated-action.ts";

/** Creates a container; refused when its ID is taken. */
export const createContainerAction = validatedAction(
	"containers.create",
	containerInput,
	async (input, _caller, { database }) => {
		await configureContainer(database, input, { create: true });
		return { id: input.id };
	},
);

/** Replaces a container's whole configuration, if it still is the one that the form was opened with. */
export const updateContainerAction = validatedAction(
	"containers.update",
	containerInput,
	async (input, _caller, { database, version }) => {
		await configureContainer(database, input, { create: false, version });
		refresh();
		return { id: input.id };
	},
);

/** What deleting the container would do to its datasets: how many it has, and the rest in words. */
export const deletionEffectAction = validatedAction(
	"catalogue.read",
	z.strictObject({ id: eoId }),
	async ({ id }, _caller, { database }) => {
		const effect = await deletionEffect(database, id);
		if (!effect) throw new UsageError(`There is no container ${id}.`);
		return { datasets: effect.datasets, sentence: deletionSentence(effect) };
	},
);

/** Which datasets other sources would unlink. */
export const unlinkEffectAction = validatedAction(
	"edits.read",
	z.strictObject({ id: eoId, sources: z.array(sourceInput).max(10_000) }),
	async (input, _caller, { database }) => ({ ...(await unlinkEffect(database, input)) }),
);

/** Refused when the number of datasets differs from the one the user saw. */
export const deleteContainerAction = validatedAction(
	"containers.delete",
	z.strictObject({ id: eoId, datasets: z.int().min(0) }),
	async ({ id, datasets }, { name: actor }, { database }) => {
		await requestDeletion(database, { id, actor, trigger: "dashboard", datasets });
		return {};
	},
);

/** Gives the container another EO ID. */
export const renameContainerAction = validatedAction(
	"containers.rename",
	z.strictObject({ id: eoId, to: eoId }),
	async ({ id, to }, { name: actor }, { database }) => {
		await renameContainer(database, { id, to, actor });
		return { id: to };
	},
);

/** Brings a deleted container back, under another EO ID where its own is taken; a run brings back its datasets. */
export const restoreContainerAction = validatedAction(
	"containers.restore",
	z.strictObject({ id: eoId, as: eoId, deletion: runId }),
	async ({ id, as, deletion }, { name: actor }, { database, afterwards }) => {
		const restored = await restoreContainer(database, { id, as, deletion, actor, trigger: "dashboard" });
		afterwards(() => enqueue([restored.run]));
		return restored;
	},
);
