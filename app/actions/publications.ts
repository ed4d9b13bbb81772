"use server";

import { z } from "zod";
import { eoId } from "#lib/catalog/inputs.ts";
import { cancelCheck, checkRequest, requestCheck } from "#lib/stac/compare/check-requests.ts";
import { validatedAction } from "./validated-action.ts";

/** A worker compares. */
export const checkPublishedAction = validatedAction(
	"publications.check",
	checkRequest.extend({ id: eoId }),
	async ({ id, ...asked }, { name: by }, { database }) => {
		await requestCheck(database, { ...asked, container: id, by });
		return {};
	},
);

export const cancelPublishedCheckAction = validatedAction(
	"publications.cancel-check",
	z.strictObject({ id: eoId }),
	async ({ id }, _caller, { database }) => ({ cancelled: (await cancelCheck(database, id)) ? 1 : 0 }),
);
