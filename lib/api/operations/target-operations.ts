import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import * as schemas from "#lib/api/schemas/target-schemas.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import { targetPauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { approvePush, cancelPush, rejectPush, requestPush } from "#lib/catalog/targets/push-requests.ts";
import { acceptInput, pushQuery, pushRequest } from "#lib/catalog/targets/target-asks.ts";
import {
	countTargetDifferences,
	listTargetDifferences,
	targetDifferencesQuery,
} from "#lib/catalog/targets/target-differences.ts";
import { targetInput, targetName } from "#lib/catalog/targets/target-inputs.ts";
import { isPushOf, listPushes, targetViews } from "#lib/catalog/targets/target-overview.ts";
import { pauseTarget, resumeTarget } from "#lib/catalog/targets/target-pauses.ts";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import { deleteTarget, saveTarget } from "#lib/catalog/targets/targets.ts";
import { acceptAsked, withdrawAsked } from "#lib/targets/check/acceptance-effect.ts";
import { foreignContainers } from "#lib/targets/check/foreign-containers.ts";
import { testTarget } from "#lib/targets/test-target.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Targets: catalogues of others that are kept in step with this one. */

const none = z.strictObject({});
const params = z.strictObject({ target: z.string().min(1).max(300).describe("Name of the target.") });
const pushParams = params.extend({ push: pushQuery.describe("Number of a push, check or adoption.") });
const shared = { tag: "Targets", query: none } as const;
const read = { ...shared, method: "GET", permission: "catalogue.read", status: 200, body: null } as const;
const ask = { ...shared, method: "POST", status: 202, params, body: null, problems: ["not-found"] } as const;
const decide = {
	...shared,
	method: "POST",
	status: 202,
	params: pushParams,
	problems: ["not-found", "conflict"],
} as const;
const asked = z.object({
	push: schemas.pushNumber,
	joined: z.boolean().describe("It waited already for a worker."),
});

function targetOf(view: TargetView) {
	const { input, behindSince: _, held: __, active: ___, resumedAt: ____, ...rest } = view;
	const { name: _____, type: ______, password: _______, ...configured } = input;
	return { ...rest, current: rest.current ?? rest.heldPush, ...configured };
}

/** @throws ApiProblem `not-found` */
async function readTarget(database: Database, name: string) {
	const [view] = await targetViews(database, name);
	if (view === undefined) throw new ApiProblem("not-found", `There is no target ${name}.`);
	return targetOf(view);
}

/** @throws ApiProblem `not-found` */
async function requireTarget({ sql }: Database, name: string): Promise<void> {
	const [found] = await sql`select from targets where name = ${name}`;
	if (!found) throw new ApiProblem("not-found", `There is no target ${name}.`);
}

/** @throws ApiProblem `not-found` */
async function requirePush(database: Database, target: string, push: number): Promise<void> {
	if (!(await isPushOf(database, target, push)))
		throw new ApiProblem("not-found", `There is no push ${push} of a target ${target}.`);
}

const byName = pagingBy(textKey);

export const targetOperations = [
	operation({
		...read,
		id: "listTargets",
		path: "/targets",
		summary: "All targets by name, without their passwords: how far they follow, and what was found there",
		params: none,
		query: pageQuery,
		response: pageOf(schemas.target),
		problems: [],
		async handle({ database }, { after, limit }) {
			const [last = ""] = byName.keyOf(after);
			const views = await targetViews(database);
			const page = byName.pageOf(
				views.filter(({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(last)) > 0),
				limit,
				({ name }) => [name],
			);
			return { rows: page.rows.map(targetOf), next: page.next, total: views.length };
		},
	}),
	operation({
		...read,
		id: "getTarget",
		path: "/targets/{target}",
		summary: "A target: its settings, how far it follows, and what was found there",
		params,
		response: schemas.target,
		problems: ["not-found"],
		async handle({ database }, { target }) {
			return readTarget(database, target);
		},
	}),
	operation({
		...shared,
		id: "createTarget",
		method: "POST",
		path: "/targets",
		summary: "Add a target; from now on workers keep it in step, unless it is paused",
		permission: "targets.create",
		params: none,
		body: targetInput.extend({ name: targetName }),
		example: { name: "eox", url: "postgres://eosync@db.example.org:5432/eoxserver", storages: { archive: "/data" } },
		response: schemas.target,
		status: 200,
		problems: ["conflict"],
		async handle({ database }, input) {
			await saveTarget(database, input, { create: true });
			return readTarget(database, input.name);
		},
	}),
	operation({
		...shared,
		id: "updateTarget",
		method: "POST",
		path: "/targets/{target}",
		summary: "Edit a target: what is left out has its default, but for the password, which stays",
		permission: "targets.update",
		params,
		body: targetInput.omit({ name: true }).extend({
			version: z.string().max(100).optional().describe("As it was read; refused when another one was saved meanwhile."),
		}),
		example: { url: "postgres://eosync@db.example.org:5432/eoxserver", containers: ["S2_L1C"] },
		response: schemas.target,
		status: 200,
		problems: ["not-found", "conflict"],
		async handle({ database }, { target, version, ...input }) {
			await requireTarget(database, target);
			await saveTarget(database, { ...input, name: target }, version === undefined ? {} : { version });
			return readTarget(database, target);
		},
	}),
	operation({
		...shared,
		id: "deleteTarget",
		method: "DELETE",
		path: "/targets/{target}",
		summary: "Forget a target: what is there stays there, and is not kept in step any more",
		permission: "targets.delete",
		params,
		body: null,
		response: z.object({ deleted: z.literal(true) }),
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { target }) {
			await requireTarget(database, target);
			await deleteTarget(database, target);
			return { deleted: true } as const;
		},
	}),
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
		...shared,
		id: "pauseTarget",
		method: "POST",
		path: "/targets/{target}/pause",
		summary: "Push nothing to a target until a time, or until it is resumed; what changes is kept",
		permission: "targets.pause",
		params,
		body: targetPauseInput,
		example: { until: "2999-12-01T06:00:00Z", note: "Upgrade" },
		response: schemas.target,
		status: 200,
		problems: ["not-found", "conflict"],
		async handle(context, { target, until, note }) {
			await requireTarget(context.database, target);
			await pauseTarget(context.database, target, { until, note, by: actorOf(context) });
			return readTarget(context.database, target);
		},
	}),
	operation({
		...shared,
		id: "resumeTarget",
		method: "POST",
		path: "/targets/{target}/resume",
		summary: "End the pause of a target; what was missed is pushed",
		permission: "targets.resume",
		params,
		body: null,
		response: schemas.target,
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { target }) {
			await requireTarget(database, target);
			await resumeTarget(database, target);
			return readTarget(database, target);
		},
	}),
	operation({
		...shared,
		id: "testTarget",
		method: "POST",
		path: "/targets/{target}/test",
		summary: "Whether a target can be reached, and is one that can be kept in step; nothing is written there",
		permission: "targets.test",
		params,
		body: null,
		response: schemas.test,
		status: 200,
		problems: ["not-found"],
		async handle({ database, signal }, { target }) {
			await requireTarget(database, target);
			return testTarget(database, target, { signal });
		},
	}),
	operation({
		...shared,
		id: "acceptTargetDifferences",
		method: "POST",
		path: "/targets/{target}/accept",
		summary: "Have the next push write what the catalogue says where adopted objects were left as they are there",
		permission: "targets.accept",
		params,
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
		...shared,
		id: "withdrawTargetAcceptance",
		method: "POST",
		path: "/targets/{target}/withdraw",
		summary: "Take back what was accepted and not pushed since: it stays as it is there",
		permission: "targets.withdraw",
		params,
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
		...read,
		id: "listTargetPushes",
		path: "/targets/{target}/pushes",
		summary: "Pushes, checks and adoptions of a target, newest first",
		params,
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
		...read,
		id: "listTargetDifferences",
		path: "/targets/{target}/differences",
		summary: "What a check found, or a push did, object by object",
		params,
		query: pageQuery.extend(targetDifferencesQuery.shape),
		response: pageOf(schemas.difference),
		problems: ["not-found"],
		async handle({ database }, { target, after = null, ...query }) {
			await requirePush(database, target, query.push);
			return listTargetDifferences(database, target, { ...query, after });
		},
	}),
	operation({
		...read,
		id: "countTargetDifferences",
		path: "/targets/{target}/differences/counts",
		summary: "How many objects a check found, or a push wrote, by class, kind and container",
		params,
		query: z.strictObject(targetDifferencesQuery.omit({ number: true }).shape),
		response: schemas.differenceCounts,
		problems: ["not-found"],
		async handle({ database }, { target, ...query }) {
			await requirePush(database, target, query.push);
			return countTargetDifferences(database, target, query);
		},
	}),
	operation({
		...read,
		id: "listForeignContainers",
		path: "/targets/{target}/foreign-containers",
		summary: "Containers that may be made of what a check found there and not here, most coverages first",
		params,
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
