"use server";

import { enqueue } from "#app/queue.ts";
import { ignoreRejections, stopIgnoring } from "#lib/catalog/rejections/rejected-files.ts";
import { ignoreInput, someRejections } from "#lib/catalog/rejections/rejections-input.ts";
import { retryRejections } from "#lib/jobs/requests/retry-rejections.ts";
import { validatedAction } from "./validated-action.ts";

/** Until the files change. */
export const ignoreRejectionsAction = validatedAction(
	"rejections.ignore",
	ignoreInput,
	async ({ note, ...choice }, { name: by }, { database }) => ({
		files: await ignoreRejections(database, { ...choice, ignored: false }, { note, by }),
	}),
);

export const stopIgnoringAction = validatedAction(
	"rejections.stop-ignoring",
	someRejections,
	async (choice, _caller, { database }) => ({ files: await stopIgnoring(database, { ...choice, ignored: true }) }),
);

/** Reads files again although they are as they were, by syncs of their containers. */
export const retryRejectionsAction = validatedAction(
	"rejections.retry",
	someRejections,
	async (choice, { name: actor }, { database, afterwards }) => {
		const filter = { ...choice, ignored: false };
		const { files, batch, runs } = await retryRejections(database, { filter, actor, trigger: "dashboard" });
		afterwards(() => enqueue(runs.map(({ run }) => run)));
		return { files, batch, runs };
	},
);
