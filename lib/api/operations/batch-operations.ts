import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import * as schemas from "#lib/api/schemas/batch-schemas.ts";
import { requestedRun, runObject } from "#lib/api/schemas/run-schemas.ts";
import { batchNumber, pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import { batchView, listBatchContainers, listBatches } from "#lib/catalog/batches/batches.ts";
import { batchContainerStates } from "#lib/catalog/batches/container-in-batch.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { cancelBatch, pauseBatch, resumeBatch, retryBatch } from "#lib/jobs/batches/batch-requests.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** What several containers were asked for at once, and what may be done with it. */

const none = z.strictObject({});
const batchParams = z.strictObject({
	batch: z.coerce
		.number("Give the number of a batch")
		.int()
		.positive()
		.max(Number.MAX_SAFE_INTEGER)
		.describe("Number of the batch."),
});
const read = { method: "GET", permission: "catalogue.read", status: 200, body: null, tag: "Batches" } as const;
const act = {
	method: "POST",
	query: none,
	params: batchParams,
	body: null,
	tag: "Batches",
	problems: ["not-found", "conflict"],
} as const;

/** @throws ApiProblem `not-found` */
async function requireBatch(database: Database, batch: number): Promise<BatchView> {
	const view = await batchView(database, batch);
	if (view === null) throw new ApiProblem("not-found", `There is no batch ${batch}.`);
	return view;
}

export const batchOperations = [
	operation({
		...read,
		id: "listBatches",
		path: "/batches",
		summary: "Batches, the newest first",
		params: none,
		query: pageQuery,
		response: pageOf(schemas.batch),
		problems: [],
		handle: async ({ database }, query) => {
			const page = await listBatches(database, query);
			return { ...page, rows: page.rows.map(schemas.batchObject) };
		},
	}),
	operation({
		...read,
		id: "getBatch",
		path: "/batches/{batch}",
		summary: "How far a batch is",
		params: batchParams,
		query: none,
		response: schemas.batch,
		problems: ["not-found"],
		handle: async ({ database }, { batch }) => schemas.batchObject(await requireBatch(database, batch)),
	}),
	operation({
		...read,
		id: "listBatchContainers",
		path: "/batches/{batch}/containers",
		summary: "The containers of a batch in the order of their turns, each with the run that counts",
		params: batchParams,
		query: pageQuery.extend({ state: z.enum(batchContainerStates).optional() }),
		response: pageOf(schemas.batchContainer),
		problems: ["not-found"],
		handle: async ({ database }, { batch, ...query }) => {
			await requireBatch(database, batch);
			const page = await listBatchContainers(database, batch, query);
			return { ...page, rows: page.rows.map((row) => ({ ...row, run: row.run && runObject(row.run) })) };
		},
	}),
	operation({
		...act,
		id: "pauseBatch",
		path: "/batches/{batch}/pause",
		summary: "Give no container its turn until the batch is resumed; runs under way come to their end",
		permission: "batches.pause",
		response: schemas.batch,
		status: 200,
		handle: async (context, { batch }) => {
			await requireBatch(context.database, batch);
			return schemas.batchObject(await pauseBatch(context.database, { batch, actor: actorOf(context) }));
		},
	}),
	operation({
		...act,
		id: "resumeBatch",
		path: "/batches/{batch}/resume",
		summary: "Let a batch that is paused go on",
		permission: "batches.resume",
		response: schemas.batch,
		status: 200,
		handle: async ({ database }, { batch }) => {
			await requireBatch(database, batch);
			return schemas.batchObject(await resumeBatch(database, { batch }));
		},
	}),
	operation({
		...act,
		id: "cancelBatch",
		path: "/batches/{batch}/cancel",
		summary: "Leave out the containers that have not had their turn; runs under way come to their end",
		permission: "batches.cancel",
		response: schemas.batch,
		status: 200,
		handle: async (context, { batch }) => {
			await requireBatch(context.database, batch);
			return schemas.batchObject(await cancelBatch(context.database, { batch, actor: actorOf(context) }));
		},
	}),
	operation({
		...act,
		id: "retryBatch",
		path: "/batches/{batch}/retry",
		summary: "Ask once more for the containers that failed: a new batch",
		permission: "batches.retry",
		response: z.object({ batch: batchNumber, runs: z.array(requestedRun) }),
		status: 202,
		handle: async (context, { batch }) => {
			await requireBatch(context.database, batch);
			const created = await retryBatch(context.database, { batch, actor: actorOf(context), trigger: "api" });
			return { batch: created.batch, runs: created.runs };
		},
	}),
];
