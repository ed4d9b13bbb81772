import { z } from "zod";
import { datasetFile } from "#lib/api/dataset-file.ts";
import { ApiProblem } from "#lib/api/problems.ts";
import * as schemas from "#lib/api/schemas/dataset-schemas.ts";
import { requestedRun } from "#lib/api/schemas/run-schemas.ts";
import { nullable, pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import { searchLimit } from "#lib/api/search-limits.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { datasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import { datasetLife } from "#lib/catalog/lives/dataset-life.ts";
import { findDataset, searchDatasets } from "#lib/catalog/lives/dataset-search.ts";
import { datasetExportFormats, datasetExportTypes } from "#lib/catalog/search/dataset-export.ts";
import { datasetSearchShape, readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { findDatasets, searchTimeoutMs } from "#lib/catalog/search/find-datasets.ts";
import { requestDatasetRestoration } from "#lib/jobs/requests/restore-dataset.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Single datasets, also those that are gone: what they are, and bringing one back. */

const datasetParams = z.strictObject({
	dataset: z
		.string()
		.min(1)
		.max(300)
		.describe(
			"Number of the dataset, or its EO ID: then the last that has or had it. One that was given another EO ID is found by the former one.",
		),
});
/** Rows of a page. */
const mostRows = 1000;
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
		summary: "Datasets of all containers: by time, place, metadata or text",
		params: z.strictObject({}),
		query: z.strictObject({
			...datasetSearchShape,
			search: datasetSearchShape.search.describe(
				"Part of the EO ID or path. Given alone, it finds those that are gone as well: at most 100, in one page.",
			),
			after: pageQuery.shape.after,
			limit: z.coerce
				.number()
				.int()
				.min(1)
				.optional()
				.describe(
					`Rows of a page: 100, or 20 for a text alone, if left out; ${mostRows} at most. Of a file: as many at most, all if left out.`,
				),
			format: z
				.enum(datasetExportFormats)
				.optional()
				.describe("All of them as a file instead of a page, however many; only those that are registered."),
		}),
		response: z.object({
			rows: z.array(schemas.listedDataset),
			complete: z.boolean().describe("false: not everything could be searched in time."),
			next: nullable(z.string()).describe("Give it as `after` for the next page; null: this is the last."),
		}),
		files: [...new Set(Object.values(datasetExportTypes))].filter((type) => type !== datasetExportTypes.json),
		problems: [],
		async handle({ database, signal, caller }, { after, limit, format, ...query }) {
			if (format !== undefined) {
				if (after !== undefined)
					throw new ApiProblem("invalid-request", "query.after: A file has no pages: leave it out, or format.");
				const asked = readDatasetQuery(query);
				return datasetFile(database, asked, { format, limit, signal, caller: `token ${caller.token.id}` });
			}
			if (limit !== undefined && limit > mostRows)
				throw new ApiProblem(
					"invalid-request",
					`query.limit: A page has at most ${mostRows} rows; with a format there is no such limit.`,
				);
			const { search, ...others } = query;
			if (
				search !== undefined &&
				search !== "" &&
				after === undefined &&
				Object.values(others).every((value) => value === undefined)
			) {
				const asked = { search, limit: Math.min(limit ?? 20, 100) };
				const found = await searchLimit().during(signal, () => searchDatasets(database, asked));
				return { ...found, next: null };
			}
			const asked = readDatasetQuery(query);
			const page = await searchLimit().during(signal, () =>
				findDatasets(database, asked, { after, limit: limit ?? 100, timeoutMs: searchTimeoutMs }),
			);
			return {
				...page,
				rows: page.rows.map((row) => ({ ...row, standing: "registered" as const, removed: null, formerId: null })),
				complete: true,
			};
		},
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
