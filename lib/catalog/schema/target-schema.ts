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
 * Targets: catalogues of other systems that are kept in step with this one, and which of their objects eosync wrote. Triggers (migration
 * `targets`) note which datasets and containers changed (docs/decisions/targets.md). The target itself holds none of this.
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
		/** The newest note at the time a push was held for an adoption: no push begins by itself before there is a newer one. */
		heldNote: reference().notNull().default(0),
		/**
		 * When it was settled whose the objects are that the target had already: an operator adopted them, or said that they are others', or there
		 * were none; null: not yet.
		 */
		takenOverAt: instant(),
		takenOverBy: text(),
		/** When all of it was last to be compared, object by object. */
		verifiedAt: instant(),
		/** The trouble that was reported last; null: none, or its end was reported. */
		told: text().$type<"failed" | "held">(),
		toldAt: instant(),
		createdAt: instant().notNull().defaultNow(),
		updatedAt: instant().notNull().defaultNow(),
	},
	(table) => [check("targets_name_not_empty", sql`${table.name} <> ''`)],
);

/** The containers that a target gets if it does not get all. By number, so that a renamed one stays. */
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
 * What is still to be compared with a target, and pushed where it differs: datasets, at most 5,000 per row, or a container itself. When all is done
 * a push deletes the rows that it read, by their ids: so it misses nothing that others commit meanwhile, in whatever order.
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
		/** The push about which a person has to decide first, as it would remove too much; null: none. */
		heldPush: reference(),
		at: instant().notNull().defaultNow(),
	},
	(table) => [index("target_notes_target").on(table.targetId, table.id)],
);

/** The objects of a target that eosync wrote or adopted. Objects without a row here are foreign, and never touched. */
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
		/** Which one it is, of a dataset that is several objects in the target; else `""`. */
		part: text().notNull().default(""),
		/** Its name in the target. */
		identifier: text().notNull(),
		/** Its number in the target; null: it could not be written yet, `message` says why. */
		targetPk: bigint({ mode: "number" }),
		/** Its row, field by field, as eosync wrote it last, or as it was when it was adopted. */
		written: jsonb().$type<WrittenFields>(),
		/**
		 * What a push is about to write, `{ removed: true }` before it removes the object; null: none is at work. If a push is killed, an object that is
		 * as intended is known to be ours.
		 */
		intended: jsonb().$type<WrittenFields>(),
		/** Of an adopted object: what the catalogue said at the adoption in the fields where the target said something else. */
		desired: jsonb().$type<WrittenFields>(),
		/** Those of these fields that stay as they are until a person accepts what the catalogue says. */
		differing: text().array().notNull().default(sql`'{}'`),
		adopted: boolean().notNull().default(false),
		/** Of a series: its members or their metadata changed since its summary was written. */
		summaryDue: boolean().notNull().default(false),
		state: targetObjectState().notNull().default("same"),
		/** Why it is a conflict, or what others changed. */
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

/** Pushes, checks and adoptions, with their results. */
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
		/** What a person is asked while it is held; null: it was never held. */
		hold: targetHold(),
		/** Why it is held, or was cancelled. */
		reason: text(),
		approvedBy: text(),
		approvalReason: text(),
		/** Overwrites changes that others made in the target. */
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

/** What a check found, or what a push did, would do, or could not do: one row per object. */
export const targetDifferences = pgTable(
	"target_differences",
	{
		pushId: reference()
			.notNull()
			.references(() => targetPushes.id, { onDelete: "cascade" }),
		number: integer().notNull(),
		class: targetDifferenceClass().$type<DifferenceClass>().notNull(),
		kind: targetObjectKind().notNull(),
		/** Its name in the target, or what it would be. */
		identifier: text().notNull(),
		/** Its name in this catalogue; null: nothing here is like it. */
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
