"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { catalog } from "#app/catalog.ts";
import { deleteContainer, saveContainer } from "#lib/catalog/configuration.ts";
import { containerInput, eoId } from "#lib/catalog/inputs.ts";
import { validatedAction } from "./validated-action.ts";

/** Creates a container; refused when there is one of that ID. */
export const createContainerAction = validatedAction("containers.create", containerInput, async (input) => {
	await saveContainer(await catalog(), input, { create: true });
	return { id: input.id };
});

/** Replaces a container's whole configuration. */
export const updateContainerAction = validatedAction("containers.update", containerInput, async (input) => {
	await saveContainer(await catalog(), input, { create: false });
	refresh();
	return { id: input.id };
});

export const deleteContainerAction = validatedAction(
	"containers.delete",
	z.strictObject({ id: eoId }),
	async ({ id }) => {
		await deleteContainer(await catalog(), id);
		return {};
	},
);
