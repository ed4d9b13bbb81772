import type { GuardVerdict, RunError, RunProgress, RunSelection } from "#lib/catalog/json-columns.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { ChangeCounts } from "./change-view.ts";

/** What pages, the event stream and `--json` show of runs. No code, client-safe. */

export const runStates = [
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
] as const;
export type RunState = (typeof runStates)[number];

export const runKinds = ["sync", "check", "revert", "delete", "restore", "split", "merge"] as const;
export const runTriggers = ["dashboard", "command-line", "schedule", "watch", "api"] as const;

export interface RunView extends ChangeCounts {
	readonly run: number;
	/** EO ID. */
	readonly container: string;
	readonly kind: (typeof runKinds)[number];
	readonly state: RunState;
	readonly trigger: (typeof runTriggers)[number];
	readonly actor: string;
	readonly full: boolean;
	readonly unchanged: number;
	readonly skipped: number;
	/** Of the skipped: left for later by the person who applied the plan. */
	readonly leftOut: number;
	/** Of the skipped: kept out by exceptions. */
	readonly excepted: number;
	/** What of the plan a person chose to apply; null: all of it. */
	readonly selection: RunSelection | null;
	readonly problems: number;
	/** What could not be examined and no rule needs. */
	readonly notes: number;
	/** Updates of unchanged files that were read again because of their rules or readers. */
	readonly reread: number;
	/** Datasets of which nothing but the fingerprint, or the rules they are read by, is new; no change. */
	readonly refreshed: number;
	/** Datasets whose unchanged files were read again and say what they did before. */
	readonly verified: number;
	/** Files that wait until they are stable. */
	readonly waiting: number;
	/** Datasets whose file was not listed, and whose removal is not ripe yet. */
	readonly suspect: number;
	/** null until it started. */
	readonly seconds: number | null;
	readonly createdAt: Instant;
	readonly startedAt: Instant | null;
	readonly finishedAt: Instant | null;
	readonly progress: RunProgress;
	readonly guard: GuardVerdict | null;
	readonly approval: { readonly reason: string; readonly by: string } | null;
	readonly error: RunError | null;
	readonly reverts: number | null;
	/** The run that reverted this one. */
	readonly revertedBy: number | null;
	readonly supersededBy: number | null;
	/** The held run that has the same plan: this one keeps none of its own. */
	readonly sameAs: number | null;
	/** For a held run: when a later one came to the same plan. */
	readonly seenAgainAt: Instant | null;
	/** When its plan was written into the catalogue; null: it was not, or there was none. */
	readonly appliedAt: Instant | null;
	/** It was handed back as a storage was paused or its hours were over: no worker takes it before then. */
	readonly resumeAt: Instant | null;
	readonly cancelRequested: boolean;
	/** The first batch that counts it. */
	readonly batch: number | null;
	/** Its place among the runs that wait for a worker, from 1; null: it does not wait. The hundredth stands for all after it. */
	readonly place: number | null;
	/** What may be done with it now; rules live in the library, buttons only follow. */
	readonly can: {
		readonly cancel: boolean;
		readonly apply: boolean;
		readonly approve: boolean;
		readonly revert: boolean;
	};
	/** How far the reading saw (`database/read-position.ts`): of two views of a run the one with the larger number is newer. */
	readonly readAt: number;
}

/** A run that a person may want to approve, with others. */
export interface ApprovableRun {
	readonly view: RunView;
	/** Why it cannot be approved now, a sentence; null: it can. */
	readonly obstacle: string | null;
}

/** One tick of the history strip. */
export interface RunTick extends ChangeCounts {
	readonly run: number;
	readonly state: RunState;
	readonly kind: RunView["kind"];
	readonly at: Instant;
}

export interface ProblemView {
	readonly path: string;
	readonly code: string;
	readonly message: string;
}
