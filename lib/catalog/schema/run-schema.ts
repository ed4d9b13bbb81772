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
	unique,
	uniqueIndex,
} from "drizzle-orm/pg-core";
import { changeActions, changeOutcomes } from "#lib/catalog/inputs.ts";
import type {
	FieldDiffs,
	FileFingerprint,
	GuardVerdict,
	LookAgain,
	RunError,
	RunProgress,
	RunSelection,
} from "#lib/catalog/json-columns.ts";
import { runKinds, runStates, runTriggers } from "#lib/catalog/read-models/run-view.ts";
import { statesText } from "#lib/catalog/runs/run-states.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { id, instant, reference } from "./columns.ts";
import { containers, sources, storages } from "./schema.ts";

/** Runs and what they found: the bookkeeping beside the catalogue. */

export const runKind = pgEnum("run_kind", runKinds);
export const runTrigger = pgEnum("run_trigger", runTriggers);
export const runState = pgEnum("run_state", runStates);
/** `refreshed` is bookkeeping (only the fingerprint is new), not a change: it is never shown. */
export const changeAction = pgEnum("change_action", [...changeActions, "refreshed"]);
export const changeOutcome = pgEnum("change_outcome", changeOutcomes);

export const runs = pgTable(
	"runs",
	{
		id: id(),
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		kind: runKind().notNull(),
		trigger: runTrigger().notNull(),
		actor: text().notNull(),
		state: runState().notNull().default("queued"),
		/** Read every file again, whatever its fingerprint. */
		full: boolean().notNull().default(false),
		/** Removals do not wait until they are ripe. */
		removesNow: boolean().notNull().default(false),
		/** It was asked for by name while a storage of its container was paused, or outside its hours. */
		despitePause: boolean().notNull().default(false),
		/** It was handed back as a storage was paused, or its hours were over: no worker takes it before then. */
		resumeAt: instant(),
		revertsRunId: reference(),
		/** The first batch that counts it. */
		batchId: reference(),
		/** The newer run whose plan replaced this one's. */
		supersededBy: reference(),
		/** The held run that has the same plan: this one keeps none of its own. */
		sameAsRunId: reference(),
		/** For a held run: when a later one came to the same plan. */
		seenAgainAt: instant(),
		/** The container's revision that the plan was made for. */
		baseRevision: bigint({ mode: "number" }),
		/** A plan is complete: what follows is only applying it. */
		plannedAt: instant(),
		/** The plan is in the catalogue: its changes that are still `planned` count as applied. */
		appliedAt: instant(),
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
		/** What could not be examined and no rule needs. */
		notes: integer().notNull().default(0),
		/** Files that wait until they are stable. */
		waiting: integer().notNull().default(0),
		/** Datasets whose file was not listed, and whose removal is not ripe yet. */
		suspect: integer().notNull().default(0),
		/** Updates of unchanged files that were read again because of their rules or readers. */
		reread: integer().notNull().default(0),
		/** Datasets of which nothing but the fingerprint, or the rules they are read by, is new. */
		refreshed: integer().notNull().default(0),
		/** Datasets whose unchanged files were read again and say what they did before. */
		verified: integer().notNull().default(0),
		/** What its container had when it came to its end, or to wait for a person (trigger, migration 0032); null: not yet, or not known. */
		datasetsThen: integer(),
		/** The same: files that were standing rejected. */
		rejectedThen: integer(),
		/** Of those that were skipped: left for later by the person who applied the plan. */
		leftOut: integer().notNull().default(0),
		/** Of those that were skipped: kept out by exceptions. */
		excepted: integer().notNull().default(0),
		/** What of the plan a person chose to apply; null: all of it. The changes themselves say which they are. */
		selection: jsonb().$type<RunSelection>(),
		createdAt: instant().notNull().defaultNow(),
		startedAt: instant(),
		/** When it was last taken up after an interruption: what it had found is older than that. */
		resumedAt: instant(),
		/** The run that follows it: asked for while this one could not see how the archive is now. */
		lookAgain: jsonb().$type<LookAgain>(),
		/** Every folder has been looked at; from here on an interrupted run goes on with reading. */
		scannedAt: instant(),
		finishedAt: instant(),
		cancelRequestedAt: instant(),
		/** The process that works on it, and until when that is believed (rule 15). */
		leaseOwner: text(),
		leaseUntil: instant(),
	},
	(table) => [
		uniqueIndex("runs_one_active_per_container")
			.on(table.containerId)
			.where(sql.raw(`state in ${statesText("active")}`)),
		index("runs_reverts").on(table.revertsRunId).where(sql`reverts_run_id is not null`),
		// With nulls last, which a query must say, too: `order by id desc` alone sorts all runs of its container.
		index("runs_container").on(table.containerId, table.id.desc()),
		index("runs_leases").on(table.leaseUntil).where(sql`lease_owner is not null`),
		index("runs_scheduled").on(table.containerId, table.createdAt).where(sql`trigger = 'schedule'`),
		index("runs_open").on(table.state).where(sql`finished_at is null`),
		index("runs_of_batch").on(table.batchId, table.id.desc()).where(sql`batch_id is not null`),
		index("runs_of_none").on(table.id.desc()).where(sql`batch_id is null`),
		check("runs_revert_names_a_run", sql`(${table.kind} = 'revert') = (${table.revertsRunId} is not null)`),
		check("runs_lease_complete", sql`(${table.leaseOwner} is null) = (${table.leaseUntil} is null)`),
		check(
			"runs_finished_when_over",
			sql`(${table.state} in ${sql.raw(statesText("over"))} or ${table.sameAsRunId} is not null) = (${table.finishedAt} is not null)`,
		),
	],
);

export const problems = pgTable(
	"problems",
	{
		id: id(),
		runId: reference()
			.notNull()
			.references(() => runs.id, { onDelete: "cascade" }),
		sourceId: reference().references(() => sources.id, { onDelete: "set null" }),
		path: text().notNull(),
		code: text().notNull(),
		message: text().notNull(),
		/** No rule needs it: the run succeeds in spite of it. */
		isNote: boolean().notNull().default(false),
	},
	(table) => [index("problems_run").on(table.runId)],
);

/** What a run saw of the folders that were not as the catalogue had them; written into `directories` when it is applied. */
export const runDirectories = pgTable(
	"run_directories",
	{
		runId: reference()
			.notNull()
			.references(() => runs.id, { onDelete: "cascade" }),
		sourceId: reference()
			.notNull()
			.references(() => sources.id, { onDelete: "cascade" }),
		path: text().notNull(),
		parent: text(),
		/** null: the folder is gone. */
		digest: text(),
		listing: text(),
		rule: text().notNull(),
		/** The folder's doubts before it was compared: if they differ later, what the catalogue was compared with may be out of date. */
		doubts: integer().notNull().default(0),
	},
	(table) => [primaryKey({ columns: [table.runId, table.sourceId, table.path] })],
);

/**
 * History outlives what it speaks of: these ids are not foreign keys. Nor is the run's, which would make staging half as
 * dear again; staging is fenced by that run, and a trigger takes the changes of a run that is deleted (migration 0010).
 */
export const changes = pgTable(
	"changes",
	{
		id: id(),
		runId: reference().notNull(),
		action: changeAction().notNull(),
		outcome: changeOutcome().notNull().default("planned"),
		sourceId: reference(),
		storageId: reference().notNull(),
		directory: text().notNull(),
		path: text().notNull(),
		/** moved: where the data file was. */
		fromPath: text(),
		/** For a file that becomes a new dataset: the id that the dataset will have once the file was read. */
		datasetId: reference(),
		eoId: text(),
		/** The files as found; null when there are none any more, or they stand in the version that they were read for. */
		files: jsonb().$type<readonly FileFingerprint[]>(),
		/** The home source's rule hash to write with the dataset. */
		rule: text(),
		/** Must still be read. */
		toRead: boolean().notNull().default(false),
		/** The dataset before and after, of `dataset_versions`, as far as the change writes it; a revert puts back the one before. */
		beforeVersion: reference(),
		afterVersion: reference(),
		/** The same of changes that 0.1 wrote. */
		before: jsonb().$type<DatasetState>(),
		after: jsonb().$type<DatasetState>(),
		/** The fields that differ, for people. */
		fields: jsonb().$type<FieldDiffs>(),
		code: text(),
		reason: text(),
		/** Why a person, or an exception, left it out of the plan; null: nobody did. */
		leftOut: text(),
		/** The exception that keeps it out; null: it was left for later, or not at all. */
		exceptionId: reference(),
		/** What else a revert needs: the files, rule and links that the change replaced. */
		undo: jsonb().$type<{
			readonly path?: string;
			readonly storageId?: number;
			readonly files?: readonly FileFingerprint[];
			readonly rule?: string;
			readonly links?: readonly { readonly containerId: number; readonly sourceId: number | null }[];
			/** Of a split or merge: which container it is about (`reshaped_containers`), by which of its sources, and which of them its home becomes, or was. */
			readonly part?: number;
			readonly source?: number;
			readonly home?: number;
		}>(),
	},
	(table) => [
		// Also the order of the list; each further index would make staging a tenth dearer.
		unique("changes_one_per_file").on(table.runId, table.directory, table.path, table.storageId, table.action),
		index("changes_by_action").on(table.runId, table.action, table.directory, table.path, table.id),
		index("changes_to_read").on(table.runId, table.id).where(sql`to_read`),
		// Not of those that are staged and not read yet.
		index("changes_of_dataset").on(table.datasetId).where(sql`dataset_id is not null`),
	],
);

/** Changes that an operator keeps out of a container's plans. Those that have ended stay as history. */
export const exceptions = pgTable(
	"exceptions",
	{
		id: id(),
		containerId: reference()
			.notNull()
			.references(() => containers.id, { onDelete: "cascade" }),
		storageId: reference()
			.notNull()
			.references(() => storages.id, { onDelete: "cascade" }),
		path: text().notNull(),
		action: changeAction().notNull(),
		/** moved: where the data file was. */
		fromPath: text(),
		eoId: text(),
		/** `until-changed`: until the file is another one; `for-good`: until a person ends it. A removal's ends when the file comes back. */
		until: text().notNull(),
		note: text().notNull(),
		by: text().notNull(),
		at: instant().notNull().defaultNow(),
		/** The run whose plan had the change. */
		runId: reference().notNull(),
		/** The files, and the rule to read them by, as they were then; null: there were none. */
		files: jsonb().$type<readonly FileFingerprint[]>(),
		rule: text(),
		endedAt: instant(),
		/** null: it ended by itself. */
		endedBy: text(),
		endedReason: text(),
	},
	(table) => [
		uniqueIndex("exceptions_one_per_change")
			.on(table.containerId, table.storageId, table.path, table.action)
			.where(sql`ended_at is null`),
		index("exceptions_container").on(table.containerId, table.id),
		index("exceptions_storage").on(table.storageId),
		check("exceptions_until", sql`${table.until} in ('until-changed', 'for-good')`),
		check("exceptions_note", sql`${table.note} <> ''`),
	],
);
