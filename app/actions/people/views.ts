"use server";

import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { savedViewInput } from "#lib/access/inputs.ts";
import { deleteView, saveView } from "#lib/access/saved-views.ts";

const ofView = z.strictObject({ id: z.int().positive() });

/** One's own; one of the same name is replaced. */
export const saveViewAction = validatedAction("views.save", savedViewInput, async (input, caller, { database }) => {
	await saveView(database, input, { user: caller.id, by: caller.name });
	return {};
});

export const deleteViewAction = validatedAction("views.delete", ofView, async ({ id }, caller, { database }) => {
	await deleteView(database, { id, user: caller.id });
	return {};
});

/** For all. */
export const shareViewAction = validatedAction("views.share", savedViewInput, async (input, caller, { database }) => {
	await saveView(database, input, { user: null, by: caller.name });
	return {};
});

export const unshareViewAction = validatedAction("views.unshare", ofView, async ({ id }, _caller, { database }) => {
	await deleteView(database, { id, user: null });
	return {};
});
