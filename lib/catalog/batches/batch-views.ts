import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** What is shown of batches. No code but lists of words, client-safe. */

/** How a batch stands. `waiting`: for storages that are paused or outside their hours; `cancelling`: the rest is left out, and runs are still under way. */
export const batchStates = ["running", "waiting", "paused", "cancelling", "cancelled", "finished"] as const;

/** What one request asked for of several containers, and how far it is. */
export interface BatchView {
	readonly batch: number;
	readonly kind: "sync" | "check";
	readonly trigger: RunView["trigger"];
	readonly actor: string;
	/** It was asked for all containers. */
	readonly ofAll: boolean;
	readonly state: (typeof batchStates)[number];
	/** Containers, when it was asked for; those of the counts below and `gone` are as many. */
	readonly total: number;
	/** Their run is over, or waits for a person. */
	readonly done: number;
	readonly waiting: number;
	/** Also what is interrupted and will go on. */
	readonly running: number;
	/** They get no turn any more. */
	readonly leftOut: number;
	/** Forgotten since, with their containers or runs. */
	readonly gone: number;
	readonly succeeded: number;
	readonly partial: number;
	readonly failed: number;
	readonly held: number;
	readonly planned: number;
	readonly runsCancelled: number;
	/** Of the cancelled ones: a later run took the place of their plan. Nobody cancelled them. */
	readonly superseded: number;
	/** Containers a minute, of the last five; null: not known, or it does not move. */
	readonly perMinute: number | null;
	readonly secondsLeft: number | null;
	readonly createdAt: Instant;
	readonly finishedAt: Instant | null;
	readonly pausedBy: string | null;
	/** Who left out the rest. */
	readonly cancelledBy: string | null;
	/** A command line carries it out in its own process. */
	readonly onConsole: boolean;
	/** The batch whose failed containers it tries again. */
	readonly retries: number | null;
	/** The newest run when it was asked for, 0 if there was none: where it stands among the runs. */
	readonly afterRun: number;
	/** As that of a run. */
	readonly readAt: number;
}

/** The containers that wait for their turn in a batch, and in no earlier one. */
export interface WaitingInBatch {
	readonly batch: number;
	/** When the batch was asked for: a later run of a container is its turn. */
	readonly askedAt: Instant;
	/** EO IDs. */
	readonly containers: readonly string[];
}

export interface BatchContainerView {
	/** Of its turn, from 1. */
	readonly position: number;
	/** EO ID. */
	readonly container: string;
	readonly state: "waiting" | "left out" | "running" | "failed" | "held" | "done";
	/** The one that counts; null: it has had no turn. */
	readonly run: RunView | null;
}
