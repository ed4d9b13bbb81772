import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import * as schemas from "#lib/api/schemas/catalogue-schemas.ts";
import { requestedRun } from "#lib/api/schemas/run-schemas.ts";
import { pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import { deletionEffect, deletionSentence, listDeletedContainers } from "#lib/catalog/containers/deleted-containers.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import { requestDeletion, requestRestoration } from "#lib/jobs/requests/requests.ts";
import { containerParams, requireContainer } from "./container-operations.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Deleting a container, and bringing it back until its retention time is over. */

const none = z.strictObject({});
const byRun = pagingBy(numberKey);
const deleted = { tag: "Containers", body: null, status: 200 } as const;

export const deletionOperations = [
	operation({
		...deleted,
		id: "getDeletion",
		method: "GET",
		path: "/containers/{id}/deletion",
		summary: "What deleting a container would do to its datasets; changes nothing",
		permission: "catalogue.read",
		params: containerParams,
		query: none,
		response: schemas.deletionEffect,
		problems: ["not-found"],
		async handle({ database }, { id }) {
			const effect = await deletionEffect(database, id);
			if (effect === null) throw new ApiProblem("not-found", `There is no container ${id}.`);
			const { datasets, onlyHere, rejectedElsewhere } = effect;
			return { datasets, onlyHere, rejectedElsewhere, sentence: deletionSentence(effect) };
		},
	}),
	operation({
		...deleted,
		id: "deleteContainer",
		method: "DELETE",
		path: "/containers/{id}",
		summary: "Delete a container; it can be restored until its retention time is over",
		permission: "containers.delete",
		params: containerParams,
		query: z.strictObject({
			datasets: z.coerce
				.number()
				.int()
				.min(0)
				.optional()
				.describe("As `deletion` reported: refused when the container has another number of datasets meanwhile."),
		}),
		response: z.object({ run: schemas.deletedContainer.shape.run }),
		problems: ["not-found", "conflict"],
		async handle(context, { id, datasets }) {
			const { database } = context;
			await requireContainer(database, id);
			const asked = { id, actor: actorOf(context), trigger: "api", datasets: datasets ?? null } as const;
			return { run: await requestDeletion(database, asked) };
		},
	}),
	operation({
		...deleted,
		id: "listDeletedContainers",
		method: "GET",
		path: "/deleted-containers",
		summary: "The deleted containers that can be restored, the last one deleted first",
		permission: "catalogue.read",
		params: none,
		query: pageQuery,
		response: pageOf(schemas.deletedContainer),
		problems: [],
		async handle({ database }, { after, limit }) {
			const all = await listDeletedContainers(database);
			const [last] = byRun.keyOf(after);
			// The one where the last page ended may have been restored: those deleted before it follow.
			const rest = last === undefined ? all : all.filter(({ run }) => run < last);
			return { ...byRun.pageOf(rest, limit, ({ run }) => [run]), total: all.length };
		},
	}),
	operation({
		...deleted,
		id: "restoreContainer",
		method: "POST",
		path: "/deleted-containers/{id}/restore",
		summary: "Bring back the container of that EO ID that was deleted last; the run brings back its datasets",
		permission: "containers.restore",
		params: z.strictObject({ id: eoId.describe("The EO ID that it had.") }),
		query: none,
		body: z.strictObject({
			as: eoId.optional().describe("The EO ID that it gets; needed where its own is taken meanwhile."),
		}),
		example: {},
		response: requestedRun,
		status: 202,
		problems: ["not-found", "conflict"],
		async handle(context, { id, as }) {
			const { database } = context;
			if (!(await listDeletedContainers(database)).some((container) => container.id === id))
				throw new ApiProblem("not-found", `There is no deleted container ${id}.`);
			const restored = await requestRestoration(database, { id, as, actor: actorOf(context), trigger: "api" });
			await context.enqueue([restored.run]);
			return restored;
		},
	}),
];
