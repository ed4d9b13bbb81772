import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { id, instant, reference } from "./columns.ts";
import { storages } from "./schema.ts";

/**
 * What lies in storages, and what of it belongs to no container: found by looking, beside all runs. Nothing else depends on it. A look
 * goes through a storage folder by folder, and each folder's results replace those of the look before.
 */

const ofStorage = () =>
	reference()
		.notNull()
		.references(() => storages.id, { onDelete: "cascade" });

/** The look at each storage: one at a time, by lease. */
export const coverageLooks = pgTable(
	"coverage_looks",
	{
		storageId: reference()
			.primaryKey()
			.references(() => storages.id, { onDelete: "cascade" }),
		/** `idle`: nobody works on it, nor is it asked for. */
		state: text().notNull().default("idle"),
		/** How the last one ended: `complete`, `partial` (its budget was used up), `cancelled` or `failed`; null: none has ended yet. */
		outcome: text(),
		/** Grows with each look from the root; one that goes on where the last one stopped has the same. */
		look: integer().notNull().default(0),
		/** Folders are still to be looked at: the next look goes on there. */
		unfinished: boolean().notNull().default(false),
		requestedBy: text(),
		requestedAt: instant(),
		startedAt: instant(),
		endedAt: instant(),
		/** When this look, begun at the root, was begun, and when one was complete last. */
		begunAt: instant(),
		completedAt: instant(),
		owner: text(),
		leaseUntil: instant(),
		cancelRequestedAt: instant(),
		/** The storage is paused, or outside its hours, until then. */
		waitsUntil: instant(),
		/** Of this session: what may be used, and what was. */
		budgetSeconds: integer().notNull().default(3600),
		budgetEntries: bigint({ mode: "number" }).notNull().default(2_000_000),
		usedSeconds: integer().notNull().default(0),
		usedEntries: bigint({ mode: "number" }).notNull().default(0),
		/** Of this look. */
		folders: bigint({ mode: "number" }).notNull().default(0),
		entries: bigint({ mode: "number" }).notNull().default(0),
		/** Listings of sources younger than that are taken instead of listing again. */
		listingsSeconds: integer().notNull().default(3600),
		code: text(),
		message: text(),
		/** The sources' rules by which it looked. */
		rules: text(),
		/** When a worker looks by itself next. */
		nextAt: instant(),
	},
	(table) => [
		check("coverage_looks_state", sql`${table.state} in ('idle', 'queued', 'running')`),
		check("coverage_looks_outcome", sql`${table.outcome} in ('complete', 'partial', 'cancelled', 'failed')`),
		check("coverage_looks_lease", sql`(${table.owner} is null) = (${table.leaseUntil} is null)`),
	],
);

/** Folders that were looked at. */
export const coverageFolders = pgTable(
	"coverage_folders",
	{
		storageId: ofStorage(),
		path: text().notNull(),
		/** null: the root. */
		parent: text(),
		look: integer().notNull(),
		/** As of when. */
		at: instant().notNull(),
		/** It was not listed: the last listing of a source was taken. */
		taken: boolean().notNull().default(false),
		/** Why it could not be listed; then what was known of it before stays. */
		code: text(),
		message: text(),
	},
	(table) => [
		primaryKey({ columns: [table.storageId, table.path] }),
		index("coverage_folders_parent").on(table.storageId, table.parent),
	],
);

/** How many entries of each class a folder has itself, and with all below it. */
export const coverageTotals = pgTable(
	"coverage_totals",
	{
		storageId: ofStorage(),
		path: text().notNull(),
		class: text().notNull(),
		ownFiles: bigint({ mode: "number" }).notNull(),
		ownBytes: bigint({ mode: "number" }).notNull(),
		files: bigint({ mode: "number" }).notNull(),
		bytes: bigint({ mode: "number" }).notNull(),
	},
	(table) => [primaryKey({ columns: [table.storageId, table.path, table.class] })],
);

/** The entries that are not simply registered by one source, or part of what is. */
export const coverageFiles = pgTable(
	"coverage_files",
	{
		storageId: ofStorage(),
		directory: text().notNull(),
		name: text().notNull(),
		class: text().notNull(),
		size: bigint({ mode: "number" }).notNull(),
		mtime: bigint({ mode: "number" }),
		etag: text(),
		inode: text(),
		/** The sources that match it, or exclude it. */
		sources: bigint({ mode: "number" }).array(),
		/** By which pattern it is excluded. */
		pattern: text(),
	},
	(table) => [
		primaryKey({ columns: [table.storageId, table.directory, table.name] }),
		index("coverage_files_class").on(table.storageId, table.class, table.directory, table.name),
	],
);

/** Folders still to be looked at: the last one first. */
export const coveragePending = pgTable(
	"coverage_pending",
	{
		id: id(),
		storageId: ofStorage(),
		path: text().notNull(),
		parent: text(),
		/** Everything in it belongs to the product whose folder is above. */
		inProduct: boolean().notNull().default(false),
	},
	(table) => [
		index("coverage_pending_next").on(table.storageId, table.id),
		unique("coverage_pending_once").on(table.storageId, table.path),
	],
);

/** Files in sub-folders that a dataset above them names, until the look comes to their folder. */
export const coverageMembers = pgTable(
	"coverage_members",
	{ storageId: ofStorage(), directory: text().notNull(), name: text().notNull() },
	(table) => [primaryKey({ columns: [table.storageId, table.directory, table.name] })],
);

/** Folders of a storage in which the metadata files lie that a source looks for in another storage's folder. */
export const coverageMetadata = pgTable(
	"coverage_metadata",
	{
		/** Of the metadata files. */
		storageId: ofStorage(),
		path: text().notNull(),
		/** Of the data files. */
		dataStorageId: ofStorage(),
		directory: text().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.storageId, table.path, table.dataStorageId, table.directory] }),
		index("coverage_metadata_data").on(table.dataStorageId),
	],
);

/** The search for duplicates: one row. */
export const duplicateSearches = pgTable(
	"duplicate_searches",
	{
		id: integer().primaryKey(),
		/** As in `coverage_looks`. */
		state: text().notNull().default("idle"),
		outcome: text(),
		/** `collecting`, `ends`, `contents` or `scenes`. */
		phase: text(),
		requestedBy: text(),
		requestedAt: instant(),
		startedAt: instant(),
		endedAt: instant(),
		completedAt: instant(),
		owner: text(),
		leaseUntil: instant(),
		cancelRequestedAt: instant(),
		/** Bytes that this search may read, and has read. */
		budgetBytes: bigint({ mode: "number" }).notNull().default(100_000_000_000),
		usedBytes: bigint({ mode: "number" }).notNull().default(0),
		filesRead: bigint({ mode: "number" }).notNull().default(0),
		/** Grows with each search. */
		search: integer().notNull().default(0),
		code: text(),
		message: text(),
	},
	(table) => [
		check("duplicate_searches_one", sql`${table.id} = 1`),
		check("duplicate_searches_state", sql`${table.state} in ('idle', 'queued', 'running')`),
		check("duplicate_searches_outcome", sql`${table.outcome} in ('complete', 'partial', 'cancelled', 'failed')`),
		check("duplicate_searches_lease", sql`(${table.owner} is null) = (${table.leaseUntil} is null)`),
	],
);

/** Files of which others have the size, with what is known of their contents; it holds as long as the facts of the file are those. */
export const duplicateFiles = pgTable(
	"duplicate_files",
	{
		storageId: ofStorage(),
		path: text().notNull(),
		size: bigint({ mode: "number" }).notNull(),
		mtime: bigint({ mode: "number" }),
		etag: text(),
		inode: text(),
		/** The search that met it last. */
		search: integer().notNull(),
		/** Hash over its first and last bytes. */
		ends: text(),
		/** Equal checksums mean equal contents. */
		checksum: text(),
		/** Why it could not be read. */
		message: text(),
	},
	(table) => [
		primaryKey({ columns: [table.storageId, table.path] }),
		index("duplicate_files_content").on(table.size, table.ends),
		// In which they are read.
		index("duplicate_files_order").on(table.size, table.storageId, table.path),
		index("duplicate_files_checksum").on(table.checksum, table.size).where(sql`checksum is not null`),
	],
);

/** Datasets that show the same scene under different EO IDs: those with the same group. */
export const duplicateScenes = pgTable(
	"duplicate_scenes",
	{
		/** The first of its datasets. */
		sceneId: reference().notNull(),
		datasetId: reference().notNull(),
		/** `source-id` or `acquisition`. */
		reason: text().notNull(),
		/** Of its files. */
		bytes: bigint({ mode: "number" }).notNull(),
		search: integer().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.sceneId, table.datasetId] }),
		index("duplicate_scenes_dataset").on(table.datasetId),
	],
);
