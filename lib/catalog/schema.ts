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
	timestamp,
	unique,
	uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Band, DatasetState, Footprint, Gcp } from "#lib/metadata/metadata.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import type { FieldDiffs, FileFingerprint, GuardVerdict, MosaicGrid, RunError, RunProgress } from "./records.ts";

/**
 * The catalogue and the bookkeeping of runs. Paths are relative to their storage's root, `/`-separated; `directory` is
 * the path of a file's folder (`""`: the root). What the database can refuse by itself, it refuses here.
 */

export const storageType = pgEnum("storage_type", ["local"]);
export const containerKind = pgEnum("container_kind", ["dataset-series", "rectified-stitched-mosaic"]);
export const datasetKind = pgEnum("dataset_kind", ["rectified", "referenceable"]);
export const symlinkRule = pgEnum("symlink_rule", ["skip", "follow"]);
export const runKind = pgEnum("run_kind", ["sync", "check", "revert"]);
export const runTrigger = pgEnum("run_trigger", ["dashboard", "command-line", "schedule"]);
export const runState = pgEnum("run_state", [
	"queued",
	"scanning",
	"reading",
	"planned",
	"held",
	"applying",
	"succeeded",
	"partial",
	"failed",
	"cancelled",
	"interrupted",
]);
/** `refreshed` is bookkeeping (only the fingerprint is new), not a change: it is never shown. */
export const changeAction = pgEnum("change_action", [
	"added",
	"removed",
	"updated",
	"moved",
	"linked",
	"unlinked",
	"rejected",
	"refreshed",
]);
export const changeOutcome = pgEnum("change_outcome", ["planned", "applied", "skipped", "failed"]);

const id = () => bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
const reference = () => bigint({ mode: "number" });
/** ISO 8601 in UTC. */
const instant = () => timestamp({ withTimezone: true, mode: "string" });
/** XML's NCName as far as ASCII goes: no colon, no white space, does not begin with a digit, `-` or `.`. */
const ncName = (column: string) => sql.raw(`"${column}" ~ '^[^-.0-9:[:space:]][^:[:space:]]*$'`);

export const storages = pgTable(
	"storages",
	{
		id: id(),
		name: text().notNull().unique(),
		type: storageType().notNull(),
		config: jsonb().$type<StorageConfig>().notNull(),
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
		/** Cron expression, UTC; null: only by hand. */
		schedule: text(),
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
		check("containers_grid_of_mosaics", sql`${table.kind} = 'rectified-stitched-mosaic' or (${table.grid} is null and ${table.mosaicGrid} is null)`),
		check("containers_count", sql`${table.datasetCount} >= 0`),
	],
);

export const sources = pgTable(
	"sources",
	{
		id: id(),
		containerId: reference().notNull().references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference().notNull().references(() => storages.id),
		position: integer().notNull(),
		path: text().notNull().default(""),
		include: text().array().notNull(),
		exclude: text().array().notNull().default(sql`'{}'`),
		metadata: text().array().notNull().default(sql`'{"{stem}.xml"}'`),
		rangeType: text(),
		fileName: text(),
		timeZone: text().notNull().default("UTC"),
		symlinks: symlinkRule().notNull().default("skip"),
		marker: text(),
		checksum: boolean().notNull().default(false),
		/** Seconds a file must be unchanged before it is read. */
		stableFor: integer().notNull().default(0),
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
		storageId: reference().notNull().references(() => storages.id),
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
		containerId: reference().notNull().references(() => containers.id, { onDelete: "cascade" }),
		datasetId: reference().notNull().references(() => datasets.id, { onDelete: "cascade" }),
		/** The source that brought it in; null: linked by hand, which a run never unlinks. */
		sourceId: reference().references(() => sources.id, { onDelete: "set null" }),
	},
	(table) => [
		primaryKey({ columns: [table.containerId, table.datasetId] }),
		index("container_datasets_dataset").on(table.datasetId),
		index("container_datasets_source").on(table.sourceId),
	],
);

/** Folders whose contents the catalogue is known to agree with, as of `digest` under `rule`. */
export const directories = pgTable(
	"directories",
	{
		sourceId: reference().notNull().references(() => sources.id, { onDelete: "cascade" }),
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
		containerId: reference().notNull().references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference().notNull().references(() => storages.id),
		path: text().notNull(),
		directory: text().notNull(),
		sourceId: reference().notNull().references(() => sources.id, { onDelete: "cascade" }),
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

export const runs = pgTable(
	"runs",
	{
		id: id(),
		containerId: reference().notNull().references(() => containers.id, { onDelete: "cascade" }),
		kind: runKind().notNull(),
		trigger: runTrigger().notNull(),
		actor: text().notNull(),
		state: runState().notNull().default("queued"),
		/** Read every file again, whatever its fingerprint. */
		full: boolean().notNull().default(false),
		revertsRunId: reference(),
		/** The newer run whose plan replaced this one's. */
		supersededBy: reference(),
		/** The container's revision that the plan was made for. */
		baseRevision: bigint({ mode: "number" }),
		/** A plan is complete: what follows is only applying it. */
		plannedAt: instant(),
		approvalReason: text(),
		approvedBy: text(),
		guard: jsonb().$type<GuardVerdict>(),
		error: jsonb().$type<RunError>(),
		progress: jsonb().$type<RunProgress>().notNull().default({ phase: "queued", done: 0, total: null }),
		added: integer().notNull().default(0),
		removed: integer().notNull().default(0),
		updated: integer().notNull().default(0),
		moved: integer().notNull().default(0),
		linked: integer().notNull().default(0),
		unlinked: integer().notNull().default(0),
		rejected: integer().notNull().default(0),
		unchanged: integer().notNull().default(0),
		skipped: integer().notNull().default(0),
		problems: integer().notNull().default(0),
		createdAt: instant().notNull().defaultNow(),
		startedAt: instant(),
		finishedAt: instant(),
		cancelRequestedAt: instant(),
		/** Who works on it, and until when that is believed (rule 15). */
		leaseOwner: text(),
		leaseUntil: instant(),
	},
	(table) => [
		uniqueIndex("runs_one_active_per_container")
			.on(table.containerId)
			.where(sql`state in ('queued', 'scanning', 'reading', 'applying', 'interrupted')`),
		index("runs_container").on(table.containerId, table.id.desc()),
		index("runs_leases").on(table.leaseUntil).where(sql`lease_owner is not null`),
		check("runs_revert_names_a_run", sql`(${table.kind} = 'revert') = (${table.revertsRunId} is not null)`),
		check("runs_lease_complete", sql`(${table.leaseOwner} is null) = (${table.leaseUntil} is null)`),
		check(
			"runs_finished_when_over",
			sql`(${table.state} in ('succeeded', 'partial', 'failed', 'cancelled')) = (${table.finishedAt} is not null)`,
		),
	],
);

export const problems = pgTable(
	"problems",
	{
		id: id(),
		runId: reference().notNull().references(() => runs.id, { onDelete: "cascade" }),
		sourceId: reference().references(() => sources.id, { onDelete: "set null" }),
		path: text().notNull(),
		code: text().notNull(),
		message: text().notNull(),
	},
	(table) => [index("problems_run").on(table.runId)],
);

/** What a run saw of the folders that were not as the catalogue had them; written into `directories` when it is applied. */
export const runDirectories = pgTable(
	"run_directories",
	{
		runId: reference().notNull().references(() => runs.id, { onDelete: "cascade" }),
		sourceId: reference().notNull().references(() => sources.id, { onDelete: "cascade" }),
		path: text().notNull(),
		parent: text(),
		/** null: the folder is gone. */
		digest: text(),
		rule: text().notNull(),
	},
	(table) => [primaryKey({ columns: [table.runId, table.sourceId, table.path] })],
);

/** History outlives what it speaks of: but for the run, these ids are not foreign keys (which would also double the cost of staging). */
export const changes = pgTable(
	"changes",
	{
		id: id(),
		runId: reference().notNull().references(() => runs.id, { onDelete: "cascade" }),
		action: changeAction().notNull(),
		outcome: changeOutcome().notNull().default("planned"),
		sourceId: reference(),
		storageId: reference().notNull(),
		directory: text().notNull(),
		path: text().notNull(),
		/** moved: where the data file was. */
		fromPath: text(),
		datasetId: reference(),
		eoId: text(),
		/** The files as found; null when there are none any more. */
		files: jsonb().$type<readonly FileFingerprint[]>(),
		/** The home source's rule hash to write with the dataset. */
		rule: text(),
		/** Must still be read. */
		toRead: boolean().notNull().default(false),
		/** The dataset before and after, as far as the change writes it; `before` is what a revert puts back. */
		before: jsonb().$type<DatasetState>(),
		after: jsonb().$type<DatasetState>(),
		/** The fields that differ, for people. */
		fields: jsonb().$type<FieldDiffs>(),
		code: text(),
		reason: text(),
		/** What else a revert needs: the files, rule and links that the change replaced. */
		undo: jsonb().$type<{
			readonly path?: string;
			readonly files?: readonly FileFingerprint[];
			readonly rule?: string;
			readonly links?: readonly { readonly containerId: number; readonly sourceId: number | null }[];
		}>(),
	},
	(table) => [
		unique("changes_one_per_file").on(table.runId, table.storageId, table.path, table.action),
		index("changes_by_path").on(table.runId, table.path, table.id),
		index("changes_by_action").on(table.runId, table.action, table.path, table.id),
		index("changes_to_read").on(table.runId, table.id).where(sql`to_read`),
		index("changes_dataset").on(table.datasetId),
	],
);
