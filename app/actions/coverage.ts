"use server";

import { z } from "zod";
import { cancelLook, requestLook } from "#lib/catalog/coverage/looks.ts";
import { cancelSearch, requestSearch } from "#lib/catalog/duplicates/searches.ts";
import { validatedAction } from "./validated-action.ts";

/** A worker looks; one that is asked for already is joined. */
export const lookAtStorageAction = validatedAction(
	"storages.look",
	z.strictObject({ name: z.string().min(1).max(300), anew: z.boolean() }),
	async ({ name, anew }, { name: by }, { database }) => ({
		asked: (await requestLook(database, name, { by, anew })) ? 1 : 0,
	}),
);

export const cancelLookAction = validatedAction(
	"storages.cancel-look",
	z.strictObject({ name: z.string().min(1).max(300) }),
	async ({ name }, _caller, { database }) => ({ cancelled: (await cancelLook(database, name)) ? 1 : 0 }),
);

export const searchDuplicatesAction = validatedAction(
	"duplicates.search",
	z.strictObject({ budgetBytes: z.int().min(1).max(1e15).optional() }),
	async ({ budgetBytes }, { name: by }, { database }) => ({
		asked: (await requestSearch(database, { by, budgetBytes })) ? 1 : 0,
	}),
);

export const cancelSearchAction = validatedAction(
	"duplicates.cancel",
	z.strictObject({}),
	async (_input, _caller, { database }) => ({ cancelled: (await cancelSearch(database)) ? 1 : 0 }),
);
