"use server";

import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { enqueue } from "#app/queue.ts";
import { containerIds } from "#lib/catalog/inputs.ts";
import { pausedContainers } from "#lib/catalog/pauses/pauses.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";

const request = z.strictObject({
	containers: z.union([z.literal("all"), containerIds]),
	kind: z.enum(["sync", "check"]),
	full: z.boolean(),
	removesNow: z.boolean().default(false),
});

/** Asks for a sync or a check: of one container at once, of several as a batch. What runs already is joined. */
export const requestRunsAction = validatedAction(
	"runs.request",
	request,
	async (input, { name: actor }, { database, afterwards }) => {
		const paused = input.containers === "all" ? (await pausedContainers(database)).size : 0;
		const { batch, runs, containers } = await requestContainers(database, { ...input, trigger: "dashboard", actor });
		// Those of a batch are with a worker already.
		if (batch === null) afterwards(() => enqueue(runs.map(({ run }) => run)));
		return { batch, runs, containers: containers.length, paused };
	},
);
