import { z } from "zod";
import { instant, nullable } from "#lib/api/schemas/schema-parts.ts";
import { changeHeat, type HeatView } from "#lib/catalog/changes/change-heat.ts";
import { heatQuery } from "#lib/catalog/changes/changes-query.ts";
import { containerParams, requireContainer } from "./container-operations.ts";
import { operation } from "./operation.ts";
import { requireRun, runParams } from "./run-operations.ts";

/** Where the catalogue grew and where it shrank. */

const count = z.int().min(0);
const sums = {
	grew: count.describe("Datasets that came in: added, linked."),
	shrank: count.describe("Datasets that left: removed, unlinked."),
	altered: count.describe("Updated, moved."),
};

const heat = z
	.object({
		...sums,
		runs: count.describe("Runs that it is made of: those that were applied and changed something."),
		from: nullable(instant).describe("When the first of them was applied."),
		until: nullable(instant).describe("When the last of them was applied."),
		folders: z.array(z.object({ path: z.string(), ...sums })).describe("At a depth at which they are few, by path."),
		otherFolders: nullable(z.object({ count, ...sums })).describe("Further folders, those with the fewest changes."),
		days: nullable(
			z.object({
				begin: z.string().describe("The first day (UTC) on which a dataset begins."),
				step: count.describe("Days of a bar."),
				bars: z.array(z.object({ at: count.describe("Its number, from 0."), ...sums })),
			}),
		),
		places: z.object({
			size: count.describe("Of a cell, degrees."),
			cells: z.array(z.object({ lon: z.int(), lat: z.int(), ...sums })).describe("By their south-west corners."),
		}),
	})
	.describe("Where the catalogue grew and where it shrank, by folder, day and place.") satisfies z.ZodType<HeatView>;

const answer = z.object({ heat: nullable(heat).describe("null: nothing has changed yet.") });
const read = {
	method: "GET",
	permission: "catalogue.read",
	status: 200,
	body: null,
	response: answer,
	problems: ["not-found"],
} as const;

export const heatOperations = [
	operation({
		...read,
		id: "getContainerHeat",
		tag: "Containers",
		path: "/containers/{id}/heat",
		summary: "Where a container grew and where it shrank by its last runs",
		params: containerParams,
		query: z.strictObject({ last: heatQuery.shape.last.describe("How many runs.") }),
		async handle({ database }, { id, last }) {
			await requireContainer(database, id);
			return { heat: await changeHeat(database, { container: id, last }) };
		},
	}),
	operation({
		...read,
		id: "getRunHeat",
		tag: "Runs",
		path: "/runs/{run}/heat",
		summary: "Where its container grew and where it shrank by a run, or would by its plan",
		params: runParams,
		query: z.strictObject({}),
		async handle({ database }, { run }) {
			const { sameAs } = await requireRun(database, run);
			return { heat: await changeHeat(database, { run: sameAs ?? run }) };
		},
	}),
];
