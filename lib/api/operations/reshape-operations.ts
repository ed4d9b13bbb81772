import { z } from "zod";
import { requestedRun } from "#lib/api/schemas/run-schemas.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { mergeInput, splitInput } from "#lib/catalog/reshape-inputs.ts";
import { mergePreview, requestMerge, requestSplit, splitPreview } from "#lib/jobs/requests/reshaping.ts";
import { containerParams, requireContainer } from "./container-operations.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Splitting and merging dataset series: what it would do, and the plan, which is applied as any other. */

const ask = { method: "POST", tag: "Containers", query: z.strictObject({}) } as const;
const { how, parts } = splitInput.shape;
const split = z.strictObject({
	how: how.describe(
		"By the folders below the sources' roots, by the year in their or the files' names, or by patterns.",
	),
	parts: parts.describe(
		"The parts that are wanted, by `key`, with their EO IDs; left out: all of them, as they are proposed.",
	),
});
const example = { how: { by: "year" } };
const count = z.int().min(0);

export const reshapeOperations = [
	operation({
		...ask,
		id: "previewSplit",
		path: "/containers/{id}/split/preview",
		summary: "What a split would do; changes nothing",
		permission: "edits.read",
		params: containerParams,
		body: split,
		example,
		response: z.object({
			container: z.string().describe("EO ID."),
			parts: z.array(
				z.object({
					key: z.string().describe("What tells it: a folder, a year, or what the caller calls it."),
					id: z.string().describe("The EO ID that it gets."),
					title: z.string(),
					datasets: count,
					sources: z.array(z.string()),
					problem: z.string().nullable().describe("Why it cannot have that EO ID; null: it can."),
				}),
			),
			rest: count.describe("Datasets that stay with the container."),
		}),
		status: 200,
		problems: ["not-found", "conflict"],
		async handle({ database }, { id, ...asked }) {
			await requireContainer(database, id);
			return splitPreview(database, { id, ...asked });
		},
	}),
	operation({
		...ask,
		id: "splitContainer",
		path: "/containers/{id}/split",
		summary: "Plan a split; apply the run to do it",
		permission: "containers.split",
		params: containerParams,
		body: split,
		example,
		response: requestedRun,
		status: 202,
		problems: ["not-found", "conflict"],
		async handle(context, { id, ...asked }) {
			await requireContainer(context.database, id);
			return requestSplit(context.database, { id, ...asked }, { actor: actorOf(context), trigger: "api" });
		},
	}),
	operation({
		...ask,
		id: "previewMerge",
		path: "/merge/preview",
		summary: "What a merge would do; changes nothing",
		permission: "edits.read",
		params: z.strictObject({}),
		body: mergeInput,
		example: { ids: ["MER_A", "MER_B"], into: "MER" },
		response: z.object({
			into: z.string().describe("EO ID."),
			title: z.string(),
			datasets: count,
			shared: count.describe("Datasets that several of them have."),
			containers: z.array(z.object({ id: z.string(), datasets: count })),
			settings: z.array(z.string()).describe("In what they differ: that of the container that stays counts."),
		}),
		status: 200,
		problems: ["conflict"],
		async handle({ database }, asked) {
			return mergePreview(database, asked);
		},
	}),
	operation({
		...ask,
		id: "mergeContainers",
		path: "/merge",
		summary: "Plan a merge of dataset series; apply the run to do it",
		permission: "containers.merge",
		params: z.strictObject({}),
		body: mergeInput.extend({ into: eoId.describe("One of them, or a free EO ID.") }),
		example: { ids: ["MER_A", "MER_B"], into: "MER" },
		response: requestedRun,
		status: 202,
		problems: ["conflict"],
		async handle(context, asked) {
			return requestMerge(context.database, asked, { actor: actorOf(context), trigger: "api" });
		},
	}),
];
