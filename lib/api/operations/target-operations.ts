import { z } from "zod";
import { pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import * as schemas from "#lib/api/schemas/target-schemas.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import { targetPauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { targetInput, targetName } from "#lib/catalog/targets/target-inputs.ts";
import { targetViews } from "#lib/catalog/targets/target-overview.ts";
import { pauseTarget, resumeTarget } from "#lib/catalog/targets/target-pauses.ts";
import { deleteTarget, saveTarget } from "#lib/catalog/targets/targets.ts";
import { testTarget } from "#lib/targets/test-target.ts";
import { readTarget, requireTarget, targetCall, targetOf, targetParams, targetRead } from "./found-target.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Targets: catalogues of others that are kept in step with this one. */

const none = z.strictObject({});

const byName = pagingBy(textKey);

export const targetOperations = [
	operation({
		...targetRead,
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
		...targetRead,
		id: "getTarget",
		path: "/targets/{target}",
		summary: "A target: its settings, how far it follows, and what was found there",
		params: targetParams,
		response: schemas.target,
		problems: ["not-found"],
		async handle({ database }, { target }) {
			return readTarget(database, target);
		},
	}),
	operation({
		...targetCall,
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
		...targetCall,
		id: "updateTarget",
		method: "POST",
		path: "/targets/{target}",
		summary: "Edit a target: what is left out has its default, but for the password, which stays",
		permission: "targets.update",
		params: targetParams,
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
		...targetCall,
		id: "deleteTarget",
		method: "DELETE",
		path: "/targets/{target}",
		summary: "Forget a target: what is there stays there, and is not kept in step any more",
		permission: "targets.delete",
		params: targetParams,
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
		...targetCall,
		id: "pauseTarget",
		method: "POST",
		path: "/targets/{target}/pause",
		summary: "Push nothing to a target until a time, or until it is resumed; what changes is kept",
		permission: "targets.pause",
		params: targetParams,
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
		...targetCall,
		id: "resumeTarget",
		method: "POST",
		path: "/targets/{target}/resume",
		summary: "End the pause of a target; what was missed is pushed",
		permission: "targets.resume",
		params: targetParams,
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
		...targetCall,
		id: "testTarget",
		method: "POST",
		path: "/targets/{target}/test",
		summary: "Whether a target can be reached, and is one that can be kept in step; nothing is written there",
		permission: "targets.test",
		params: targetParams,
		body: null,
		response: schemas.test,
		status: 200,
		problems: ["not-found"],
		async handle({ database, signal }, { target }) {
			await requireTarget(database, target);
			return testTarget(database, target, { signal });
		},
	}),
];
