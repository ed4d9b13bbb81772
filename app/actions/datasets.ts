"use server";

import { z } from "zod";
import { enqueue } from "#app/queue.ts";
import { requestDatasetRestoration } from "#lib/jobs/requests/restore-dataset.ts";
import { validatedAction } from "./validated-action.ts";

/** Starts the run that restores a dataset, if its files are as they were. */
export const restoreDatasetAction = validatedAction(
	"datasets.restore",
	z.strictObject({ dataset: z.int().positive() }),
	async ({ dataset }, { name: actor }, { database, afterwards }) => {
		const { run, container } = await requestDatasetRestoration(database, { dataset, actor, trigger: "dashboard" });
		afterwards(() => enqueue([run]));
		return { run, container };
	},
);
