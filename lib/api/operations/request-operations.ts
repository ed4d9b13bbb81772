import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { requestedRun, runObject, run as runSchema } from "#lib/api/schemas/run-schemas.ts";
import { batchNumber, nullable } from "#lib/api/schemas/schema-parts.ts";
import { approvalReason, containerIds, planSelection, runIds } from "#lib/catalog/inputs.ts";
import { pausedContainers } from "#lib/catalog/pauses/pauses.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";
import { requestApprovals } from "#lib/jobs/requests/approvals.ts";
import { requestApply, requestCancel, requestRevert } from "#lib/jobs/requests/requests.ts";
import { containerParams, requireContainer } from "./container-operations.ts";
import { type ApiContext, operation } from "./operation.ts";
import { requireRun, requireRuns, runParams } from "./run-operations.ts";

/** What can be asked for. A second request for the same container joins the run that is active. */

const none = z.strictObject({});
const full = z.boolean().default(false).describe("Read every file again, also those that look unchanged.");
const now = z
	.boolean()
	.default(false)
	.describe("Remove what is missing now, although the container lets removals ripen.");
const ask = { method: "POST", query: none, tag: "Runs" } as const;
const ofRun = { ...ask, params: runParams, problems: ["not-found", "conflict"] } as const;

/** What of a plan is applied; without any of it all is. */
const { only, except, changes, folders, leaveChanges, leaveFolders, keepOut } = planSelection.shape;
const selection = z.strictObject({
	only: only.unwrap().optional().describe("Only changes of these files; patterns as in sources."),
	except: except.unwrap().optional().describe("No changes of these files."),
	changes: changes.unwrap().optional().describe("Only these changes, by their `key`."),
	folders: folders.unwrap().optional().describe("Only changes in these folders and below."),
	leaveChanges: leaveChanges.unwrap().optional().describe("Not these changes: what is most specific counts."),
	leaveFolders: leaveFolders
		.unwrap()
		.optional()
		.describe("No changes in these folders and below; the deepest folder counts."),
	keepOut: keepOut
		.unwrap()
		.optional()
		.describe("Keep what is left out out of later runs as well; null: it is left for later."),
});

/** The actor for the history: the user, and the token. */
export function actorOf({ caller }: ApiContext): string {
	return `${caller.name} (token ${caller.token.name})`;
}

async function request(
	context: ApiContext,
	containers: readonly string[] | "all",
	{ kind, full, now }: { readonly kind: "sync" | "check"; readonly full: boolean; readonly now: boolean },
) {
	const wanted = { kind, full, removesNow: now };
	const actor = actorOf(context);
	const { batch, runs } = await requestContainers(context.database, { ...wanted, containers, trigger: "api", actor });
	if (batch === null) await context.enqueue(runs.map(({ run }) => run));
	return { batch, runs };
}

function forContainer(kind: "sync" | "check") {
	const body = kind === "sync" ? z.strictObject({ full, now }) : z.strictObject({ full });
	return operation({
		...ask,
		id: `${kind}Container`,
		path: `/containers/{id}/${kind}`,
		summary: kind === "sync" ? "Bring a container in line with its archive" : "Plan that, and change nothing",
		permission: "runs.request",
		params: containerParams,
		body,
		example: { full: false },
		response: requestedRun,
		status: 202,
		problems: ["not-found"],
		async handle(context, { id, full, now = false }: { id: string; full: boolean; now?: boolean }) {
			await requireContainer(context.database, id);
			const {
				runs: [run],
			} = await request(context, [id], { kind, full, now });
			if (run === undefined) throw new ApiProblem("not-found", `There is no container ${id}.`);
			return run;
		},
	});
}

export const requestOperations = [
	forContainer("check"),
	forContainer("sync"),
	operation({
		...ask,
		id: "requestRuns",
		path: "/sync",
		summary: "Sync or check several containers, or all",
		permission: "runs.request",
		params: none,
		body: z.strictObject({
			containers: z.union([z.literal("all"), containerIds]).describe("EO IDs, or `all`."),
			kind: z.enum(["sync", "check"]).default("sync"),
			full,
			now,
		}),
		example: { containers: "all" },
		response: z.object({
			batch: nullable(batchNumber).describe(
				"Of several containers: the batch that gives them their turns. null: it was one.",
			),
			runs: z
				.array(requestedRun)
				.describe("The runs that there are already: of one container its own, of a batch those that were under way."),
			paused: z
				.array(z.string())
				.describe("EO IDs that `all` leaves out, as a storage is paused or outside its hours."),
		}),
		status: 202,
		problems: ["conflict"],
		async handle(context, { containers, ...wanted }) {
			const paused = containers === "all" ? [...(await pausedContainers(context.database)).keys()] : [];
			return { ...(await request(context, containers, wanted)), paused };
		},
	}),
	operation({
		...ofRun,
		id: "applyRun",
		path: "/runs/{run}/apply",
		summary: "Apply a plan, or part of it: exactly what was reviewed",
		permission: "runs.apply",
		body: selection,
		example: { except: ["2006/**/*.tif"] },
		response: runSchema,
		status: 202,
		problems: ["not-found", "conflict", "held"],
		async handle(context, { run, ...chosen }) {
			await requireRun(context.database, run);
			const view = await requestApply(context.database, {
				run,
				actor: actorOf(context),
				approval: null,
				selection: planSelection.parse(chosen),
			});
			if (view.state === "held") {
				const why = view.guard?.reasons.join(" ") ?? "";
				const held = new ApiProblem("held", `Run ${run} is held: ${why} Approve it with a reason to let it go on.`);
				// It stays held from now on.
				context.refuseOnceDone(held);
			} else await context.enqueue([run]);
			return runObject(view);
		},
	}),
	operation({
		...ofRun,
		id: "approveRun",
		path: "/runs/{run}/approve",
		summary: "Let a held run go on, or part of its plan; the reason is kept with it",
		permission: "runs.approve",
		body: selection.extend({ reason: approvalReason }),
		example: { reason: "The folder was moved to the tape archive on purpose" },
		response: runSchema,
		status: 202,
		async handle(context, { run, reason, ...chosen }) {
			await requireRun(context.database, run);
			const view = await requestApply(context.database, {
				run,
				actor: actorOf(context),
				approval: reason,
				selection: planSelection.parse(chosen),
			});
			await context.enqueue([run]);
			return runObject(view);
		},
	}),
	operation({
		...ask,
		id: "approveRuns",
		path: "/approve",
		summary: "Let several held runs go on with one reason: all of them, or none",
		permission: "runs.approve",
		params: none,
		body: z.strictObject({ runs: runIds, reason: approvalReason }),
		example: { runs: [12, 15], reason: "The folder was moved to the tape archive on purpose" },
		response: z.object({ runs: z.array(runSchema) }),
		status: 202,
		problems: ["not-found", "conflict"],
		async handle(context, { runs, reason }) {
			await requireRuns(context.database, runs);
			const views = await requestApprovals(context.database, { runs, actor: actorOf(context), reason });
			await context.enqueue(views.map(({ run }) => run));
			return { runs: views.map(runObject) };
		},
	}),
	operation({
		...ofRun,
		id: "cancelRun",
		path: "/runs/{run}/cancel",
		summary: "Stop a run that is under way, or discard a plan that waits",
		permission: "runs.cancel",
		body: null,
		response: runSchema,
		status: 200,
		async handle(context, { run }) {
			await requireRun(context.database, run);
			return runObject(await requestCancel(context.database, { run, actor: actorOf(context) }));
		},
	}),
	operation({
		...ofRun,
		id: "revertRun",
		path: "/runs/{run}/revert",
		summary: "Start the run that undoes an applied one",
		permission: "runs.revert",
		body: null,
		response: requestedRun,
		status: 202,
		async handle(context, { run }) {
			const { container } = await requireRun(context.database, run);
			const revert = await requestRevert(context.database, { run, actor: actorOf(context), trigger: "api" });
			await context.enqueue([revert.run]);
			return { run: revert.run, container, joined: false, again: false };
		},
	}),
];
