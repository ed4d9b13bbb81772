import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { instant, nullable, pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import {
	coverageFilesQuery,
	coverageFoldersBelow,
	listCoverageFiles,
	storableFolder,
} from "#lib/catalog/coverage/coverage.ts";
import { type ClassTotal, coverageClasses } from "#lib/catalog/coverage/coverage-classes.ts";
import { cancelLook, requestLook } from "#lib/catalog/coverage/looks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import {
	duplicatesQuery,
	duplicatesView,
	listContentGroups,
	listSceneGroups,
} from "#lib/catalog/duplicates/duplicates.ts";
import { cancelSearch, requestSearch } from "#lib/catalog/duplicates/searches.ts";
import { coverageOf } from "#lib/jobs/coverage/coverage-of.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** What lies in storages and is in no container, and duplicates. */

const none = z.strictObject({});
const params = z.strictObject({ storage: z.string().min(1).max(300).describe("Name of the storage.") });
const read = { method: "GET", permission: "catalogue.read", status: 200, body: null, tag: "Storages" } as const;
const change = { method: "POST", tag: "Storages", query: none, status: 202 } as const;
const count = z.int().min(0);

const classTotal = z.object({ class: z.enum(coverageClasses), files: count, bytes: count });
const totals = z
	.array(classTotal)
	.describe("Each entry is in exactly one class; classes without entries are left out.");
const state = z.enum(["idle", "queued", "running"]);
const outcome = nullable(z.enum(["complete", "partial", "cancelled", "failed"])).describe(
	"null: it never came to an end.",
);

const coverage = z
	.object({
		storage: z.string(),
		state,
		outcome,
		message: nullable(z.string()).describe("Why it failed."),
		requestedBy: nullable(z.string()),
		requestedAt: nullable(instant),
		startedAt: nullable(instant),
		endedAt: nullable(instant),
		completedAt: nullable(instant).describe("When all of it was looked at last."),
		waitsUntil: nullable(instant).describe("The storage must not be used before then."),
		cancelling: z.boolean(),
		folders: count,
		entries: count,
		notLookedAt: count.describe("Folders, each with all below it, where the next look goes on."),
		problems: count.describe("Folders that could not be listed."),
		rulesChanged: z.boolean().describe("Sources of the storage have changed since."),
		nextAt: nullable(instant).describe("When a worker looks by itself."),
		totals,
	})
	.describe("What lies in a storage.");

const folder = z.object({
	path: z.string(),
	name: z.string(),
	at: nullable(instant),
	taken: z.boolean().describe("The last listing of a source was taken."),
	waits: z.boolean().describe("It is still to be looked at."),
	problem: nullable(z.string()),
	isLeaf: z.boolean(),
	totals,
});

const file = z.object({
	path: z.string(),
	class: z.enum(coverageClasses),
	size: count,
	containers: z.array(z.string()).describe("EO IDs of the containers whose sources match or exclude it."),
	pattern: nullable(z.string()).describe("The one that excludes it."),
});

const duplicates = z
	.object({
		state,
		outcome,
		phase: nullable(z.enum(["collecting", "ends", "contents", "scenes"])),
		requestedBy: nullable(z.string()),
		requestedAt: nullable(instant),
		startedAt: nullable(instant),
		endedAt: nullable(instant),
		completedAt: nullable(instant),
		budgetBytes: count,
		usedBytes: count,
		filesRead: count,
		message: nullable(z.string()),
		cancelling: z.boolean(),
		groups: count.describe("Contents with several names."),
		wasted: count.describe("Bytes of all copies but one."),
		scenes: count,
		candidates: count,
		unread: count.describe("Files that could not be read."),
		unreadExamples: z.array(z.string()).describe("The first of those, each with the reason."),
	})
	.describe("Duplicates: the same content under several names, the same scene under several EO IDs.");

const contentGroup = z.object({
	checksum: z.string(),
	size: count,
	names: count,
	copies: count.describe("Hard links are one copy."),
	wasted: count,
	files: z.array(
		z.object({ storage: z.string(), path: z.string(), dataset: nullable(z.string()), link: nullable(z.string()) }),
	),
});

const sceneGroup = z.object({
	scene: z.int(),
	reason: z.enum(["source-id", "acquisition"]),
	names: count,
	wasted: count,
	datasets: z.array(
		z.object({
			id: z.int(),
			dataset: z.string().describe("EO ID."),
			storage: z.string(),
			path: z.string(),
			begin: instant,
			bytes: count,
		}),
	),
});

/** @throws ApiProblem `not-found` */
export async function requireStorage({ sql }: Pick<Database, "sql">, name: string): Promise<void> {
	const [found] = await sql`select from storages where name = ${name}`;
	if (!found) throw new ApiProblem("not-found", `There is no storage ${name}.`);
}

async function readCoverage(database: Database, storage: string) {
	await requireStorage(database, storage);
	const view = await coverageOf(database, storage);
	return { ...view, totals: copied(view.totals) };
}

const copied = (all: readonly ClassTotal[]) => all.map((one) => ({ ...one }));

export const coverageOperations = [
	operation({
		...read,
		id: "getCoverage",
		path: "/storages/{storage}/coverage",
		summary: "What lies in a storage, by class, and how far the look at it has come",
		params,
		query: none,
		response: coverage,
		problems: ["not-found"],
		handle: ({ database }, { storage }) => readCoverage(database, storage),
	}),
	operation({
		...read,
		id: "listCoverageFolders",
		path: "/storages/{storage}/coverage/folders",
		summary: "The folders directly below one, with the sums over all below each",
		params,
		query: pageQuery.extend({ parent: storableFolder.describe("Empty: the root.") }),
		response: pageOf(folder),
		problems: ["not-found"],
		async handle({ database }, { storage, parent, after = null, limit }) {
			await requireStorage(database, storage);
			const page = await coverageFoldersBelow(database, storage, { parent, after, limit });
			return { ...page, rows: page.rows.map((row) => ({ ...row, totals: copied(row.totals) })) };
		},
	}),
	operation({
		...read,
		id: "listCoverageFiles",
		path: "/storages/{storage}/coverage/files",
		summary: "The entries that are not simply registered or part of what is, by folder and name",
		params,
		query: pageQuery.extend(coverageFilesQuery.shape),
		response: pageOf(file),
		problems: ["not-found"],
		async handle({ database }, { storage, after = null, ...query }) {
			await requireStorage(database, storage);
			const page = await listCoverageFiles(database, storage, { ...query, after });
			return { ...page, rows: page.rows.map((row) => ({ ...row, containers: [...row.containers] })) };
		},
	}),
	operation({
		...change,
		id: "lookAtStorage",
		path: "/storages/{storage}/coverage",
		summary: "Look at what lies in a storage; a look that stopped goes on. Nothing of any container changes",
		permission: "storages.look",
		params,
		body: z.strictObject({
			anew: z.boolean().default(false).describe("Begin at the root."),
			listAll: z.boolean().default(false).describe("List every folder, whatever the last syncs saw."),
			seconds: z.int().min(1).max(1_000_000).optional(),
			entries: z.int().min(1).max(1_000_000_000).optional(),
		}),
		example: { anew: true },
		response: coverage,
		problems: ["not-found"],
		async handle(context, { storage, anew, listAll, seconds, entries }) {
			const { database } = context;
			await requireStorage(database, storage);
			const budget = {
				...(seconds === undefined ? {} : { seconds }),
				...(entries === undefined ? {} : { entries }),
			};
			await requestLook(database, storage, { by: actorOf(context), anew, listAll, budget });
			return readCoverage(database, storage);
		},
	}),
	operation({
		...change,
		id: "cancelLook",
		path: "/storages/{storage}/coverage/cancel",
		summary: "Stop looking; what was found stays, and the next look goes on there",
		permission: "storages.cancel-look",
		params,
		body: null,
		response: coverage,
		problems: ["not-found"],
		async handle({ database }, { storage }) {
			await requireStorage(database, storage);
			await cancelLook(database, storage);
			return readCoverage(database, storage);
		},
	}),
	operation({
		...read,
		id: "getDuplicates",
		path: "/duplicates",
		summary: "How many duplicates there are, and how far the search has come",
		params: none,
		query: none,
		response: duplicates,
		problems: [],
		handle: ({ database }) => duplicatesView(database),
	}),
	operation({
		...read,
		id: "listDuplicates",
		path: "/duplicates/groups",
		summary: "The same content under several names, or the same scene under several EO IDs; what wastes most first",
		params: none,
		query: pageQuery.extend(duplicatesQuery.shape),
		response: pageOf(z.union([contentGroup, sceneGroup])),
		problems: [],
		async handle({ database }, { kind, after = null, limit }) {
			if (kind === "content") {
				const page = await listContentGroups(database, { after, limit });
				return { ...page, rows: page.rows.map((row) => ({ ...row, files: [...row.files] })) };
			}
			const page = await listSceneGroups(database, { after, limit });
			return { ...page, rows: page.rows.map((row) => ({ ...row, datasets: [...row.datasets] })) };
		},
	}),
	operation({
		...change,
		id: "searchDuplicates",
		path: "/duplicates",
		summary: "Search for duplicates; a search whose budget was used up goes on. Nothing is deleted",
		permission: "duplicates.search",
		params: none,
		body: z.strictObject({ budgetBytes: z.int().min(1).max(1e15).optional().describe("Bytes that it may read.") }),
		example: { budgetBytes: 10_000_000_000 },
		response: duplicates,
		problems: [],
		async handle(context, { budgetBytes }) {
			await requestSearch(context.database, { by: actorOf(context), budgetBytes });
			return duplicatesView(context.database);
		},
	}),
	operation({
		...change,
		id: "cancelSearch",
		path: "/duplicates/cancel",
		summary: "Stop the search; what was read stays known",
		permission: "duplicates.cancel",
		params: none,
		body: null,
		response: duplicates,
		problems: [],
		async handle({ database }) {
			await cancelSearch(database);
			return duplicatesView(database);
		},
	}),
];
