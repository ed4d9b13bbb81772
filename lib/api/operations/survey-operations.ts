import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { nullable } from "#lib/api/schemas/schema-parts.ts";
import { storableFolder } from "#lib/catalog/coverage/coverage.ts";
import { StorageError } from "#lib/errors.ts";
import { requireStorage } from "./coverage-operations.ts";
import { operation } from "./operation.ts";

/** What lies in a folder of a storage before there is a container for it, and which containers could be made of it. */

const params = z.strictObject({ storage: z.string().min(1).max(300).describe("Name of the storage.") });
const path = storableFolder.describe("A folder below the storage's root; empty: the root.");
const count = z.int().min(0);
const read = {
	method: "GET",
	tag: "Storages",
	permission: "folders.read",
	params,
	body: null,
	status: 200,
	problems: ["not-found", "conflict"],
} as const;

const listing = z.object({
	path: z.string(),
	folders: z.array(z.string()).describe("Base names, at most 500."),
	total: count.describe("All that match."),
	files: count.describe("Files in the folder itself."),
});

const sample = z.object({
	path: z.string(),
	metadata: z.array(z.string()),
	size: count,
	format: nullable(z.string()),
	dataset: nullable(
		z.object({
			eoId: z.string(),
			begin: z.string(),
			end: z.string(),
			wholePeriod: nullable(z.enum(["day", "month", "year"])).describe(
				"A name gave a day, month or year alone, which ends with its last millisecond.",
			),
			isWholeDay: z.boolean().describe("The same of a day: `wholePeriod` says more."),
			place: z.tuple([z.number(), z.number(), z.number(), z.number()]).describe("West, south, east, north."),
			told: z.record(z.string(), z.string()).describe("What told each of them."),
		}),
	),
	rejection: nullable(z.object({ code: z.string(), reason: z.string() })),
});

const suggestion = z.object({
	title: z.string(),
	container: z.string().describe("An EO ID for it."),
	source: z.record(z.string(), z.unknown()).describe("A source as a configuration file has it."),
	reading: z.object({
		counts: z.record(z.string(), count),
		samples: z.array(sample).describe("Some of the files, read as a sync would read them."),
		cut: nullable(z.string()),
		problems: z.array(z.string()),
	}),
	message: z.string(),
	readers: z.array(z.string()),
	notes: z.array(z.string()),
});

const survey = z.object({
	storage: z.string(),
	path: z.string(),
	folders: count,
	files: count,
	bytes: count,
	leftOut: z.record(z.string(), count),
	kinds: z.array(z.object({ ending: z.string(), files: count, bytes: count, example: z.string() })),
	suggestions: z.array(suggestion),
	cut: nullable(z.string()).describe("Why not all of it was looked at; null: all was."),
	problems: z.array(z.string()),
	milliseconds: count,
});

/** That a folder cannot be listed is no fault of the program. */
function refuse(error: unknown): never {
	if (!(error instanceof StorageError)) throw error;
	throw new ApiProblem(error.code === "not-found" ? "not-found" : "conflict", error.message);
}

export const surveyOperations = [
	operation({
		...read,
		id: "listFolders",
		path: "/storages/{storage}/folders",
		summary: "The folders directly below one, listed now",
		query: z.strictObject({ path, search: storableFolder.describe("Only those with this text in their name.") }),
		response: listing,
		async handle({ database, surveys, signal }, { storage, ...place }) {
			await requireStorage(database, storage);
			const { listFolders } = await surveys();
			return listFolders(database, { storage, ...place }, { signal }).catch(refuse);
		},
	}),
	operation({
		...read,
		id: "surveyFolder",
		path: "/storages/{storage}/survey",
		summary:
			"What lies in a folder, and which containers could be made of it; takes half a minute at most. Nothing is kept",
		query: z.strictObject({ path }),
		response: survey,
		async handle({ database, surveys, signal }, { storage, ...place }) {
			await requireStorage(database, storage);
			const { surveyFolder } = await surveys();
			const { leftOut, suggestions, ...found } = await surveyFolder(database, { storage, ...place }, { signal }).catch(
				refuse,
			);
			return {
				...found,
				leftOut: { ...leftOut },
				suggestions: suggestions.map(({ source, reading, ...one }) => ({
					...one,
					source: { ...source },
					reading: { ...reading, counts: { ...reading.counts } },
				})),
			};
		},
	}),
];
