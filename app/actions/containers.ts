"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { deleteContainer, saveContainer } from "#lib/catalog/configuration.ts";
import { containerInput, eoId } from "#lib/catalog/inputs.ts";
import { validatedAction } from "./validated-action.ts";

/** Creates a container; refused when there is one of that ID. */
export const createContainerAction = validatedAction(
	"containers.create",
	containerInput,
	async (input, _caller, { database }) => {
		await saveContainer(database, input, { create: true });
		return { id: input.id };
	},
);

/** Replaces a container's whole configuration. */
export const updateContainerAction = validatedAction(
	"containers.update",
	containerInput,
	async (input, _caller, { database }) => {
		await saveContainer(database, input, { create: false });
		refresh();
		return { id: input.id };
	},
);

export const deleteContainerAction = validatedAction(
	"containers.delete",
	z.strictObject({ id: eoId }),
	async ({ id }, _caller, { database }) => {
		await deleteContainer(database, id);
		return {};
	},
);
