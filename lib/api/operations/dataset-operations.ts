import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import * as schemas from "#lib/api/schemas/dataset-schemas.ts";
import { requestedRun } from "#lib/api/schemas/run-schemas.ts";
import { pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { datasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import { datasetLife } from "#lib/catalog/lives/dataset-life.ts";
import { findDataset, searchDatasets } from "#lib/catalog/lives/dataset-search.ts";
import { requestDatasetRestoration } from "#lib/jobs/restore-dataset.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Single datasets, also those that are gone: what they are, and bringing one back. */

const datasetParams = z.strictObject({
	dataset: z
		.string()
		.min(1)
		.max(300)
		.describe("Number of the dataset, or its EO ID: then the last that has or had it."),
});
const read = { method: "GET", permission: "catalogue.read", status: 200, body: null, tag: "Datasets" } as const;

/** @throws ApiProblem `not-found` */
async function requireDataset(database: Database, named: string): Promise<number> {
	const dataset = await findDataset(database, named);
	if (dataset === null) throw new ApiProblem("not-found", `There is no dataset ${named}, nor was there one.`);
	return dataset;
}

export const datasetOperations = [
	operation({
		...read,
		id: "searchDatasets",
		path: "/datasets",
		summary: "Find datasets of all containers by EO ID or path, also those that are gone",
		params: z.strictObject({}),
		query: z.strictObject({
			search: z.string().min(1).max(300).describe("The beginning, or any part, of the EO ID or path."),
			limit: z.coerce.number().int().min(1).max(100).default(20),
		}),
		response: z.object({
			rows: z.array(schemas.foundDataset),
			complete: z.boolean().describe("false: not everything could be searched in time."),
		}),
		problems: [],
		handle: ({ database }, query) => searchDatasets(database, query),
	}),
	operation({
		...read,
		id: "getDataset",
		path: "/datasets/{dataset}",
		summary: "A dataset with its files and containers; when and by whom it was added and removed",
		params: datasetParams,
		query: z.strictObject({}),
		response: schemas.datasetDetail,
		problems: ["not-found"],
		async handle({ database }, { dataset: named }) {
			const detail = await datasetDetail(database, await requireDataset(database, named));
			if (detail === null) throw new ApiProblem("not-found", `There is no dataset ${named}, nor was there one.`);
			return detail;
		},
	}),
	operation({
		id: "restoreDataset",
		method: "POST",
		path: "/datasets/{dataset}/restore",
		tag: "Datasets",
		summary: "Start the run that restores a removed dataset, if its files are as they were",
		permission: "datasets.restore",
		params: datasetParams,
		query: z.strictObject({}),
		body: null,
		response: requestedRun,
		status: 202,
		problems: ["not-found", "conflict"],
		async handle(context, { dataset: named }) {
			const dataset = await requireDataset(context.database, named);
			const asked = { dataset, actor: actorOf(context), trigger: "api" } as const;
			const restoration = await requestDatasetRestoration(context.database, asked);
			await context.enqueue([restoration.run]);
			return restoration;
		},
	}),
	operation({
		...read,
		id: "getDatasetLife",
		path: "/datasets/{dataset}/life",
		summary: "What happened to a dataset, the latest first, as long as runs keep their changes",
		params: datasetParams,
		query: pageQuery,
		response: pageOf(schemas.lifeEvent),
		problems: ["not-found"],
		handle: async ({ database }, { dataset, ...query }) =>
			datasetLife(database, await requireDataset(database, dataset), query),
	}),
];
