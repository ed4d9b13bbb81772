import { sql } from "drizzle-orm";
import {
	bigint,
	boolean,
	check,
	doublePrecision,
	index,
	integer,
	json,
	jsonb,
	pgEnum,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid,
} from "drizzle-orm/pg-core";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { Band, DatasetState, Footprint, Gcp } from "#lib/metadata/metadata.ts";
import { box, id, instant, ncName, reference } from "./columns.ts";
import { containers, sources, storages } from "./schema.ts";

/**
 * The catalogue: what the archive holds as far as it is known. Paths are relative to their storage's root, `/`-separated;
 * `directory` is the path of a file's folder (`""`: the root). What the database can refuse by itself, it refuses here.
 */

export const datasetKind = pgEnum("dataset_kind", ["rectified", "referenceable"]);

/**
 * What queries look for. All else stands in the current version; `files`, `kind` and the columns from `sizeX` on, but for the times, are
 * those of a dataset that has none yet: written by 0.1, it gets one with its next state, or by and by (`jobs/upkeep/give-versions.ts`).
 */
export const datasets = pgTable(
	"datasets",
	{
		id: id(),
		eoId: text().notNull(),
		/** The state that it is in now, of `dataset_versions`. */
		versionId: reference(),
		kind: datasetKind(),
		storageId: reference()
			.notNull()
			.references(() => storages.id),
		directory: text().notNull(),
		path: text().notNull(),
		files: jsonb().$type<readonly FileFingerprint[]>(),
		/** The source whose rules it was read by; null: registered by hand. */
		homeSourceId: reference().references(() => sources.id, { onDelete: "set null" }),
		/** Hash of those rules, and the versions of the readers of its files (`readerStamp`): another rule means reading again. */
		rule: text().notNull().default(""),
		sizeX: integer(),
		sizeY: integer(),
		crs: text(),
		extent: doublePrecision().array(),
		gcps: jsonb().$type<readonly Gcp[]>(),
		beginTime: instant().notNull(),
		endTime: instant().notNull(),
		footprint: jsonb().$type<Footprint>(),
		rangeType: text(),
		bands: jsonb().$type<readonly Band[]>(),
		properties: jsonb().$type<DatasetState["properties"]>(),
		createdAt: instant().notNull().defaultNow(),
		updatedAt: instant().notNull().defaultNow(),
		/** null: not known. */
		addedByRun: reference(),
		/** The run that wrote this row last; what a revert may touch. */
		changedByRun: reference(),
		archivedAt: instant(),
		/** When its files were read last, as far as that is kept; null: not later than they were when it was created. */
		verifiedAt: instant(),
	},
	(table) => [
		uniqueIndex("datasets_one_per_file").on(table.storageId, table.path).where(sql`archived_at is null`),
		uniqueIndex("datasets_eo_id_unique").on(table.eoId).where(sql`archived_at is null`),
		// The order of the search over all containers, and how long the longest lasts: where a stretch of time may begin in it.
		index("datasets_time").on(table.beginTime, table.id).where(sql`archived_at is null`),
		index("datasets_duration").on(sql`(end_time - begin_time)`).where(sql`archived_at is null`),
		index("datasets_directory").on(table.storageId, table.directory),
		index("datasets_archived").on(table.archivedAt).where(sql`archived_at is not null`),
		index("datasets_unread")
			.on(table.homeSourceId, sql`coalesce(verified_at, created_at)`)
			.where(sql`archived_at is null`),
		// For those who look for what is gone: it costs a dataset that is there nothing.
		index("datasets_archived_eo_id").on(table.eoId.op("text_pattern_ops")).where(sql`archived_at is not null`),
		check("datasets_eo_id_ncname", ncName("eo_id")),
		check("datasets_size_positive", sql`${table.sizeX} > 0 and ${table.sizeY} > 0`),
		check("datasets_times_ordered", sql`${table.beginTime} <= ${table.endTime}`),
		check(
			"datasets_have_a_state",
			sql`${table.versionId} is not null or (${table.files}, ${table.kind}, ${table.sizeX}, ${table.sizeY}, ${table.crs}, ${table.footprint}, ${table.rangeType}, ${table.bands}) is not null`,
		),
		check(
			"datasets_grid_by_kind",
			sql`${table.versionId} is not null or case ${table.kind} when 'rectified' then coalesce(cardinality(${table.extent}) = 4 and ${table.gcps} is null, false) else ${table.extent} is null and ${table.gcps} is not null end`,
		),
	],
);

/**
 * The states that datasets have, had, or get when a plan is applied: each is written once, when it is read. A dataset has a current
 * one, a change names the one before and the one after. A version goes with the last that names it (triggers, migration 0023).
 */
export const datasetVersions = pgTable(
	"dataset_versions",
	{
		/** The id of the change whose file was read; for other versions an id that no change has. */
		id: reference().primaryKey().default(sql`nextval('changes_id_seq')`),
		/** In a plan that is not applied yet: the id that the dataset will have. */
		datasetId: reference().notNull(),
		/** The run that read it; null: not known. */
		runId: reference(),
		beginTime: instant().notNull(),
		endTime: instant().notNull(),
		/** Equal where the footprints are. */
		footprintKey: uuid().notNull(),
		/** Text, as it was written: a third smaller than `jsonb`, and nearly always handed on as a whole. */
		state: json().$type<DatasetState>().notNull(),
		/** The data file first, then those that belong to it, as they were when they were read, or found to say the same. */
		files: jsonb().$type<readonly FileFingerprint[]>().notNull(),
		/** Where on the map it is counted (`lib/metadata/geometry/cell.ts`); null: not known, of versions that were written before. */
		cell: integer(),
		/** Around the footprint, as `items.bbox`; null: not known yet, of versions that were written before (`jobs/upkeep/box-versions.ts`). */
		bbox: box(),
	},
	(table) => [
		index("dataset_versions_dataset").on(table.datasetId),
		index("dataset_versions_bbox").using("gist", table.bbox),
	],
);

/** What stays of datasets whose retention time is over. */
export const datasetLives = pgTable(
	"dataset_lives",
	{
		/** As it was in `datasets`. */
		datasetId: reference().primaryKey(),
		eoId: text().notNull(),
		/** The storage's name. */
		storage: text().notNull(),
		path: text().notNull(),
		addedAt: instant().notNull(),
		/** null: not known. */
		addedByRun: reference(),
		removedAt: instant().notNull(),
		removedByRun: reference(),
		/** Who asked for that run, and of which container (EO ID) it was: the run's row goes some day. null: not known. */
		removedBy: text(),
		container: text(),
	},
	(table) => [index("dataset_lives_eo_id").on(table.eoId)],
);

/** EO IDs that datasets had, so that who knows only the old one finds them. They outlive the dataset, as its line of `dataset_lives` does. */
export const datasetFormerIds = pgTable(
	"dataset_former_ids",
	{
		eoId: text().notNull(),
		/** As in `datasets`. */
		datasetId: reference().notNull(),
		/** When it was given up last. */
		until: instant().notNull().defaultNow(),
		/** The run that gave the dataset another one. */
		runId: reference(),
	},
	(table) => [
		primaryKey({ columns: [table.datasetId, table.eoId] }),
		index("dataset_former_ids_eo_id").on(table.eoId.op("text_pattern_ops")),
	],
);

export const containerDatasets = pgTable(
	"container_datasets",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		datasetId: reference()
			.notNull()
			.references(() => datasets.id, { onDelete: "cascade" }),
		/** The source that brought it in; null: linked by hand, which a run never unlinks. */
		sourceId: reference().references(() => sources.id, { onDelete: "set null" }),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.datasetId] }),
		index("container_datasets_dataset").on(table.datasetId),
		index("container_datasets_source").on(table.sourceId),
	],
);

/**
 * The distinct footprints of a container's datasets, counted by triggers (migrations 0006 and `roll_ups`): what its summary is made of.
 * `key` is the footprint's in `dataset_versions`.
 */
export const containerFootprints = pgTable(
	"container_footprints",
	{
		/** As for all that is counted: no foreign key, which would be looked up row by row. A trigger takes the rows of a container that is deleted. */
		containerId: reference().notNull(),
		key: uuid().notNull(),
		/** 0: the last one went; the next summary is made without it. */
		datasets: integer().notNull(),
		/** The dataset that brought it in, for an order in which neighbours come together. */
		since: reference().notNull(),
		/** Whether the container's footprint covers it already. */
		merged: boolean().notNull().default(false),
		/** null: it stands in the version of `since`, or of another of the container's datasets with that key. */
		footprint: jsonb().$type<Footprint>(),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.key] }),
		index("container_footprints_due").on(table.containerId, table.since).where(sql`not merged or datasets <= 0`),
	],
);

/** Folders whose contents the catalogue is known to agree with, as of `digest` under `rule`. */
export const directories = pgTable(
	"directories",
	{
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		path: text().notNull(),
		/** The folder above; null for the source's root. */
		parent: text(),
		/** null: must be compared again whatever it looks like. */
		digest: text(),
		/** Its files and what they are (`folder-snapshot.ts`), where that alone shows the datasets of a changed one; else null. */
		listing: text(),
		rule: text().notNull(),
		/** How often another run has had to make the digest null. */
		doubts: integer().notNull().default(0),
	},
	(table) => [
		primaryKey({ columns: [table.sourceId, table.path] }),
		index("directories_parent").on(table.sourceId, table.parent),
	],
);

/**
 * Notes of statements that insert datasets, for the trigger that looks at the end of their transaction whether each dataset is in
 * a container: one look for all, which a row of `datasets` each would cost many. Empty as soon as the transaction is over.
 */
export const datasetInsertions = pgTable("dataset_insertions", {
	/** No dataset that the statement inserts has a smaller id, */
	firstId: reference().notNull(),
	/** nor a greater one. */
	lastId: reference(),
});

/** The same of statements that take datasets out of a container: those that were not archived then. */
export const datasetUnlinkings = pgTable("dataset_unlinkings", {
	datasets: bigint({ mode: "number" }).array().notNull(),
});
