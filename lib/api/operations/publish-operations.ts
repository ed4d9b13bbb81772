import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { containerDetail as response } from "#lib/api/schemas/catalogue-schemas.ts";
import { instant, nullable, pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import { publishRules } from "#lib/catalog/inputs.ts";
import { differencesQuery, listPublishedDifferences, publishedCheckOf } from "#lib/catalog/publications/check-view.ts";
import { checkStates, differenceKinds } from "#lib/catalog/publications/check-views.ts";
import { UsageError } from "#lib/errors.ts";
import { publishContainer } from "#lib/jobs/requests/publish-container.ts";
import { cancelCheck, checkRequest, requestCheck } from "#lib/stac/compare/check-requests.ts";
import { containerParams, readContainer, requireContainer } from "./container-operations.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Who may read a container by the STAC API, and whether others followed. */

const none = z.strictObject({});
const count = z.int().min(0);
const check = z.object({
	id: z.int(),
	url: z.string(),
	collection: z.string().describe("Its name there."),
	reference: z.boolean(),
	actor: z.string().describe("Who asked for it."),
	state: z.enum(checkStates),
	done: count.describe("Items compared so far."),
	ours: count,
	theirs: count,
	same: count,
	differing: count,
	missing: count.describe("Ours that are not there."),
	foreign: count.describe("Theirs that are not here."),
	unknown: count.describe("Ours of which the answers do not say whether they are there."),
	reason: nullable(z.string()).describe("Why some are unknown, or it failed."),
	createdAt: instant,
	finishedAt: nullable(instant),
});
const checks = z.object({
	open: nullable(check).describe("The one that waits or runs."),
	last: nullable(check).describe("The last one that is over, cancelled ones aside."),
});
const value = z.unknown();
const difference = z.object({
	id: z.int(),
	kind: z.enum(differenceKinds),
	item: z.string(),
	fields: z
		.record(z.string(), z.object({ ours: value, theirs: value }))
		.describe("Of one that differs: what each says."),
});

export const publishOperations = [
	operation({
		id: "publishContainer",
		method: "POST",
		path: "/containers/{id}/publish",
		tag: "Containers",
		summary: "Say who may read a container by the STAC API; its items are made, or taken back, by a worker",
		permission: "containers.update",
		params: containerParams,
		query: z.strictObject({}),
		body: z.strictObject({ stac: publishRules.shape.stac.unwrap().describe("off, token or public.") }),
		example: { stac: "public" },
		response,
		status: 200,
		problems: ["not-found", "conflict"],
		async handle({ database }, { id, stac }) {
			await requireContainer(database, id);
			await publishContainer(database, { id, stac });
			return readContainer(database, id);
		},
	}),
	operation({
		id: "getPublishedCheck",
		method: "GET",
		path: "/containers/{id}/published-check",
		tag: "Containers",
		summary: "Whether a STAC API has what the container publishes, as it was last compared",
		permission: "catalogue.read",
		params: containerParams,
		query: none,
		body: null,
		response: checks,
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { id }) {
			await requireContainer(database, id);
			return publishedCheckOf(database, id);
		},
	}),
	operation({
		id: "listPublishedDifferences",
		method: "GET",
		path: "/containers/{id}/published-check/differences",
		tag: "Containers",
		summary: "What the last comparison found, item by item; the first 100,000",
		permission: "catalogue.read",
		params: containerParams,
		query: pageQuery.extend(differencesQuery.shape),
		body: null,
		response: pageOf(difference),
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { id, after = null, ...query }) {
			await requireContainer(database, id);
			return listPublishedDifferences(database, id, { ...query, after });
		},
	}),
	operation({
		id: "checkPublished",
		method: "POST",
		path: "/containers/{id}/published-check",
		tag: "Containers",
		summary: "Compare what the container publishes with a STAC API, both ways; nothing changes on either side",
		permission: "publications.check",
		params: containerParams,
		query: none,
		body: checkRequest,
		example: { url: "https://mirror.example.org/stac" },
		response: checks,
		status: 202,
		problems: ["not-found", "conflict"],
		async handle(context, { id, ...asked }) {
			const { database } = context;
			await requireContainer(database, id);
			await requestCheck(database, { ...asked, container: id, by: actorOf(context) }).catch((error: unknown) => {
				throw error instanceof UsageError ? new ApiProblem("conflict", error.message) : error;
			});
			return publishedCheckOf(database, id);
		},
	}),
	operation({
		id: "cancelPublishedCheck",
		method: "POST",
		path: "/containers/{id}/published-check/cancel",
		tag: "Containers",
		summary: "Stop comparing; the result of the comparison before stays",
		permission: "publications.cancel-check",
		params: containerParams,
		query: none,
		body: null,
		response: checks,
		status: 202,
		problems: ["not-found"],
		async handle({ database }, { id }) {
			await requireContainer(database, id);
			await cancelCheck(database, id);
			return publishedCheckOf(database, id);
		},
	}),
];
