import { z } from "zod";
import type { DeletedContainer } from "#lib/catalog/containers/deleted-containers.ts";
import type { SuspectView, WaitingView } from "#lib/catalog/containers/open-files.ts";
import { stacAccesses } from "#lib/catalog/inputs.ts";
import type { RejectionView } from "#lib/catalog/read-models/change-view.ts";
import { containerStates } from "#lib/catalog/read-models/container-view.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import { dataTypes } from "#lib/metadata/metadata.ts";
import { storageTypes } from "#lib/storage/storage.ts";
import { run } from "./run-schemas.ts";
import { footprint, instant, nullable, runNumber } from "./schema-parts.ts";

/** What the API returns about containers, their datasets and storages. */

const schedule = z.object({
	cron: z.string().describe("Five fields: minute hour day month weekday."),
	zone: z.string().describe("IANA time zone."),
	kind: z.enum(["sync", "check", "full"]).describe("`full`: a sync that reads every file again."),
	verify: nullable(z.string()).describe(
		"So many datasets are read again each time, the longest unread first: a count, `%` or `‰`; null: none.",
	),
	jitter: z.int().describe("Minutes."),
});

export const container = z
	.object({
		id: z.string().describe("EO ID."),
		kind: z.enum(["dataset-series", "rectified-stitched-mosaic"]),
		title: z.string(),
		state: z.enum(containerStates),
		stateReason: z.string().describe("In words."),
		datasets: z.int().min(0),
		rejected: z.int().min(0).describe("Files that are standing rejected."),
		ignored: z.int().min(0).describe("Those of them that an operator ignores until they change."),
		waiting: z.int().min(0).describe("Files that wait until they are stable."),
		suspect: z.int().min(0).describe("Datasets whose file was not listed, while their removal ripens."),
		exceptions: z.int().min(0).describe("Changes that are kept out of its plans."),
		differences: z
			.int()
			.min(0)
			.describe(
				"Files that the archive is known to have otherwise than the catalogue; rejected files are not among them.",
			),
		asOf: nullable(instant).describe("The start of the last run that looked at everything; null: none did."),
		verifiedAt: nullable(instant).describe(
			"When the files of its datasets were read last, of that one whose reading is longest ago; null: not known.",
		),
		storages: z.array(z.string()).describe("The names of its storages."),
		unreachable: z
			.array(z.object({ storage: z.string(), since: instant, reason: z.string() }))
			.describe("Its storages that could not be reached when they were tried last."),
		paused: nullable(z.object({ storage: z.string(), until: instant, reason: z.enum(["paused", "hours"]) })).describe(
			"Its runs wait for a storage that is paused or outside its hours.",
		),
		causes: z.array(z.string()).describe("Keys of the causes that it fails by (`/problems`)."),
		begin: nullable(instant),
		end: nullable(instant),
		schedule: nullable(schedule).describe("null: by hand."),
		nextRun: nullable(instant),
		lastRun: nullable(run),
	})
	.describe("A dataset series or rectified stitched mosaic.");

export const deletionEffect = z
	.object({
		datasets: z.int().min(0),
		onlyHere: z.int().min(0).describe("Those that no other container has: they are archived."),
		rejectedElsewhere: z
			.int()
			.min(0)
			.describe("Those of them that a source of another container finds as well, and rejects."),
		sentence: z.string().describe("The same in words."),
	})
	.describe("What deleting a container would do to its datasets.");

export const deletedContainer = z
	.object({
		id: z.string().describe("The EO ID that it had."),
		title: z.string(),
		deletedAt: instant,
		deletedBy: z.string(),
		until: instant.describe("It can be restored until then."),
		datasets: z.int().min(0).describe("What it had."),
		run: runNumber.describe("The run that deleted it."),
	})
	.describe("A container that was deleted and can be restored.") satisfies z.ZodType<DeletedContainer>;

const source = z.object({
	storage: z.string(),
	path: z.string(),
	include: z.array(z.string()),
	exclude: z.array(z.string()),
	metadata: z.array(z.string()),
	metadataStorage: nullable(z.string()),
	metadataPath: z.string(),
	datasets: z.int().min(0).describe("Datasets that it brought in."),
	unmatched: z
		.array(z.string())
		.describe("A sentence for each of its patterns that the last look found no data file for."),
});

const grid = z.object({
	crs: z.string(),
	origin: z.tuple([z.number(), z.number()]),
	resolution: z.tuple([z.number(), z.number()]),
	size: z.tuple([z.int(), z.int()]),
});

const guardLimit = nullable(z.string()).optional();
const guardRules = z.object({
	maxRemovals: guardLimit,
	maxUpdates: guardLimit,
	maxRejections: guardLimit,
	emptied: z.enum(["hold", "allow"]).optional(),
});

export const containerDetail = container
	.extend({
		footprint: nullable(footprint),
		rangeType: nullable(z.string()),
		grid: nullable(grid).describe("Of a mosaic, as it is configured."),
		mosaicGrid: nullable(grid).describe("Of a mosaic, as it is in force."),
		maxRemovals: z.string().describe("A share or a count: a run that would remove more is held. See `guard`."),
		guard: guardRules.describe(
			"What is stated of the guard: counts, shares or null (no limit); what is left out has its default.",
		),
		removals: z
			.object({ looks: z.int().min(1), after: z.string().describe("A duration such as 24h.") })
			.describe("How many complete listings must lack a file, and for how long, before its dataset is removed."),
		retentionDays: z.int(),
		publish: z.object({ stac: z.enum(stacAccesses) }).describe("Who may read it by the STAC API."),
		publication: z
			.object({
				items: z.int().min(0).describe("Datasets that are served."),
				filling: nullable(
					z.object({ done: z.int().min(0), total: nullable(z.int()), since: instant, error: nullable(z.string()) }),
				).describe("All of it is being compared, because it was published, or is no longer, or something failed."),
				lastChange: nullable(z.object({ seq: z.int(), at: instant })).describe("The last entry of the log about it."),
			})
			.describe("How far that is done."),
		sources: z.array(source),
		formerIds: z
			.array(
				z.object({
					id: z.string().describe("EO ID."),
					since: instant,
					how: z.enum(["renamed", "merged"]).describe("`merged`: it was a container of its own before."),
				}),
			)
			.describe(
				"EO IDs that it had: they mean it wherever they are used. Calls that name one say so in the header `Eosync-Renamed`.",
			),
		plan: nullable(run).describe("The run whose plan waits to be applied or approved."),
	})
	.describe("A container with its sources.");

const bandNodata = nullable(z.union([z.number(), z.string()]));

export const dataset = z
	.object({
		id: z.string().describe("EO ID."),
		version: nullable(z.int()).describe("Of what is said of it here: another one whenever that changes."),
		kind: z.enum(["rectified", "referenceable"]),
		storage: z.string(),
		path: z.string(),
		metadataPaths: z.array(z.string()),
		memberPaths: z.array(z.string()).describe("Of a product: its further files."),
		begin: instant,
		end: instant,
		lastRead: instant.describe("When its files were read last."),
		footprint,
		crs: z.string(),
		size: z.tuple([z.int(), z.int()]).describe("Pixels: x, y."),
		extent: nullable(z.tuple([z.number(), z.number(), z.number(), z.number()])),
		rangeType: z.string(),
		bands: z.array(z.object({ name: z.string(), dataType: z.enum(dataTypes), nodata: bandNodata })),
		properties: z.record(z.string(), z.union([z.string(), z.number()])),
	})
	.describe("One dataset of the catalogue.") satisfies z.ZodType<DatasetView>;

export const rejection = z
	.object({
		path: z.string(),
		storage: z.string(),
		code: z.string(),
		reason: z.string(),
		run: runNumber,
		since: instant,
		ignored: nullable(z.object({ note: z.string(), by: z.string(), at: instant })).describe(
			"Who ignores it until it changes, and why.",
		),
	})
	.describe("A file that could not become a dataset.") satisfies z.ZodType<RejectionView>;

export const suspect = z
	.object({
		path: z.string(),
		storage: z.string(),
		dataset: z.string().describe("EO ID."),
		since: instant.describe("Since when its file has been missing."),
		looks: z.int().min(1).describe("Complete listings that lacked it."),
	})
	.describe("A dataset whose file was not listed, while its removal ripens.") satisfies z.ZodType<SuspectView>;

export const waiting = z
	.object({
		path: z.string(),
		storage: z.string(),
		since: instant.describe("Since when it has looked as it does."),
		stableFor: z.int().min(0).describe("Seconds for which it must stay so."),
	})
	.describe("A file that waits until it is stable.") satisfies z.ZodType<WaitingView>;

export const storage = z
	.object({
		name: z.string(),
		type: z.enum(storageTypes),
		address: z.string().describe("Where it is, without anything secret."),
		containers: z.array(z.string()).describe("EO IDs of the containers that use it."),
		states: z.record(z.string(), z.int()).describe("How many of them are in each state."),
		listedAt: nullable(instant).describe("When one of them was looked at completely last."),
		unreachable: nullable(z.object({ since: instant, reason: z.string() })).describe(
			"It does not answer; null: it does.",
		),
		probe: nullable(
			z.object({
				at: instant,
				reached: z.boolean(),
				milliseconds: z.int().describe("Of the last answer."),
				refused: z.boolean().describe("Its log-in was refused: it is not asked again by itself."),
			}),
		).describe("When it was last asked whether it answers; null: not yet."),
		pause: nullable(z.object({ until: instant, by: z.string(), note: z.string() })).describe("null: nobody paused it."),
		closed: nullable(z.object({ until: instant, reason: z.enum(["paused", "hours"]) })).describe(
			"It is not used now, for the pause or its hours.",
		),
		createdAt: instant,
	})
	.describe("Where files are.");
