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
	uuid,
} from "drizzle-orm/pg-core";
import { box, instant, reference } from "./columns.ts";
import { containers, stacAccess } from "./schema.ts";

/**
 * What is served to others, and the log of what changed in it (docs/decisions/change-log.md). Triggers (migration `change_log`) write
 * both, whoever writes datasets, links and containers; nothing else does.
 */

/** One dataset in one published container: a STAC item. */
export const items = pgTable(
	"items",
	{
		datasetId: reference().notNull(),
		containerId: reference().notNull(),
		eoId: text().notNull(),
		beginTime: instant().notNull(),
		endTime: instant().notNull(),
		/** Around the footprint; one that crosses the antimeridian is in both halves, and its box covers all longitudes between. */
		bbox: box().notNull(),
		/** Another one when the dataset says something else: a hash of what it says, a dot, one of where its files are. */
		etag: text().notNull(),
		/** Its last entry in the log. */
		seq: reference().notNull(),
		/** When the dataset came into the catalogue. */
		createdAt: instant().notNull(),
		updatedAt: instant().notNull(),
		/**
		 * The metadata that the fields of its document are made of (`eosync_fields`, migration `items_said`), for searches. null: an earlier
		 * version wrote the row, and no worker has filled it in yet.
		 */
		said: jsonb().$type<Readonly<Record<string, string | null>>>(),
	},
	(table) => [
		primaryKey({ columns: [table.datasetId, table.containerId] }),
		index("items_unsaid").on(table.datasetId).where(sql`said is null`),
		index("items_time").on(table.beginTime, table.datasetId, table.containerId),
		index("items_container_time").on(table.containerId, table.beginTime, table.datasetId),
		index("items_duration").on(sql`(end_time - begin_time)`),
		index("items_bbox").using("gist", table.bbox),
	],
);

/** Of items: created, updated, removed, restored. Of a collection, without dataset: republished, renamed. */
export const itemChangeKind = pgEnum("item_change_kind", [
	"created",
	"updated",
	"removed",
	"restored",
	"republished",
	"renamed",
]);
export const itemRemovalReason = pgEnum("item_removal_reason", ["removed", "unpublished", "replaced"]);

export interface ItemChangeDetails {
	readonly by?: string;
	readonly replaces?: string;
	readonly was?: string;
	readonly from?: string;
	readonly to?: string;
	readonly access?: {
		readonly from: (typeof stacAccess.enumValues)[number];
		readonly to: (typeof stacAccess.enumValues)[number];
	};
}

/** The log. Read it by `seq`: whoever has read up to one has read all that was committed before. */
export const itemChanges = pgTable(
	"item_changes",
	{
		seq: bigint({ mode: "number" }).primaryKey(),
		at: instant().notNull(),
		containerId: reference().notNull(),
		/** null: it is about the collection. */
		datasetId: reference(),
		/** As it was called then. */
		eoId: text(),
		kind: itemChangeKind().notNull(),
		reason: itemRemovalReason(),
		/** The item's as of then, of a removed one its last. */
		etag: text(),
		bbox: box(),
		/** null: no run did it. */
		runId: reference(),
		/**
		 * `{ by }`: the EO ID that replaced it, `{ replaces }`: the one before; `{ was }`: its box before this update; `{ from, to }` of a renamed
		 * collection; `{ access }` of one that other readers may read from now on.
		 */
		details: jsonb().$type<ItemChangeDetails>(),
	},
	(table) => [
		index("item_changes_container").on(table.containerId, table.seq),
		index("item_changes_access")
			.on(table.containerId, table.seq)
			.where(sql`kind = 'republished' and details ? 'access'`),
		index("item_changes_renamed").on(table.containerId, table.seq).where(sql`kind = 'renamed'`),
		index("item_changes_removed").on(table.containerId, table.eoId, table.seq).where(sql`kind = 'removed'`),
		check("item_changes_removed_why", sql`(${table.kind} = 'removed') = (${table.reason} is not null)`),
	],
);

/** One row. Who logs something locks it until the end of the transaction: so numbers are given out in the order of commits. */
export const itemLog = pgTable(
	"item_log",
	{
		id: boolean().primaryKey().default(true),
		/** A new one when the log does not go on where it was: a backup was restored. Cursors carry it. */
		epoch: uuid().notNull().default(sql`gen_random_uuid()`),
		lastSeq: reference().notNull().default(0),
		/** No entry up to this one is complete any more: the log was cleared of old ones. */
		purgedTo: reference().notNull().default(0),
		/** What all documents depend on beside the catalogue: the address in their links, and the number of their format. */
		served: text(),
	},
	(table) => [check("item_log_one", sql`${table.id}`)],
);

/** Containers that are gone for good, as long as the log is about them (a trigger, migration `gone_collections`). */
export const goneCollections = pgTable("gone_collections", {
	containerId: reference().primaryKey(),
	eoId: text().notNull(),
	/** Who could read it at last: the log says so only of a container whose access changed. */
	access: stacAccess().notNull().default("off"),
});

/** Datasets that this transaction touched, for the trigger at its end that compares them; empty as soon as it is over. */
export const itemNotes = pgTable("item_notes", {
	datasets: bigint({ mode: "number" }).array().notNull(),
});

/** Containers all of whose items are to be compared, in portions: after they were published, or no longer are. */
export const publicationFills = pgTable("publication_fills", {
	containerId: reference()
		.primaryKey()
		.references(() => containers.id, { onDelete: "cascade" }),
	/** All datasets up to this one are done. */
	position: reference().notNull().default(0),
	/** How many those are, of how many; null: not counted yet. */
	done: integer().notNull().default(0),
	total: integer(),
	startedAt: instant().notNull().defaultNow(),
	updatedAt: instant().notNull().defaultNow(),
	/** Why the last portion failed; it is tried again. */
	error: text(),
});

/**
 * What the items of a large collection say together, made of `collection_blocks` by workers. True as long as nothing of the collection is
 * in the log after `position` and no block waits (docs/decisions/collection-summaries.md).
 */
export const collectionSummaries = pgTable("collection_summaries", {
	containerId: reference()
		.primaryKey()
		.references(() => containers.id, { onDelete: "cascade" }),
	/** The log's, and the place in it up to which blocks were marked. */
	epoch: uuid().notNull(),
	position: reference().notNull(),
	/** Of what is kept; another one is made anew. */
	format: integer().notNull(),
	/** null: blocks wait. */
	summary: jsonb().$type<object>(),
	/** When another summary took the place of the one before. */
	changedAt: instant().notNull().defaultNow(),
	/** When the log was last looked at for it. */
	updatedAt: instant().notNull().defaultNow(),
});

/** The items of one collection whose datasets' ids have the same thousands, together. */
export const collectionBlocks = pgTable(
	"collection_blocks",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		block: reference().notNull(),
		/** null: to be made, something in it changed. */
		summary: jsonb().$type<object>(),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.block] }),
		index("collection_blocks_waiting").on(table.containerId).where(sql`summary is null`),
	],
);
