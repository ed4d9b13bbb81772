"use server";

import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { markViewed } from "#lib/catalog/changes/viewed-folders.ts";
import { runId } from "#lib/catalog/inputs.ts";

const mark = z.strictObject({
	run: runId,
	folder: z.string().max(5000),
	below: z.boolean(),
	viewed: z.boolean(),
});

/** Marks folders of a run as viewed: a private note, which needs no more than the right to read. */
export const markViewedAction = validatedAction("catalogue.read", mark, async (input, { id: user }, { database }) => {
	await markViewed(database, { ...input, user });
	return {};
});
