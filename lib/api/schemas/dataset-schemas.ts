import { z } from "zod";
import { changeActions, exceptionEnds } from "#lib/catalog/inputs.ts";
import { type DatasetDetail, datasetStandings } from "#lib/catalog/lives/dataset-detail.ts";
import type { LifeEvent } from "#lib/catalog/lives/dataset-life.ts";
import type { FoundDataset } from "#lib/catalog/lives/dataset-search.ts";
import { runKinds, runStates, runTriggers } from "#lib/catalog/read-models/run-view.ts";
import { dataset } from "./catalogue-schemas.ts";
import { change } from "./run-schemas.ts";
import { instant, nullable, runNumber } from "./schema-parts.ts";

/** What the API returns about single datasets, also those that are gone. */

const number = z
	.int()
	.positive()
	.describe("Number of the dataset; it stays when its file moves or gets another EO ID.");
const standing = z
	.enum(datasetStandings)
	.describe("`archived`: it was removed and can be restored; `forgotten`: one line of its life is kept.");
const eoId = z.string().describe("EO ID.");

const mark = z.object({
	at: instant,
	run: nullable(runNumber),
	by: nullable(z.string()).describe("Who asked for the run; null: not known."),
	trigger: nullable(z.enum(runTriggers)),
	container: nullable(eoId),
});

export const datasetDetail = z
	.object({
		dataset: number,
		id: eoId,
		standing,
		storage: z.string(),
		path: z.string(),
		added: mark,
		removed: nullable(mark).describe("null: it is registered."),
		state: nullable(dataset).describe("As it is, or was last; null: forgotten."),
		files: z
			.array(
				z.object({
					name: z.string().describe("Relative to the data file's folder."),
					role: z.enum(["data", "metadata", "conf", "other", "member"]),
					size: z.int().min(0).describe("Bytes."),
					modifiedAt: nullable(instant),
					etag: nullable(z.string()),
					inode: nullable(z.string()),
					checksum: nullable(z.string()).describe("SHA-256."),
				}),
			)
			.describe("As they were when they were read; the data file first."),
		containers: z.array(
			z.object({
				id: eoId,
				title: z.string(),
				source: nullable(z.string()).describe("`storage:path`; null: linked by hand."),
				isHome: z.boolean().describe("Its rules read the dataset."),
				rejected: nullable(z.object({ code: z.string(), reason: z.string(), since: instant })).describe(
					"Why its file, as it is now, cannot be read.",
				),
				missingSince: nullable(instant),
			}),
		),
		planned: z
			.array(z.object({ run: runNumber, container: eoId, action: z.enum(changeActions), state: z.enum(runStates) }))
			.describe("What plans that wait would do to it."),
		exceptions: z
			.array(
				z.object({
					id: z.int().positive(),
					container: eoId,
					action: z.enum(changeActions),
					until: z.enum(exceptionEnds),
					note: z.string(),
					by: z.string(),
					at: instant,
					run: runNumber,
				}),
			)
			.describe("What operators keep out of plans of it or its file."),
		formerIds: z
			.array(z.object({ id: eoId, until: instant, run: nullable(runNumber).describe("That gave it another one.") }))
			.describe("EO IDs that it had, the last first."),
		namesakes: z
			.array(z.object({ dataset: number, standing, path: z.string() }))
			.describe("Others that have or had its EO ID."),
	})
	.describe("A dataset, also one that is gone.") satisfies z.ZodType<DatasetDetail>;

export const lifeEvent = change
	.extend({
		run: runNumber,
		kind: z.enum(runKinds),
		container: eoId,
		at: instant,
		actor: z.string().describe("Who asked for the run."),
		trigger: z.enum(runTriggers),
		approval: nullable(z.object({ reason: z.string(), by: z.string() })),
		reverts: nullable(runNumber).describe("The run that this one took back."),
		restored: z.boolean().describe("Added, and had been there before."),
	})
	.describe("One thing that happened to a dataset.") satisfies z.ZodType<LifeEvent>;

export const foundDataset = z
	.object({
		dataset: number,
		id: eoId,
		formerId: nullable(eoId).describe("An EO ID that it had, if that has the text and the one of now does not."),
		standing,
		storage: z.string(),
		path: z.string(),
		containers: z.array(eoId).describe("The first three that it is in; of one that is gone: whose run removed it."),
		removed: nullable(z.object({ at: instant, run: nullable(runNumber), by: nullable(z.string()) })),
	})
	.describe("A dataset that a search found.") satisfies z.ZodType<FoundDataset>;

/** A row of the list of all datasets: as one that a text found, and all that the catalogue has of it. */
export const listedDataset = foundDataset
	.extend(dataset.partial().shape)
	.extend({
		id: eoId,
		storage: z.string(),
		path: z.string(),
		containers: z.array(eoId).describe("Those that it is in; of one that is gone: whose run removed it."),
		created: instant.optional(),
		updated: instant.optional(),
	})
	.describe("A dataset. What a text alone finds has only its places; all else is left out.");
