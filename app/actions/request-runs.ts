"use server";

import { z } from "zod";
import { enqueue } from "#app/queue.ts";
import { containerIds } from "#lib/catalog/inputs.ts";
import { requestRuns } from "#lib/jobs/requests.ts";
import { validatedAction } from "./validated-action.ts";

const request = z.strictObject({
	containers: z.union([z.literal("all"), containerIds]),
	kind: z.enum(["sync", "check"]),
	full: z.boolean(),
	removesNow: z.boolean().default(false),
});

/** Asks for a sync or a check of some containers or all; one that runs already is joined. */
export const requestRunsAction = validatedAction(
	"runs.request",
	request,
	async (input, { name: actor }, { database, afterwards }) => {
		const runs = await requestRuns(database, { ...input, trigger: "dashboard", actor });
		afterwards(() => enqueue(runs.map(({ run }) => run)));
		return { runs };
	},
);
