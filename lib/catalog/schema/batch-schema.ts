import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { id, instant, reference } from "./columns.ts";
import { runKind, runs, runTrigger } from "./run-schema.ts";
import { containers } from "./schema.ts";

/** What one request asked for of several containers: *Sync all*, a selection, a schedule's tick. */
export const batches = pgTable(
	"batches",
	{
		id: id(),
		/** `check` when all of it are checks. */
		kind: runKind().notNull(),
		trigger: runTrigger().notNull(),
		actor: text().notNull(),
		/** It was asked for all containers, not for some. */
		ofAll: boolean().notNull().default(false),
		/** How many containers it had when it was asked for. */
		containers: integer().notNull(),
		removesNow: boolean().notNull().default(false),
		approvalReason: text(),
		/** The batch whose failed containers it tries again. */
		retries: reference(),
		/** The newest run when it was asked for: where it stands among the runs. */
		afterRun: reference().notNull(),
		createdAt: instant().notNull().defaultNow(),
		/** No container gets its turn. */
		pausedAt: instant(),
		pausedBy: text(),
		/** The containers that had not had their turn were left out. */
		cancelledAt: instant(),
		cancelledBy: text(),
		/** Every container has had its turn, and its run is over or waits for a person. */
		finishedAt: instant(),
		/** The console that carries it out in its own process, and until when that is believed; else any worker does. */
		console: text(),
		consoleUntil: instant(),
	},
	(table) => [
		index("batches_open").on(table.id).where(sql`finished_at is null`),
		check("batches_kind_known", sql`${table.kind} in ('sync', 'check')`),
		check("batches_paused_by", sql`(${table.pausedAt} is null) = (${table.pausedBy} is null)`),
		check("batches_cancelled_by", sql`(${table.cancelledAt} is null) = (${table.cancelledBy} is null)`),
		check("batches_console_complete", sql`(${table.console} is null) = (${table.consoleUntil} is null)`),
	],
);

/**
 * The containers of a batch. One waits for its turn until it has a run or is left out. The run may be one that was asked for
 * otherwise: a trigger on `runs` counts every new run that does at least as much.
 */
export const batchContainers = pgTable(
	"batch_containers",
	{
		batchId: reference()
			.notNull()
			.references(() => batches.id, { onDelete: "cascade" }),
		/** The order of their turns, from 1. */
		position: integer().notNull(),
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		kind: runKind().notNull(),
		full: boolean().notNull().default(false),
		/** The one run that counts. */
		runId: reference().references(() => runs.id, { onDelete: "cascade" }),
		/** It gets no turn any more: the rest of the batch was cancelled, or the container deleted. */
		leftOutAt: instant(),
	},
	(table) => [
		primaryKey({ columns: [table.batchId, table.position] }),
		index("batch_containers_waiting")
			.on(table.batchId, table.position)
			.where(sql`run_id is null and left_out_at is null`),
		index("batch_containers_waiting_container")
			.on(table.containerId)
			.where(sql`run_id is null and left_out_at is null`),
		index("batch_containers_container").on(table.containerId, table.batchId.desc()),
		index("batch_containers_run").on(table.runId).where(sql`run_id is not null`),
		check("batch_containers_kind_known", sql`${table.kind} in ('sync', 'check')`),
		check("batch_containers_run_or_left_out", sql`${table.runId} is null or ${table.leftOutAt} is null`),
	],
);
