"use server";

import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { batchId } from "#lib/catalog/inputs.ts";
import { cancelBatch, pauseBatch, resumeBatch, retryBatch } from "#lib/jobs/batches/batch-requests.ts";

const ofBatch = z.strictObject({ batch: batchId });

/** No container gets its turn until the batch is resumed. */
export const pauseBatchAction = validatedAction(
	"batches.pause",
	ofBatch,
	async ({ batch }, { name: actor }, { database }) => ({ view: await pauseBatch(database, { batch, actor }) }),
);

export const resumeBatchAction = validatedAction("batches.resume", ofBatch, async ({ batch }, _, { database }) => ({
	view: await resumeBatch(database, { batch }),
}));

/** Leaves out the containers that have not had their turn. */
export const cancelBatchAction = validatedAction(
	"batches.cancel",
	ofBatch,
	async ({ batch }, { name: actor }, { database }) => ({ view: await cancelBatch(database, { batch, actor }) }),
);

/** Asks once more for the containers that failed. */
export const retryBatchAction = validatedAction(
	"batches.retry",
	ofBatch,
	async ({ batch }, { name: actor }, { database }) => {
		const { batch: created, containers } = await retryBatch(database, { batch, actor, trigger: "dashboard" });
		return { batch: created, containers: containers.length };
	},
);
