import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import * as schemas from "#lib/api/schemas/run-schemas.ts";
import { pageOf, pageQuery, severalOf } from "#lib/api/schemas/schema-parts.ts";
import { listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery, folderQuery } from "#lib/catalog/changes/changes-query.ts";
import { withSameContents } from "#lib/catalog/changes/same-content.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { runStates, runTriggers } from "#lib/catalog/read-models/run-view.ts";
import { folderOfRun } from "#lib/catalog/runs/folder-tree.ts";
import { runsFilter } from "#lib/catalog/runs/run-filter.ts";
import { listProblems, listRuns, runView } from "#lib/catalog/runs/runs.ts";
import type { runs as runsTable } from "#lib/catalog/schema/run-schema.ts";
import { operation } from "./operation.ts";

/** What can be read of runs. */

export const runParams = z.strictObject({
	run: z.coerce
		.number("Give the number of a run")
		.int()
		.positive()
		.max(Number.MAX_SAFE_INTEGER)
		.describe("Number of the run."),
});
const read = { method: "GET", permission: "catalogue.read", status: 200, body: null, tag: "Runs" } as const;

/** @throws ApiProblem `not-found` */
export async function requireRun(database: Database, run: number): Promise<schemas.RunObject> {
	const view = await runView(database, run);
	if (view === null) throw noRun(run);
	return schemas.runObject(view);
}

/** @throws ApiProblem `not-found` for the first that there is not. */
export async function requireRuns({ sql }: Database, runs: readonly number[]): Promise<void> {
	const rows = await sql<Pick<typeof runsTable.$inferSelect, "id">[]>`
		select id from runs where id = any(${runs as number[]})`;
	const known = new Set(rows.map(({ id }) => id));
	const missing = runs.find((run) => !known.has(run));
	if (missing !== undefined) throw noRun(missing);
}

function noRun(run: number): ApiProblem {
	return new ApiProblem("not-found", `There is no run ${run}.`);
}

const { shape: filter } = runsFilter;
const { action, search, folder, other, side, begin, end } = changesQuery.shape;

export const runOperations = [
	operation({
		...read,
		id: "listRuns",
		path: "/runs",
		summary: "Runs, the newest first",
		params: z.strictObject({}),
		query: pageQuery.extend({
			container: eoId.optional().describe("EO ID."),
			state: severalOf(runStates, "states"),
			trigger: severalOf(runTriggers, "triggers"),
			actor: filter.actor.describe("Who asked for it."),
			since: filter.since.describe("The first day in which it was asked for, UTC."),
			until: filter.until.describe("The last day."),
		}),
		response: pageOf(schemas.run),
		problems: [],
		handle: async ({ database }, { state, trigger, ...query }) => {
			const several = { state: filter.state.parse(state), trigger: filter.trigger.parse(trigger) };
			const page = await listRuns(database, { ...query, ...several });
			return { ...page, rows: page.rows.map(schemas.runObject) };
		},
	}),
	operation({
		...read,
		id: "getRun",
		path: "/runs/{run}",
		summary: "How a run stands",
		params: runParams,
		query: z.strictObject({}),
		response: schemas.run,
		problems: ["not-found"],
		handle: ({ database }, { run }) => requireRun(database, run),
	}),
	operation({
		...read,
		id: "listChanges",
		path: "/runs/{run}/changes",
		summary: "What a run plans to change or has changed, by folder and path",
		params: runParams,
		query: pageQuery.extend({
			action: action.unwrap().unwrap().optional(),
			search: search.describe("Part of the path or EO ID."),
			folder: folder.describe("Only in this folder and below it."),
			other: other.describe("Number of another run, to compare with."),
			side: side.describe("`only`: what the other run does not have, by action and path; `both`: what both have."),
			begin: begin.describe("Only datasets whose time touches what begins here."),
			end: end.describe("Only datasets whose time touches what ends here."),
		}),
		response: pageOf(schemas.listedChange),
		problems: ["not-found"],
		async handle({ database }, { run, action: only, after, ...query }) {
			// One that came to the plan of a held run keeps none of its own.
			const { sameAs } = await requireRun(database, run);
			const planned = sameAs ?? run;
			const changes = await listChanges(database, planned, { ...query, action: only ?? null, after: after ?? null });
			const page = await withSameContents(database, planned, changes);
			const rows = page.rows.map((row) => ({ ...row, sameContent: [...row.sameContent] }));
			return { ...page, rows, total: page.total < 0 ? null : page.total };
		},
	}),
	operation({
		...read,
		id: "getFolder",
		path: "/runs/{run}/folder",
		summary: "A folder of a run's changes with sums over all below it, and the folders directly below it with theirs",
		params: runParams,
		query: z.strictObject({
			folder: folderQuery.shape.folder.describe("From the storage's root; nothing: the root."),
			action: action.unwrap().unwrap().optional(),
			search: search.describe("Part of the path or EO ID."),
			begin: begin.describe("Only datasets whose time touches what begins here."),
			end: end.describe("Only datasets whose time touches what ends here."),
		}),
		response: schemas.folder,
		problems: ["not-found"],
		async handle({ database }, { run, folder, action: only, ...filter }) {
			const { sameAs } = await requireRun(database, run);
			return folderOfRun(database, sameAs ?? run, folder, { ...filter, action: only ?? null });
		},
	}),
	operation({
		...read,
		id: "listProblems",
		path: "/runs/{run}/problems",
		summary: "What a run could not examine, in the order it was found",
		params: runParams,
		query: pageQuery,
		response: pageOf(schemas.problem),
		problems: ["not-found"],
		async handle({ database }, { run, ...query }) {
			await requireRun(database, run);
			return listProblems(database, run, query);
		},
	}),
	operation({
		...read,
		id: "listNotes",
		path: "/runs/{run}/notes",
		summary: "What is no failure of a run: patterns that match nothing, names that no source needs; the first thousand",
		params: runParams,
		query: pageQuery,
		response: pageOf(schemas.problem),
		problems: ["not-found"],
		async handle({ database }, { run, ...query }) {
			await requireRun(database, run);
			return listProblems(database, run, { ...query, notes: true });
		},
	}),
];
