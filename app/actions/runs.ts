"use server";

import { z } from "zod";
import { actor } from "#app/actor.ts";
import { catalog } from "#app/catalog.ts";
import { enqueue } from "#app/queue.ts";
import { approvalReason, runId } from "#lib/catalog/inputs.ts";
import { requestApply, requestCancel, requestRevert } from "#lib/jobs/requests.ts";
import { validatedAction } from "./validated-action.ts";

const ofRun = z.strictObject({ run: runId });

/** Applies a plan: what was reviewed, and nothing else. */
export const applyRunAction = validatedAction(ofRun, async ({ run }) => {
	await requestApply(await catalog(), { run, actor: await actor(), approval: null });
	await enqueue([run]);
	return {};
});

/** Lets a held run go on; the reason is kept with it. */
export const approveRunAction = validatedAction(ofRun.extend({ reason: approvalReason }), async ({ run, reason }) => {
	await requestApply(await catalog(), { run, actor: await actor(), approval: reason });
	await enqueue([run]);
	return {};
});

export const cancelRunAction = validatedAction(ofRun, async ({ run }) => {
	await requestCancel(await catalog(), { run, actor: await actor() });
	return {};
});

/** Starts the run that takes an applied one back. */
export const revertRunAction = validatedAction(ofRun, async ({ run }) => {
	const revert = await requestRevert(await catalog(), { run, actor: await actor(), trigger: "dashboard" });
	await enqueue([revert.run]);
	return revert;
});
