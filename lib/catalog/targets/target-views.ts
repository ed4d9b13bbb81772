import type { Instant } from "#lib/metadata/metadata.ts";
import type { TargetInput } from "./target-inputs.ts";
import type { TargetStanding } from "./target-lag.ts";
import type {
	DifferenceClass,
	FieldDifference,
	PushCounts,
	PushHold,
	PushProgress,
	pushKinds,
	pushStates,
	targetObjectKinds,
	targetTypes,
} from "./target-records.ts";

/** What is shown of targets: catalogues of others that are kept in step with this one. No code but lists of words, client-safe. */

/** In the order in which a person cares. */
export const targetStates = [
	"failed",
	"held",
	"at work",
	"waiting",
	"paused",
	"behind",
	"never pushed",
	"differs",
	"in step",
] as const;
export type TargetState = (typeof targetStates)[number];

export type TargetType = (typeof targetTypes)[number];
export type TargetObjectKind = (typeof targetObjectKinds)[number];

/** `same` is only counted. */
export type FoundClass = Exclude<DifferenceClass, "same">;

/** A push, check or adoption. */
export interface PushView {
	readonly id: number;
	readonly kind: (typeof pushKinds)[number];
	readonly state: (typeof pushStates)[number];
	/** A user, a token, the console; null: it followed a change by itself. */
	readonly requestedBy: string | null;
	/** What a person is asked, or was; null: it never was held. */
	readonly hold: PushHold | null;
	/** Why it is held, or was cancelled. */
	readonly reason: string | null;
	readonly approvedBy: string | null;
	readonly approvalReason: string | null;
	readonly overwrite: boolean;
	readonly counts: PushCounts;
	readonly progress: PushProgress | null;
	readonly error: string | null;
	readonly isCancelling: boolean;
	readonly createdAt: Instant;
	readonly startedAt: Instant | null;
	readonly finishedAt: Instant | null;
}

/** A target as its pages show it. */
export interface TargetView extends TargetStanding {
	/** As it is configured, without its password. */
	readonly input: TargetInput;
	readonly hasPassword: boolean;
	/** The version of its settings and secret; an edit hands it back (`edit-version.ts`). */
	readonly version: string;
	readonly state: TargetState;
	/** Since when the first change waits; null: none does. */
	readonly behindSince: Instant | null;
	/** What waits for a worker, or is at work. */
	readonly current: PushView | null;
	/** What waits for a person's decision: that which has waited longest; null: nothing does. */
	readonly heldPush: PushView | null;
	/** All that do, the oldest first, at most 20 of them: each container whose removals are held is a question of its own. */
	readonly heldPushes: readonly PushView[];
	/** The last comparison that came to its end. */
	readonly lastCheck: PushView | null;
}

export interface TargetDetail {
	readonly target: TargetView;
	/** The check or push whose findings are shown: the one that was asked for, else the last that has any. */
	readonly shown: PushView | null;
	/** Adopted objects of which something was accepted that no push has written yet. Not known, 0, while something is at work. */
	readonly accepted: number;
}

/** How a container is in one target. */
export interface ContainerTarget {
	readonly target: string;
	readonly type: TargetType;
	readonly state: TargetState;
	/** Of its datasets, those that are there as they should be. */
	readonly there: number;
	readonly of: number;
	/** Of its datasets, those that changed and are not pushed yet. */
	readonly waiting: number;
	/** Since when the first of its changes waits; null: none does. */
	readonly behindSince: Instant | null;
	/** Of its datasets, those that are in conflict or were changed there. */
	readonly open: number;
}

/** One object that is not the same on both sides. */
export interface TargetDifference {
	/** Within its check or push, in the order of finding. */
	readonly number: number;
	readonly class: FoundClass;
	readonly kind: TargetObjectKind;
	/** What it is called there. */
	readonly identifier: string;
	/** What it is called here; null: it is not of this catalogue. */
	readonly eoId: string | null;
	/** Number of the dataset; null: it is none, or is gone for good. */
	readonly dataset: number | null;
	/** EO ID of the container that it is of; null: of none. */
	readonly container: string | null;
	readonly fields: readonly FieldDifference[];
	/** Why, in a sentence; null: the class says it all. */
	readonly message: string | null;
}

/** How many differences match, by what they can be narrowed by: each without the condition on itself. */
export interface DifferenceCounts {
	readonly classes: Readonly<Partial<Record<FoundClass, number>>>;
	readonly kinds: Readonly<Partial<Record<TargetObjectKind, number>>>;
	/** Those with most of them, the most first. */
	readonly containers: readonly { readonly container: string; readonly count: number }[];
}

/** What *Test* found out. */
export interface TargetTest {
	readonly ok: boolean;
	/** What was reached, or what went wrong and what to do. */
	readonly message: string;
	/** What a person should know of it. */
	readonly notes: readonly string[];
	readonly milliseconds: number;
	/** What there is already, to choose from: names of range types, and places of storages. */
	readonly rangeTypes: readonly string[];
	readonly storages: readonly string[];
}
