import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { ChannelMessage, ChannelSettings } from "#lib/catalog/channels/channel-records.ts";
import { id, instant, reference } from "./columns.ts";
import { runs } from "./run-schema.ts";
import { containers, sources, storages } from "./schema.ts";
import { targets } from "./target-schema.ts";

/** What an unattended eosync needs: settings, whom to notify of what, and which worker watches which source. */

export const settings = pgTable("settings", {
	/** `default-schedule` */
	name: text().primaryKey(),
	value: jsonb().notNull(),
	updatedAt: instant().notNull().defaultNow(),
});

/** The health of each container of which people were last notified. A trigger on `runs` marks those whose health may have changed. */
export const containerHealth = pgTable(
	"container_health",
	{
		containerId: reference()
			.primaryKey()
			.references(() => containers.id, { onDelete: "cascade" }),
		health: text().notNull().default("in order"),
		runId: reference(),
		since: instant().notNull().defaultNow(),
		/** When people were notified last; null: not in this state. */
		toldAt: instant(),
		/** A run has come to an end since it was looked at. */
		changed: boolean().notNull().default(true),
	},
	(table) => [
		index("container_health_changed").on(table.containerId).where(sql`changed`),
		check("container_health_known", sql`${table.health} in ('in order', 'failed', 'held', 'overdue')`),
	],
);

/** Changes of that state, and daily reminders. Numbers grow in the order of time: one process at a time writes them. */
export const notices = pgTable(
	"notices",
	{
		id: id(),
		/** null: it is about a storage, a target, or a cause. */
		containerId: reference().references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference().references(() => storages.id, { onDelete: "cascade" }),
		targetId: reference().references(() => targets.id, { onDelete: "cascade" }),
		/** The key of a cause that several containers fail by (`causes.ts`). */
		cause: text(),
		/** How many containers of the storage cannot be examined, or fail by the cause. */
		containers: integer(),
		event: text().notNull(),
		runId: reference().references(() => runs.id, { onDelete: "set null" }),
		reason: text().notNull(),
		/** A reminder: it was sent before and is still so. */
		repeated: boolean().notNull().default(false),
		at: instant().notNull().defaultNow(),
	},
	(table) => [
		index("notices_container").on(table.containerId),
		index("notices_run").on(table.runId),
		index("notices_storage").on(table.storageId).where(sql`storage_id is not null`),
		check("notices_event_known", sql`${table.event} in ('failed', 'held', 'recovered', 'overdue')`),
		index("notices_target").on(table.targetId).where(sql`target_id is not null`),
		check(
			"notices_about_one",
			sql`num_nonnulls(${table.containerId}, ${table.storageId}, ${table.targetId}, ${table.cause}) = 1`,
		),
	],
);

export const channels = pgTable(
	"channels",
	{
		id: id(),
		name: text().notNull().unique(),
		/** Without its secrets. */
		config: jsonb().$type<ChannelSettings>().notNull(),
		/** JSON, secret by field, each sealed for itself; null: there are none. */
		sealed: text(),
		events: text().array().notNull(),
		enabled: boolean().notNull().default(true),
		/** The last change that it was notified of. */
		toldNotice: bigint({ mode: "number" }).notNull().default(0),
		/** Of one that gets what changes in the published catalogue: how far in the log of which epoch it was told; null: any other. */
		logEpoch: uuid(),
		logSeq: bigint({ mode: "number" }),
		createdAt: instant().notNull().defaultNow(),
		updatedAt: instant().notNull().defaultNow(),
	},
	(table) => [check("channels_name_not_empty", sql`${table.name} <> ''`)],
);

/** Messages on their way through a channel, and what became of them. */
export const deliveries = pgTable(
	"deliveries",
	{
		id: id(),
		/** What the receiver knows it by: the same for each attempt. */
		key: uuid().notNull().defaultRandom(),
		channelId: reference()
			.notNull()
			.references(() => channels.id, { onDelete: "cascade" }),
		message: jsonb().$type<ChannelMessage>().notNull(),
		state: text().notNull().default("waiting"),
		attempts: integer().notNull().default(0),
		/** When it is tried (again); while it is being sent: when another worker may. */
		nextAt: instant().notNull().defaultNow(),
		/** The server's status of the last attempt, HTTP or SMTP; null: there was no answer. */
		status: integer(),
		/** How the answer began, or what kept it from being sent. */
		response: text(),
		createdAt: instant().notNull().defaultNow(),
		finishedAt: instant(),
	},
	(table) => [
		index("deliveries_due").on(table.nextAt).where(sql`state = 'waiting'`),
		index("deliveries_channel").on(table.channelId, table.id.desc()),
		check("deliveries_state_known", sql`${table.state} in ('waiting', 'delivered', 'given up')`),
	],
);

/** Sources that are watched, by which worker, for as long as its lease says. */
export const watches = pgTable(
	"watches",
	{
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		/** As in `workers`. */
		worker: text().notNull(),
		mode: text().notNull(),
		/** Why it is not watched but polled, or waits. */
		reason: text(),
		folders: integer().notNull().default(0),
		since: instant().notNull().defaultNow(),
		leaseUntil: instant().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.sourceId] }),
		check("watches_mode_known", sql`${table.mode} in ('starting', 'watching', 'polling', 'waiting')`),
	],
);
