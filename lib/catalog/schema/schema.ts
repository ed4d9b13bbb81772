import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgEnum, pgTable, text } from "drizzle-orm/pg-core";
import { stacAccesses } from "#lib/catalog/inputs.ts";
import type { GuardRules, MosaicGrid } from "#lib/catalog/json-columns.ts";
import type { Band, Footprint } from "#lib/metadata/metadata.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { storageTypes } from "#lib/storage/storage.ts";
import { id, instant, ncName, reference } from "./columns.ts";

/**
 * The catalogue: storages, and containers with their sources. Datasets are in `dataset-schema.ts`, files of which nothing is settled in `open-file-schema.ts`,
 * runs in `run-schema.ts`. What the database can refuse by itself, it refuses here.
 */

export const storageType = pgEnum("storage_type", storageTypes);
export const containerKind = pgEnum("container_kind", ["dataset-series", "rectified-stitched-mosaic"]);
export const symlinkRule = pgEnum("symlink_rule", ["skip", "follow"]);
/** Who may read a container by the STAC API: everyone, who has a token of the role viewer, nobody. */
export const stacAccess = pgEnum("stac_access", stacAccesses);

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
		/** The keys that the configuration file applied last had for it; null: no file has named it yet. */
		fileKeys: text().array(),
		/** When a run could not reach it, and none has since; null: it was reached, or never tried. */
		unreachableSince: instant(),
		unreachableReason: text(),
		/** Nothing is asked of it until then, but by name; a time that is over: until when that was so. */
		pausedUntil: instant(),
		pausedAt: instant(),
		pausedBy: text(),
		pauseNote: text(),
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
		/** A scheduled run reads every file again. */
		scheduleFull: boolean().notNull().default(false),
		/** So many of its datasets, a count or a share of them, each scheduled run reads again, the longest unread first; null: none. */
		scheduleVerify: text(),
		/** A run begins up to so many minutes later, always as many for this container. */
		scheduleJitter: integer().notNull().default(0),
		/** Runs only by hand: without its own schedule it does not follow the default one either. */
		byHand: boolean().notNull().default(false),
		/** The stated limits of the guard (rule 12); others have their defaults. */
		guard: jsonb().$type<GuardRules>().notNull().default({}),
		/** Earlier versions read it, later ones `guard`. */
		maxRemovals: text().notNull().default("20%"),
		/** So many complete listings must lack a file before its dataset is removed. */
		removalLooks: integer().notNull().default(1),
		/** Seconds that must have passed since the first of them. */
		removalAfter: integer().notNull().default(0),
		/** Removed datasets can be restored for so many days. */
		retentionDays: integer().notNull().default(90),
		/** Mosaics: the grid as configured; null: the first dataset that fits sets it. */
		grid: jsonb().$type<MosaicGrid>(),
		rangeType: text(),
		/** Mosaics: the grid and bands in force. */
		mosaicGrid: jsonb().$type<MosaicGrid>(),
		mosaicBands: jsonb().$type<readonly Band[]>(),
		/** Mosaics: the range type in force; null: not known of before. */
		mosaicRangeType: text(),
		/** Mosaics: the run of another container changed datasets that are in this one, too; the next run sees whether they still fit. */
		mosaicRefit: boolean().notNull().default(false),
		/** When its schedule was saved last; null: with the rest of it, at `configuredAt`. */
		scheduledAt: instant(),
		/** Grows with every applied run and with what a sync's result depends on; a plan is for one revision. */
		revision: bigint({ mode: "number" }).notNull().default(0),
		/** When the revision grew by an edit last. */
		configuredAt: instant().notNull().defaultNow(),
		createdAt: instant().notNull().defaultNow(),
		/** The keys that the configuration file applied last had for it, `guard.maxRemovals` for one in another; null: none has named it yet. */
		fileKeys: text().array(),
		/** Deleted: it can be restored until its retention time is over, and is in no list of containers. Then `eoId` is a name that cannot be given. */
		deletedAt: instant(),
		/** The EO ID that it had. */
		deletedEoId: text(),
		/** It was merged into that one (`reshape-schema.ts`): it is in no list, and goes when that one goes; `deletedEoId` is the EO ID that it had. */
		mergedInto: reference(),
		/** The summary over all datasets (rule 10); a container that became empty keeps its last one. */
		beginTime: instant(),
		endTime: instant(),
		footprint: jsonb().$type<Footprint>(),
		datasetCount: integer().notNull().default(0),
		/** When that one of its datasets was read whose last reading is longest ago; null: it reads none, or none since that is kept. */
		verifiedAt: instant(),
		publishStac: stacAccess().notNull().default("off"),
		/** Grows with whatever changes the documents of all its items at once; a trigger then says `republished` in the log. */
		publicationRevision: bigint({ mode: "number" }).notNull().default(0),
		/** When it last grew (a trigger); null: never. */
		republishedAt: instant(),
	},
	(table) => [
		index("containers_published").on(table.id).where(sql`publish_stac <> 'off'`),
		check("containers_eo_id_ncname", ncName("eo_id")),
		check("containers_times_ordered", sql`${table.beginTime} <= ${table.endTime}`),
		check("containers_max_removals", sql`${table.maxRemovals} ~ '^[0-9]{1,9}%?$'`),
		check("containers_removal_looks", sql`${table.removalLooks} between 1 and 100`),
		check("containers_removal_after", sql`${table.removalAfter} between 0 and 31536000`),
		check("containers_retention", sql`${table.retentionDays} between 1 and 36500`),
		check(
			"containers_grid_of_mosaics",
			sql`${table.kind} = 'rectified-stitched-mosaic' or (${table.grid} is null and ${table.mosaicGrid} is null)`,
		),
		check("containers_deleted_with_name", sql`(${table.deletedAt} is null) = (${table.deletedEoId} is null)`),
		check("containers_merged_are_gone", sql`${table.mergedInto} is null or ${table.deletedAt} is not null`),
		index("containers_merged").on(table.mergedInto).where(sql`merged_into is not null`),
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
