"use server";

import { z } from "zod";
import { catalog } from "#app/catalog.ts";
import { enqueue } from "#app/queue.ts";
import { approvalReason, runId } from "#lib/catalog/inputs.ts";
import { requestApply, requestCancel, requestRevert } from "#lib/jobs/requests.ts";
import { validatedAction } from "./validated-action.ts";

const ofRun = z.strictObject({ run: runId });

/** Applies a plan: what was reviewed, and nothing else. */
export const applyRunAction = validatedAction("runs.apply", ofRun, async ({ run }, { name: actor }) => {
	await requestApply(await catalog(), { run, actor, approval: null });
	await enqueue([run]);
	return {};
});

/** Lets a held run go on; the reason is kept with it. */
export const approveRunAction = validatedAction(
	"runs.approve",
	ofRun.extend({ reason: approvalReason }),
	async ({ run, reason }, { name: actor }) => {
		await requestApply(await catalog(), { run, actor, approval: reason });
		await enqueue([run]);
		return {};
	},
);

export const cancelRunAction = validatedAction("runs.cancel", ofRun, async ({ run }, { name: actor }) => {
	await requestCancel(await catalog(), { run, actor });
	return {};
});

/** Starts the run that takes an applied one back. */
export const revertRunAction = validatedAction("runs.revert", ofRun, async ({ run }, { name: actor }) => {
	const revert = await requestRevert(await catalog(), { run, actor, trigger: "dashboard" });
	await enqueue([revert.run]);
	return revert;
});
