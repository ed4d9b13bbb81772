import { sql } from "drizzle-orm";
import {
	bigint,
	boolean,
	check,
	doublePrecision,
	index,
	integer,
	jsonb,
	pgEnum,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid,
} from "drizzle-orm/pg-core";
import type { Band, DatasetState, Footprint, Gcp } from "#lib/metadata/metadata.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { storageTypes } from "#lib/storage/storage.ts";
import { id, instant, reference } from "./columns.ts";
import type { FileFingerprint, MosaicGrid } from "./records.ts";

/**
 * The catalogue: what the archive holds as far as it is known. Runs are in `run-schema.ts`. Paths are relative to their storage's root, `/`-separated; `directory` is
 * the path of a file's folder (`""`: the root). What the database can refuse by itself, it refuses here.
 */

export const storageType = pgEnum("storage_type", storageTypes);
export const containerKind = pgEnum("container_kind", ["dataset-series", "rectified-stitched-mosaic"]);
export const datasetKind = pgEnum("dataset_kind", ["rectified", "referenceable"]);
export const symlinkRule = pgEnum("symlink_rule", ["skip", "follow"]);
/** XML's NCName as far as ASCII goes: no colon, no white space, does not begin with a digit, `-` or `.`. */
const ncName = (column: string) => sql.raw(`"${column}" ~ '^[^-.0-9:[:space:]][^:[:space:]]*$'`);

export const storages = pgTable(
	"storages",
	{
		id: id(),
		name: text().notNull().unique(),
		type: storageType().notNull(),
		/** Without its secrets. */
		config: jsonb().$type<StorageConfig>().notNull(),
		/** The secrets of the configuration, sealed; null: it has none. */
		sealed: text(),
		createdAt: instant().notNull().defaultNow(),
		updatedAt: instant().notNull().defaultNow(),
	},
	(table) => [check("storages_name_not_empty", sql`${table.name} <> ''`)],
);

export const containers = pgTable(
	"containers",
	{
		id: id(),
		eoId: text().notNull().unique(),
		kind: containerKind().notNull(),
		title: text().notNull().default(""),
		/** Cron expression in `scheduleZone`; null: the default schedule's, or only by hand. */
		schedule: text(),
		scheduleZone: text().notNull().default("UTC"),
		/** What a scheduled run is: `sync` or `check`. */
		scheduleKind: text().notNull().default("sync"),
		/** A run begins up to so many minutes later, always as many for this container. */
		scheduleJitter: integer().notNull().default(0),
		/** Without a schedule of its own the default one does not hold either. */
		byHand: boolean().notNull().default(false),
		/** `"20%"` (and always up to 10) or an absolute count: more removals than that hold the run. */
		maxRemovals: text().notNull().default("20%"),
		/** Removed datasets can be restored for so many days. */
		retentionDays: integer().notNull().default(90),
		/** Mosaics: the grid as configured; null: the first dataset that fits sets it. */
		grid: jsonb().$type<MosaicGrid>(),
		rangeType: text(),
		/** Mosaics: the grid and bands in force. */
		mosaicGrid: jsonb().$type<MosaicGrid>(),
		mosaicBands: jsonb().$type<readonly Band[]>(),
		/** Grows with every applied run and every change of the configuration; a plan is for one revision. */
		revision: bigint({ mode: "number" }).notNull().default(0),
		configuredAt: instant().notNull().defaultNow(),
		createdAt: instant().notNull().defaultNow(),
		/** The summary over all datasets (rule 10); a container that became empty keeps its last one. */
		beginTime: instant(),
		endTime: instant(),
		footprint: jsonb().$type<Footprint>(),
		datasetCount: integer().notNull().default(0),
	},
	(table) => [
		check("containers_eo_id_ncname", ncName("eo_id")),
		check("containers_times_ordered", sql`${table.beginTime} <= ${table.endTime}`),
		check("containers_max_removals", sql`${table.maxRemovals} ~ '^[0-9]{1,9}%?$'`),
		check("containers_retention", sql`${table.retentionDays} between 1 and 36500`),
		check(
			"containers_grid_of_mosaics",
			sql`${table.kind} = 'rectified-stitched-mosaic' or (${table.grid} is null and ${table.mosaicGrid} is null)`,
		),
		check("containers_count", sql`${table.datasetCount} >= 0`),
		check("containers_schedule_kind", sql`${table.scheduleKind} in ('sync', 'check')`),
		check("containers_schedule_jitter", sql`${table.scheduleJitter} between 0 and 1440`),
	],
);

export const sources = pgTable(
	"sources",
	{
		id: id(),
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference()
			.notNull()
			.references(() => storages.id),
		position: integer().notNull(),
		path: text().notNull().default(""),
		include: text().array().notNull(),
		exclude: text().array().notNull().default(sql`'{}'`),
		metadata: text().array().notNull().default(sql`'{"{stem}.xml"}'`),
		/** Where metadata files are, if not beside their data files. */
		metadataStorageId: reference().references(() => storages.id),
		/** On that storage; `{folder}` and `{collection}` stand for the data file's folder (`metadata-place.ts`). */
		metadataPath: text().notNull().default(""),
		rangeType: text(),
		fileName: text(),
		timeZone: text().notNull().default("UTC"),
		symlinks: symlinkRule().notNull().default("skip"),
		marker: text(),
		checksum: boolean().notNull().default(false),
		/** Seconds a file must be unchanged before it is read. */
		stableFor: integer().notNull().default(0),
		/** A change in its folders asks for a sync within seconds. */
		watch: boolean().notNull().default(false),
		/** Taken out of the configuration; kept until a run has unlinked its datasets. */
		retired: boolean().notNull().default(false),
	},
	(table) => [
		index("sources_container").on(table.containerId),
		index("sources_storage").on(table.storageId),
		check("sources_include_some", sql`cardinality(${table.include}) > 0`),
		check("sources_stable_for", sql`${table.stableFor} >= 0`),
	],
);

export const datasets = pgTable(
	"datasets",
	{
		id: id(),
		eoId: text().notNull(),
		kind: datasetKind().notNull(),
		storageId: reference()
			.notNull()
			.references(() => storages.id),
		directory: text().notNull(),
		path: text().notNull(),
		/** The data file first, then those that belong to it, as they were when they were read. */
		files: jsonb().$type<readonly FileFingerprint[]>().notNull(),
		/** The source whose rules it was read by; null: registered by hand. */
		homeSourceId: reference().references(() => sources.id, { onDelete: "set null" }),
		/** Hash of those rules and of the readers' version: another rule means reading again. */
		rule: text().notNull().default(""),
		sizeX: integer().notNull(),
		sizeY: integer().notNull(),
		crs: text().notNull(),
		extent: doublePrecision().array(),
		gcps: jsonb().$type<readonly Gcp[]>(),
		beginTime: instant().notNull(),
		endTime: instant().notNull(),
		footprint: jsonb().$type<Footprint>().notNull(),
		rangeType: text().notNull(),
		bands: jsonb().$type<readonly Band[]>().notNull(),
		properties: jsonb().$type<DatasetState["properties"]>().notNull().default({}),
		createdAt: instant().notNull().defaultNow(),
		updatedAt: instant().notNull().defaultNow(),
		/** The run that wrote this row last; what a revert may touch. */
		changedByRun: reference(),
		archivedAt: instant(),
	},
	(table) => [
		uniqueIndex("datasets_one_per_file").on(table.storageId, table.path).where(sql`archived_at is null`),
		uniqueIndex("datasets_eo_id_unique").on(table.eoId).where(sql`archived_at is null`),
		index("datasets_directory").on(table.storageId, table.directory),
		index("datasets_archived").on(table.archivedAt).where(sql`archived_at is not null`),
		check("datasets_eo_id_ncname", ncName("eo_id")),
		check("datasets_size_positive", sql`${table.sizeX} > 0 and ${table.sizeY} > 0`),
		check("datasets_times_ordered", sql`${table.beginTime} <= ${table.endTime}`),
		check(
			"datasets_grid_by_kind",
			sql`case ${table.kind} when 'rectified' then coalesce(cardinality(${table.extent}) = 4 and ${table.gcps} is null, false) else ${table.extent} is null and ${table.gcps} is not null end`,
		),
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
 * The distinct footprints of a container's datasets, counted by triggers (migration 0006): what its summary is made of.
 * `key` is the MD5 of the footprint's text.
 */
export const containerFootprints = pgTable(
	"container_footprints",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		key: uuid().notNull(),
		/** 0: the last one went; the next summary is made without it. */
		datasets: integer().notNull(),
		/** The dataset that brought it in, for an order in which neighbours come together. */
		since: reference().notNull(),
		/** Whether the container's footprint covers it already. */
		merged: boolean().notNull().default(false),
		footprint: jsonb().$type<Footprint>().notNull(),
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
		rule: text().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.sourceId, table.path] }),
		index("directories_parent").on(table.sourceId, table.parent),
	],
);

/** Files that could not become datasets; not tried again while their fingerprint stays the same (rule 8). */
export const rejections = pgTable(
	"rejections",
	{
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference()
			.notNull()
			.references(() => storages.id),
		path: text().notNull(),
		directory: text().notNull(),
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		files: jsonb().$type<readonly FileFingerprint[]>().notNull(),
		rule: text().notNull(),
		code: text().notNull(),
		reason: text().notNull(),
		/** The EO ID the file claims, where it got that far. */
		eoId: text(),
		runId: reference().notNull(),
		since: instant().notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.storageId, table.path] }),
		index("rejections_directory").on(table.containerId, table.storageId, table.directory),
		index("rejections_source").on(table.sourceId),
	],
);
