import { z } from "zod";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import {
	differenceClasses,
	pushHolds,
	pushKinds,
	pushStates,
	targetObjectKinds,
	targetTypes,
} from "#lib/catalog/targets/target-records.ts";
import { targetStates } from "#lib/catalog/targets/target-views.ts";
import { instant, nullable } from "./schema-parts.ts";

/** What the REST API says of targets: catalogues of others that are kept in step with this one. */

const count = z.int().min(0);
export const pushNumber = z.int().positive().describe("Number of a push, check or adoption.");

export const push = z
	.object({
		id: pushNumber,
		kind: z.enum(pushKinds),
		state: z.enum(pushStates),
		hold: nullable(z.enum(pushHolds)).describe(
			"What a person is or was asked: whether so much may be removed, or whose the objects are that the target has already. null: nothing.",
		),
		requestedBy: nullable(z.string()).describe("null: it followed a change by itself."),
		reason: nullable(z.string()).describe("Why it is held, or was cancelled."),
		approvedBy: nullable(z.string()),
		approvalReason: nullable(z.string()),
		overwrite: z.boolean().describe("Changes that others made in the target are written over."),
		counts: z
			.partialRecord(z.enum(differenceClasses), count)
			.describe("How many objects of each class it found, or what it did; classes without any are left out."),
		progress: nullable(z.object({ done: count, total: nullable(count) })),
		error: nullable(z.string()),
		isCancelling: z.boolean(),
		createdAt: instant,
		startedAt: nullable(instant),
		finishedAt: nullable(instant),
	})
	.describe("A push to a target, a check or an adoption.");

const configured = targetInput.shape;

export const target = z
	.object({
		id: z.int().positive(),
		name: z.string(),
		type: z.enum(targetTypes),
		url: z.string().describe("Without its password."),
		hasPassword: z.boolean(),
		rangeTypes: z.record(z.string(), z.string()).describe(configured.rangeTypes.description ?? ""),
		storages: z.record(z.string(), z.string()).describe(configured.storages.description ?? ""),
		containers: nullable(z.array(z.string())).describe("EO IDs; null: all, also those to come."),
		visible: z.object({
			wcs: z.array(z.enum(["coverages", "mosaics"])),
			wms: z.enum(["collections", "none"]),
			os: z.enum(["collections", "none"]),
		}),
		as: z.enum(["coverage", "product"]),
		schedule: nullable(z.string())
			.optional()
			.describe(configured.schedule.description ?? ""),
		version: z.string().describe("Hand it back with an edit, so that it does not overwrite another one."),
		state: z.enum(targetStates),
		lag: z.object({ changes: count, seconds: z.number().min(0) }).describe("What is not pushed yet."),
		isDue: z.boolean().describe("Some of it does not wait for a person's decision about a push."),
		comparesAll: z.boolean().describe("Everything is to be compared with the next push."),
		pause: nullable(
			z.object({
				until: nullable(instant).describe("null: until it is resumed."),
				at: nullable(instant),
				by: z.string(),
				note: z.string(),
			}),
		),
		pushedAt: nullable(instant),
		failingSince: nullable(instant),
		failures: count,
		error: nullable(z.string()).describe("Of the last attempt; null: it did not fail."),
		retryAt: nullable(instant),
		current: nullable(push).describe("What waits for a worker or is at work; else what is held."),
		heldPush: nullable(push).describe(
			"What waits for a person's decision, while all else goes on; of several the oldest.",
		),
		heldPushes: z.array(push).describe("All that wait for one, the oldest first, at most 20."),
		lastCheck: nullable(push).describe("The last check or adoption that came to its end."),
	})
	.describe("Another catalogue that is kept in step with this one.");

const value = z.unknown();
export const difference = z.object({
	number: z.int().min(0),
	class: z.enum(differenceClasses).exclude(["same"]),
	kind: z.enum(targetObjectKinds),
	identifier: z.string().describe("Its name in the target, or what it would be."),
	eoId: nullable(z.string()).describe("Its name in this catalogue; null: nothing here is like it."),
	dataset: nullable(z.int()),
	container: nullable(z.string()).describe("EO ID."),
	fields: z
		.array(z.object({ field: z.string(), before: value, after: value }))
		.describe("`before` as the target has it, `after` as the catalogue has it."),
	message: nullable(z.string()),
});

export const differenceCounts = z.object({
	classes: z.partialRecord(z.enum(differenceClasses).exclude(["same"]), count),
	kinds: z.partialRecord(z.enum(targetObjectKinds), count),
	containers: z.array(z.object({ container: z.string(), count })).describe("Those with most, at most 200."),
});

export const foreignContainer = z.object({
	id: z.string().describe("An EO ID: of the series or mosaic in the target, else of the folder."),
	kind: z.enum(["dataset-series", "rectified-stitched-mosaic"]),
	title: z.string(),
	source: z.object({
		storage: z.string(),
		path: z.string(),
		include: z.array(z.string()),
		metadata: z.array(z.string()),
	}),
	coverages: count.describe("Foreign coverages whose files it would match."),
	folders: count,
	others: count.describe("Coverages of other series and mosaics of the target that it would match as well."),
});

export const test = z.object({
	ok: z.boolean(),
	message: z.string().describe("What was reached, or what went wrong and what to do."),
	notes: z.array(z.string()),
	milliseconds: z.number().min(0),
	rangeTypes: z.array(z.string()).describe("Names of those that the target has, at most 500."),
	storages: z.array(z.string()).describe("Places of the target's storages, at most 500."),
});
