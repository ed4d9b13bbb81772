import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { id, instant, reference } from "./columns.ts";
import { runs } from "./run-schema.ts";

/** The shared work of runs: there are no rows while one process works on a run alone. */

/**
 * Parts of a run that its leader (the owner of its lease) gave away: folders still to be listed, each with all below it, or
 * staged changes still to be read. A part goes in the transaction that writes what came of it; so what stands here, and
 * what the leader has in mind, is all that is left to do, and no two parts overlap.
 */
export const runParts = pgTable(
	"run_parts",
	{
		id: id(),
		runId: reference()
			.notNull()
			.references(() => runs.id, { onDelete: "cascade" }),
		/** `LoadedRun.folderRule`: a helper that takes it understands the configuration, and reads files, as the leader does. */
		rule: text().notNull(),
		/** For a folder: its source, its path, the path of its parent folder. */
		sourceId: reference(),
		path: text(),
		parent: text(),
		/** Else the ids of the first and the last change; those between that are still to be read belong to the part. */
		firstChange: reference(),
		lastChange: reference(),
		/** A helper could not do it: whether that is the storage's fault or the helper's place, the leader finds out. */
		forLeader: boolean().notNull().default(false),
		/** The helper that works on it, and until when that is believed. */
		owner: text(),
		ownedUntil: instant(),
	},
	(table) => [
		index("run_parts_run").on(table.runId, table.id),
		check("run_parts_folder_or_changes", sql`(${table.path} is null) = (${table.firstChange} is not null)`),
		check("run_parts_owner_complete", sql`(${table.owner} is null) = (${table.ownedUntil} is null)`),
	],
);

/** The helpers of a run, and what they did in a phase that is not over yet. */
export const runHelpers = pgTable(
	"run_helpers",
	{
		runId: reference()
			.notNull()
			.references(() => runs.id, { onDelete: "cascade" }),
		owner: text().notNull(),
		/** `scanning` or `reading`. */
		phase: text().notNull(),
		/** In the phase's own unit, as in `RunProgress`. */
		done: bigint({ mode: "number" }).notNull().default(0),
		files: bigint({ mode: "number" }).notNull().default(0),
		seenAt: instant().notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.runId, table.phase, table.owner] })],
);
