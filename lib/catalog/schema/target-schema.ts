import { sql } from "drizzle-orm";
import {
	bigint,
	boolean,
	check,
	index,
	integer,
	jsonb,
	pgEnum,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
} from "drizzle-orm/pg-core";
import {
	type DifferenceClass,
	differenceClasses,
	type FieldDifference,
	objectStates,
	type PushCounts,
	type PushProgress,
	pushHolds,
	pushKinds,
	pushStates,
	type TargetSettings,
	targetObjectKinds,
	targetTypes,
	type WrittenFields,
} from "#lib/catalog/targets/target-records.ts";
import { id, instant, reference } from "./columns.ts";
import { containers } from "./schema.ts";

/**
 * Other catalogues that are kept in step with this one, and what of them is ours. Triggers (migration `targets`) note which datasets and
 * containers of a target changed, whoever changes them (docs/decisions/targets.md). Nothing of this stands in the target itself.
 */

export const targetType = pgEnum("target_type", targetTypes);
export const targetObjectKind = pgEnum("target_object_kind", targetObjectKinds);
export const targetObjectState = pgEnum("target_object_state", objectStates);
export const targetPushKind = pgEnum("target_push_kind", pushKinds);
export const targetPushState = pgEnum("target_push_state", pushStates);
export const targetHold = pgEnum("target_hold", pushHolds);
export const targetDifferenceClass = pgEnum("target_difference_class", differenceClasses);

export const targets = pgTable(
	"targets",
	{
		id: id(),
		name: text().notNull().unique(),
		type: targetType().notNull(),
		/** Without its password. */
		url: text().notNull(),
		/** The password of the address, sealed; null: it has none. */
		sealed: text(),
		settings: jsonb().$type<TargetSettings>().notNull(),
		/** All containers, also those to come; else those of `target_containers`. */
		allContainers: boolean().notNull().default(true),
		/** Everything is to be compared: the next push notes it all first, under the catalogue's lock, as it may have missed something. */
		compareAll: boolean().notNull().default(true),
		/** The keys that the configuration file applied last had for it; null: no file has named it yet. */
		fileKeys: text().array(),
		/** Since when nothing is pushed to it by itself; null: it is not paused. */
		pausedAt: instant(),
		/** When that ends by itself; null: never. */
		pausedUntil: instant(),
		pausedBy: text(),
		pauseNote: text(),
		/** When a push last came to its end without an error. */
		pushedAt: instant(),
		/** Since when each attempt failed; null: the last one did not. */
		failingSince: instant(),
		lastError: text(),
		lastErrorAt: instant(),
		/** Attempts that failed in a row, and when the next one is due. */
		failures: integer().notNull().default(0),
		retryAt: instant(),
		/** The last note that a push knew of that waits for an adoption: by itself it is not tried again before there is another. */
		heldNote: reference().notNull().default(0),
		/**
		 * When it was settled whose the objects in the target are: an operator adopted them, or said that those like ours are others', or there were
		 * none; null: not yet.
		 */
		takenOverAt: instant(),
		takenOverBy: text(),
		/** When all of it was last to be compared, object by object. */
		verifiedAt: instant(),
		/** The trouble that people were told of last; null: none, or that it is over. */
		told: text().$type<"failed" | "held">(),
		toldAt: instant(),
		createdAt: instant().notNull().defaultNow(),
		updatedAt: instant().notNull().defaultNow(),
	},
	(table) => [check("targets_name_not_empty", sql`${table.name} <> ''`)],
);

/** Of a target that does not get all containers: those it gets. By number, so that a renamed one stays. */
export const targetContainers = pgTable(
	"target_containers",
	{
		targetId: reference()
			.notNull()
			.references(() => targets.id, { onDelete: "cascade" }),
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
	},
	(table) => [
		primaryKey({ columns: [table.targetId, table.containerId] }),
		index("target_containers_container").on(table.containerId),
	],
);

/**
 * What is to be compared with a target, and pushed where it differs: datasets, at most 5,000 a row, or a container itself. A push deletes
 * the rows that it has seen, by their ids, when all of them are done: so nothing is missed that is committed meanwhile, in whatever order.
 */
export const targetNotes = pgTable(
	"target_notes",
	{
		id: id(),
		targetId: reference()
			.notNull()
			.references(() => targets.id, { onDelete: "cascade" }),
		datasets: bigint({ mode: "number" }).array().notNull().default(sql`'{}'`),
		/** The container that is to be compared itself; it may be gone. */
		containerId: reference(),
		/** It waits for a person's decision about this push, which would remove too much; null: it does not. */
		heldPush: reference(),
		at: instant().notNull().defaultNow(),
	},
	(table) => [index("target_notes_target").on(table.targetId, table.id)],
);

/** What there is ours: written by us, or adopted. What has no row here is foreign, and never touched. */
export const targetObjects = pgTable(
	"target_objects",
	{
		id: id(),
		targetId: reference()
			.notNull()
			.references(() => targets.id, { onDelete: "cascade" }),
		kind: targetObjectKind().notNull(),
		/** The dataset, or the container, that it stands for; either may be gone since. */
		datasetId: reference(),
		containerId: reference(),
		/** Of a dataset that is several objects there: which of them; `""` of others. */
		part: text().notNull().default(""),
		/** As it is called there. */
		identifier: text().notNull(),
		/** Its number there; null: it could not be written yet, `message` says why. */
		targetPk: bigint({ mode: "number" }),
		/** Their row, field by field, as we wrote it last, or as it was read when it was adopted. */
		written: jsonb().$type<WrittenFields>(),
		/**
		 * What a push is about to write there, `{ removed: true }` before it removes it; null: none is at work. A push that was killed is known by it:
		 * what is there as it was intended is ours.
		 */
		intended: jsonb().$type<WrittenFields>(),
		/** Of an adopted object: what the catalogue said then in the fields in which it was not just what was there. */
		desired: jsonb().$type<WrittenFields>(),
		/** Those of them that stay as they are there until a person accepts what the catalogue says. */
		differing: text().array().notNull().default(sql`'{}'`),
		adopted: boolean().notNull().default(false),
		/** Of a series: members of it, or what is known of them, changed there since its summary of them was written. */
		summaryDue: boolean().notNull().default(false),
		state: targetObjectState().notNull().default("same"),
		/** Why it is a conflict, or what was changed there. */
		message: text(),
		updatedAt: instant().notNull().defaultNow(),
	},
	(table) => [
		uniqueIndex("target_objects_dataset")
			.on(table.targetId, table.datasetId, table.kind, table.part)
			.where(sql`dataset_id is not null`),
		uniqueIndex("target_objects_container").on(table.targetId, table.containerId).where(sql`container_id is not null`),
		uniqueIndex("target_objects_pk").on(table.targetId, table.targetPk).where(sql`target_pk is not null`),
		index("target_objects_identifier").on(table.targetId, table.identifier),
		index("target_objects_dataset_only").on(table.datasetId).where(sql`dataset_id is not null`),
		index("target_objects_open").on(table.targetId, table.id).where(sql`state <> 'same'`),
		check("target_objects_of_one", sql`(${table.datasetId} is null) <> (${table.containerId} is null)`),
		check("target_objects_written", sql`(${table.targetPk} is null) = (${table.written} is null)`),
	],
);

/** Pushes, checks and adoptions, and what came of them. */
export const targetPushes = pgTable(
	"target_pushes",
	{
		id: id(),
		targetId: reference()
			.notNull()
			.references(() => targets.id, { onDelete: "cascade" }),
		kind: targetPushKind().notNull(),
		state: targetPushState().notNull().default("queued"),
		/** A user, a token, the console; null: it followed a change by itself. */
		requestedBy: text(),
		/** What a person is asked where it is held; null: it never was. */
		hold: targetHold(),
		/** Why it is held, or was cancelled. */
		reason: text(),
		approvedBy: text(),
		approvalReason: text(),
		/** Changes that were made there directly are overwritten. */
		overwrite: boolean().notNull().default(false),
		counts: jsonb().$type<PushCounts>(),
		progress: jsonb().$type<PushProgress>(),
		error: text(),
		cancelRequestedAt: instant(),
		/** The process that carries it out, and until when it counts as alive. */
		owner: text(),
		leaseUntil: instant(),
		createdAt: instant().notNull().defaultNow(),
		startedAt: instant(),
		finishedAt: instant(),
	},
	(table) => [
		index("target_pushes_target").on(table.targetId, table.id.desc()),
		uniqueIndex("target_pushes_one_at_work").on(table.targetId).where(sql`state = 'running'`),
	],
);

/** What a check found, or a push did, would do, or could not do: an object each. */
export const targetDifferences = pgTable(
	"target_differences",
	{
		pushId: reference()
			.notNull()
			.references(() => targetPushes.id, { onDelete: "cascade" }),
		number: integer().notNull(),
		class: targetDifferenceClass().$type<DifferenceClass>().notNull(),
		kind: targetObjectKind().notNull(),
		/** As it is called there, or would be. */
		identifier: text().notNull(),
		/** As it is called here; null: nothing here is like it. */
		eoId: text(),
		datasetId: reference(),
		containerId: reference(),
		targetPk: bigint({ mode: "number" }),
		fields: jsonb().$type<readonly FieldDifference[]>().notNull().default([]),
		message: text(),
	},
	(table) => [
		primaryKey({ columns: [table.pushId, table.number] }),
		index("target_differences_class").on(table.pushId, table.class, table.number),
	],
);
