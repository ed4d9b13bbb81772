"use server";

import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { enqueue } from "#app/queue.ts";
import { approvalReason, planSelection, runId, runIds, waitingRuns } from "#lib/catalog/inputs.ts";
import { approvableRuns, requestApprovals } from "#lib/jobs/requests/approvals.ts";
import { previewSelection } from "#lib/jobs/requests/plan-selection.ts";
import { requestApply, requestCancel, requestRevert } from "#lib/jobs/requests/requests.ts";

const ofRun = z.strictObject({ run: runId });

/** Applies a plan: what was reviewed, and nothing else. */
export const applyRunAction = validatedAction(
	"runs.apply",
	ofRun.extend({ selection: planSelection.optional() }),
	async ({ run, selection }, { name: actor }, { database, afterwards }) => {
		const view = await requestApply(database, { run, actor, approval: null, selection });
		afterwards(() => enqueue([run]));
		return { view };
	},
);

/** Says what applying a part of a plan would do. */
export const previewSelectionAction = validatedAction(
	"plans.read",
	ofRun.extend({ selection: planSelection }),
	async ({ run, selection }, { name: actor }, { database }) => ({
		...(await previewSelection(database, { run, actor, selection })),
	}),
);

/** Lets a held run go on; the reason is kept with it. */
export const approveRunAction = validatedAction(
	"runs.approve",
	ofRun.extend({ reason: approvalReason, selection: planSelection.optional() }),
	async ({ run, reason, selection }, { name: actor }, { database, afterwards }) => {
		const view = await requestApply(database, { run, actor, approval: reason, selection });
		afterwards(() => enqueue([run]));
		return { view };
	},
);

/** Says of several held runs what approving them would do, and which of them cannot be approved. */
export const approvableRunsAction = validatedAction(
	"plans.read",
	waitingRuns,
	async (waiting, _caller, { database }) => ({
		runs: await approvableRuns(database, waiting),
	}),
);

/** Lets several held runs go on with one reason: all of them, or none. */
export const approveRunsAction = validatedAction(
	"runs.approve",
	z.strictObject({ runs: runIds, reason: approvalReason }),
	async ({ runs, reason }, { name: actor }, { database, afterwards }) => {
		const views = await requestApprovals(database, { runs, actor, reason });
		afterwards(() => enqueue(views.map(({ run }) => run)));
		return { views };
	},
);

export const cancelRunAction = validatedAction("runs.cancel", ofRun, async ({ run }, { name: actor }, { database }) => {
	return { view: await requestCancel(database, { run, actor }) };
});

/** Starts the run that takes an applied one back. */
export const revertRunAction = validatedAction(
	"runs.revert",
	ofRun,
	async ({ run }, { name: actor }, { database, afterwards }) => {
		const revert = await requestRevert(database, { run, actor, trigger: "dashboard" });
		afterwards(() => enqueue([revert.run]));
		return revert;
	},
);
