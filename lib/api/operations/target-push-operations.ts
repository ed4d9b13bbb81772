import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import * as schemas from "#lib/api/schemas/target-schemas.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { approvePush, cancelPush, rejectPush, requestPush } from "#lib/catalog/targets/push-requests.ts";
import { acceptInput, pushQuery, pushRequest } from "#lib/catalog/targets/target-asks.ts";
import {
	countTargetDifferences,
	listTargetDifferences,
	targetDifferencesQuery,
} from "#lib/catalog/targets/target-differences.ts";
import { isPushOf, listPushes } from "#lib/catalog/targets/target-overview.ts";
import { acceptAsked, withdrawAsked } from "#lib/targets/check/acceptance-effect.ts";
import { foreignContainers } from "#lib/targets/check/foreign-containers.ts";
import { readTarget, requireTarget, targetCall, targetParams, targetRead } from "./found-target.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Pushes to targets, checks and adoptions, and what they found there. */

const pushParams = targetParams.extend({ push: pushQuery.describe("Number of a push, check or adoption.") });
const ask = {
	...targetCall,
	method: "POST",
	status: 202,
	params: targetParams,
	body: null,
	problems: ["not-found"],
} as const;
const decide = {
	...targetCall,
	method: "POST",
	status: 202,
	params: pushParams,
	problems: ["not-found", "conflict"],
} as const;
const asked = z.object({
	push: schemas.pushNumber,
	joined: z.boolean().describe("It waited already for a worker."),
});

/** @throws ApiProblem `not-found` */
async function requirePush(database: Database, target: string, push: number): Promise<void> {
	if (!(await isPushOf(database, target, push)))
		throw new ApiProblem("not-found", `There is no push ${push} of a target ${target}.`);
}

export const targetPushOperations = [
	operation({
		...ask,
		id: "checkTarget",
		path: "/targets/{target}/check",
		summary: "Compare everything there with the catalogue, field by field; nothing is written there",
		permission: "targets.check",
		response: asked,
		async handle(context, { target }) {
			await requireTarget(context.database, target);
			return requestPush(context.database, { target, kind: "check", by: actorOf(context) });
		},
	}),
	operation({
		...ask,
		id: "pushTarget",
		path: "/targets/{target}/push",
		summary: "Push what changed, without waiting for a sync",
		permission: "targets.push",
		body: pushRequest.omit({ name: true }),
		example: { overwrite: false },
		response: asked,
		async handle(context, { target, overwrite }) {
			await requireTarget(context.database, target);
			return requestPush(context.database, { target, kind: "push", by: actorOf(context), overwrite });
		},
	}),
	operation({
		...ask,
		id: "adoptTarget",
		path: "/targets/{target}/adopt",
		summary: "Take what is registered there and matches into keeping, as it is; nothing is written there",
		permission: "targets.adopt",
		response: asked,
		async handle(context, { target }) {
			await requireTarget(context.database, target);
			return requestPush(context.database, { target, kind: "adopt", by: actorOf(context) });
		},
	}),
	operation({
		...targetCall,
		id: "acceptTargetDifferences",
		method: "POST",
		path: "/targets/{target}/accept",
		summary: "Have the next push write what the catalogue says where adopted objects were left as they are there",
		permission: "targets.accept",
		params: targetParams,
		body: acceptInput,
		example: { container: "S2_L1C", fields: ["coverageType"] },
		response: z.object({ accepted: z.int().min(0).describe("Objects.") }),
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { target, ...asked }) {
			await requireTarget(database, target);
			return { accepted: await acceptAsked(database, target, asked) };
		},
	}),
	operation({
		...targetCall,
		id: "withdrawTargetAcceptance",
		method: "POST",
		path: "/targets/{target}/withdraw",
		summary: "Take back what was accepted and not pushed since: it stays as it is there",
		permission: "targets.withdraw",
		params: targetParams,
		body: acceptInput,
		example: { container: "S2_L1C", fields: ["coverageType"] },
		response: z.object({ withdrawn: z.int().min(0).describe("Objects.") }),
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { target, ...asked }) {
			await requireTarget(database, target);
			return { withdrawn: await withdrawAsked(database, target, asked) };
		},
	}),
	operation({
		...targetRead,
		id: "listTargetPushes",
		path: "/targets/{target}/pushes",
		summary: "Pushes, checks and adoptions of a target, newest first",
		params: targetParams,
		query: pageQuery,
		response: pageOf(schemas.push),
		problems: ["not-found"],
		async handle({ database }, { target, after = null, limit }) {
			await requireTarget(database, target);
			return listPushes(database, target, { after, limit });
		},
	}),
	operation({
		...decide,
		id: "cancelTargetPush",
		path: "/targets/{target}/pushes/{push}/cancel",
		summary: "Stop a push, check or adoption; what it wrote stays",
		permission: "targets.cancel",
		body: null,
		response: schemas.target,
		async handle(context, { target, push }) {
			await requirePush(context.database, target, push);
			await cancelPush(context.database, push, actorOf(context));
			return readTarget(context.database, target);
		},
	}),
	operation({
		...decide,
		id: "approveTargetPush",
		path: "/targets/{target}/pushes/{push}/approve",
		summary:
			"Let a held push remove what was shown of it, or say of one that waits for an adoption that what is there is others'",
		permission: "targets.approve",
		body: z.strictObject({ reason: approvalReason.describe("Kept with the push.") }),
		example: { reason: "The old collection was withdrawn" },
		response: schemas.target,
		async handle(context, { target, push, reason }) {
			await requirePush(context.database, target, push);
			await approvePush(context.database, push, { by: actorOf(context), reason });
			return readTarget(context.database, target);
		},
	}),
	operation({
		...decide,
		id: "rejectTargetPush",
		path: "/targets/{target}/pushes/{push}/reject",
		summary: "Give up a held push; what it would have removed stays there",
		permission: "targets.approve",
		body: z.strictObject({ reason: approvalReason.describe("Kept with the push.") }),
		example: { reason: "The archive was not mounted" },
		response: schemas.target,
		async handle(context, { target, push, reason }) {
			await requirePush(context.database, target, push);
			await rejectPush(context.database, push, { by: actorOf(context), reason });
			return readTarget(context.database, target);
		},
	}),
	operation({
		...targetRead,
		id: "listTargetDifferences",
		path: "/targets/{target}/differences",
		summary: "What a check found, or a push did, object by object",
		params: targetParams,
		query: pageQuery.extend(targetDifferencesQuery.shape),
		response: pageOf(schemas.difference),
		problems: ["not-found"],
		async handle({ database }, { target, after = null, ...query }) {
			await requirePush(database, target, query.push);
			return listTargetDifferences(database, target, { ...query, after });
		},
	}),
	operation({
		...targetRead,
		id: "countTargetDifferences",
		path: "/targets/{target}/differences/counts",
		summary: "How many objects a check found, or a push wrote, by class, kind and container",
		params: targetParams,
		query: z.strictObject(targetDifferencesQuery.omit({ number: true }).shape),
		response: schemas.differenceCounts,
		problems: ["not-found"],
		async handle({ database }, { target, ...query }) {
			await requirePush(database, target, query.push);
			return countTargetDifferences(database, target, query);
		},
	}),
	operation({
		...targetRead,
		id: "listForeignContainers",
		path: "/targets/{target}/foreign-containers",
		summary: "Containers that may be made of what a check found there and not here, most coverages first",
		params: targetParams,
		query: z.strictObject({ push: pushQuery.describe("Number of the check.") }),
		response: z.object({ rows: z.array(schemas.foreignContainer) }),
		problems: ["not-found"],
		async handle({ database }, { target, push }) {
			await requirePush(database, target, push);
			const found = await foreignContainers(database, push);
			return {
				rows: found.map(({ source: { storage, path, include, metadata }, ...container }) => ({
					...container,
					source: { storage, path, include, metadata },
				})),
			};
		},
	}),
];
