import type { EffectiveSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import type { Band, Extent, Footprint, Instant } from "#lib/metadata/metadata.ts";
import type { ChangeAction, ChangeOutcome, ContainerInput, ExceptionEnd, SourceInput, StacAccess } from "./inputs.ts";
import type {
	FieldDiffs,
	GuardRules,
	GuardVerdict,
	MosaicGrid,
	RunError,
	RunProgress,
	RunSelection,
} from "./json-columns.ts";

/** What pages, the event stream and `--json` show: the read side of the catalogue. No code, client-safe. */

export const containerStates = [
	"in sync",
	"out of sync",
	"syncing",
	"held",
	"failed",
	"never synced",
	"overdue",
] as const;
export type ContainerState = (typeof containerStates)[number];

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

export type ChangeCounts = Readonly<Record<ChangeAction, number>>;

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

export interface ContainerView {
	/** EO ID. */
	readonly id: string;
	readonly kind: "dataset-series" | "rectified-stitched-mosaic";
	readonly title: string;
	readonly state: ContainerState;
	/** In words, e.g. why it is out of sync or failed. */
	readonly stateReason: string;
	readonly datasets: number;
	/** Files that are standing rejected. */
	readonly rejected: number;
	/** Those of them that an operator ignores until they change: they count for no mark and no state. */
	readonly ignored: number;
	/** Files that wait until they are stable. */
	readonly waiting: number;
	/** Changes that are kept out of its plans. */
	readonly exceptions: number;
	/** Datasets whose file complete listings lacked, and whose removal is not ripe yet. */
	readonly suspect: number;
	/** Files that the archive is known to have otherwise than the catalogue; suspects are among them, rejected files are not. */
	readonly differences: number;
	/** The start of the last run that looked at everything; null: none did. */
	readonly asOf: Instant | null;
	/** When the files of its datasets were read last, of that one whose reading is longest ago; null: not known, or it reads none itself. */
	readonly verifiedAt: Instant | null;
	/** The names of its storages, those of its metadata files among them. */
	readonly storages: readonly string[];
	/** Its runs wait for a storage that is paused or outside its hours, and is not used before `until`; null: they do not. */
	readonly paused: {
		readonly storage: string;
		readonly until: Instant;
		readonly reason: "paused" | "hours";
	} | null;
	/** Keys of what it fails by (`causes.ts`). */
	readonly causes: readonly string[];
	/** Those that could not be reached when they were tried last, and since when. */
	readonly unreachable: readonly { readonly storage: string; readonly since: Instant; readonly reason: string }[];
	readonly begin: Instant | null;
	readonly end: Instant | null;
	/** Its own, or the default one; null: by hand. */
	readonly schedule: EffectiveSchedule | null;
	readonly nextRun: Instant | null;
	readonly lastRun: RunView | null;
	/** Oldest first, at most 30; null: not asked for, as that of thousands of containers would be megabytes (`listHistories`). */
	readonly history: readonly RunTick[] | null;
	/** As that of a run: what is shown is at least as new as that. */
	readonly readAt: number;
}

/** The history of one container of a list. */
export interface ContainerHistory {
	/** EO ID. */
	readonly id: string;
	readonly history: readonly RunTick[];
}

export interface SourceView extends SourceInput {
	readonly id: number;
	/** The watch of a source that asks for one; null: no worker watches it (yet). */
	readonly watching: WatchView | null;
	/** Datasets that it brought in. */
	readonly datasets: number;
	/** Its patterns that the last look found no data file for, a sentence each. */
	readonly unmatched: readonly string[];
}

export interface WatchView {
	/** `waiting`: its root is not there. */
	readonly mode: "starting" | "watching" | "polling" | "waiting";
	/** Why it is not watched. */
	readonly reason: string | null;
	/** Watched ones. */
	readonly folders: number;
	readonly since: Instant;
	/** The worker's host. */
	readonly host: string;
}

/**
 * EO IDs that containers had before they were renamed or merged. Nothing else can be given one of them as long as its container is
 * kept; whoever still uses one means the container that it belongs to now.
 */
export interface FormerId {
	/** The EO ID as it was. */
	readonly id: string;
	/** The EO ID of the container that is meant by it now. */
	readonly container: string;
	readonly since: Instant;
	readonly how: "renamed" | "merged";
	/** The run that merged it; null: it was renamed. */
	readonly run: number | null;
}

export interface ContainerDetail extends ContainerView {
	readonly history: readonly RunTick[];
	readonly footprint: Footprint | null;
	readonly rangeType: string | null;
	readonly grid: MosaicGrid | null;
	/** Mosaics: the grid in force. */
	readonly mosaicGrid: MosaicGrid | null;
	/** As far as it is stated. */
	readonly guard: GuardRules;
	readonly retentionDays: number;
	readonly revision: number;
	readonly sources: readonly SourceView[];
	/** The EO IDs that it had. */
	readonly formerIds: readonly FormerId[];
	/** The run whose plan waits to be applied or approved. */
	readonly plan: RunView | null;
	readonly publication: PublicationView;
	/** For the Settings form: the configuration as it would be written in the file. */
	readonly input: ContainerInput;
	/** The version of `input`; an edit hands it back (`edit-version.ts`). */
	readonly version: string;
}

/** How a container is served to others. */
export interface PublicationView {
	readonly stac: StacAccess;
	/** Datasets that are served, as items. */
	readonly items: number;
	/** The container is being compared as a whole: it was published, or is no longer, or something failed; null: all is done. */
	readonly filling: {
		readonly done: number;
		/** null: not counted yet. */
		readonly total: number | null;
		readonly since: Instant;
		/** Why the last portion failed; it is tried again. */
		readonly error: string | null;
	} | null;
	/** The last entry of the log about it; null: there is none, or none any more. */
	readonly lastChange: { readonly seq: number; readonly at: Instant } | null;
}

export interface RejectionView {
	readonly path: string;
	readonly storage: string;
	readonly code: string;
	readonly reason: string;
	readonly run: number;
	readonly since: Instant;
	/** Who ignores it until it changes, and why; null: it is not ignored. */
	readonly ignored: { readonly note: string; readonly by: string; readonly at: Instant } | null;
}

export interface DatasetView {
	readonly id: string;
	/** The number of its current version; null: it has none yet (0.1 wrote it). */
	readonly version: number | null;
	readonly kind: "rectified" | "referenceable";
	readonly storage: string;
	readonly path: string;
	readonly metadataPaths: readonly string[];
	/** For a product: its further files. */
	readonly memberPaths: readonly string[];
	readonly begin: Instant;
	readonly end: Instant;
	/** When its files were read last. */
	readonly lastRead: Instant;
	readonly footprint: Footprint;
	readonly crs: string;
	readonly size: readonly [number, number];
	readonly extent: Extent | null;
	readonly rangeType: string;
	readonly bands: readonly Band[];
	readonly properties: Readonly<Record<string, string | number>>;
}

export interface ChangeView {
	/** Position in the run's order by path; opaque, for keys and paging. */
	readonly key: number;
	readonly action: ChangeAction;
	readonly path: string;
	readonly fromPath: string | null;
	readonly storage: string;
	/** EO ID. */
	readonly dataset: string | null;
	readonly fields: FieldDiffs;
	/** For a rejection: the kind of fault, so that a page can say what to do. */
	readonly code: string | null;
	readonly reason: string | null;
	readonly outcome: ChangeOutcome;
	/** The exception that keeps it out. */
	readonly exception: number | null;
	/** For the map: the footprint before and after, where there is one. */
	readonly footprint: { readonly before: Footprint | null; readonly after: Footprint | null };
}

/** A change that is kept out of a container's plans. */
export interface ExceptionView {
	readonly id: number;
	/** EO ID. */
	readonly container: string;
	readonly storage: string;
	readonly path: string;
	readonly action: ChangeAction;
	/** moved: where the file was. */
	readonly fromPath: string | null;
	/** EO ID. */
	readonly dataset: string | null;
	readonly until: ExceptionEnd;
	readonly note: string;
	readonly by: string;
	readonly at: Instant;
	/** The run whose plan had the change. */
	readonly run: number;
	readonly endedAt: Instant | null;
	/** null: it has not ended, or ended by itself. */
	readonly endedBy: string | null;
	readonly endedReason: string | null;
}

/** A folder in the tree of a run's changes. */
export interface TreeFolder {
	readonly directory: string;
	/** Its path below the folder that was asked about: several names where each of them holds nothing but the next one. */
	readonly name: string;
	/** Of what matches in it and in all folders below. */
	readonly counts: ChangeCounts;
	/** Folders that hold matching changes, itself included. */
	readonly folders: number;
	/** Those of them that the user marked as viewed. */
	readonly viewed: number;
	/** No folder below it holds any. */
	readonly isLeaf: boolean;
}

export interface TreeFolders {
	readonly rows: readonly TreeFolder[];
	/** Of the folders directly below; 0 beyond the last. */
	readonly total: number;
}

export interface Page<T> {
	readonly rows: readonly T[];
	/** Hand it back as `after` for the next page; null: this is the last. */
	readonly next: string | null;
	/** Rows that match, over all pages. */
	readonly total: number;
}

export interface ProblemView {
	readonly path: string;
	readonly code: string;
	readonly message: string;
}

/** What is known of the backups that a worker writes by a schedule. */
export interface BackupsView {
	/** null: none is scheduled. */
	readonly plan: {
		/** In the time zone `zone`. */
		readonly cron: string;
		readonly zone: string;
		readonly folder: string;
		/** How many are kept. */
		readonly keep: number;
	} | null;
	readonly next: Instant | null;
	/** The last good one. */
	readonly good: {
		/** When it was begun: the moment whose state it has. */
		readonly at: Instant;
		readonly host: string;
		readonly file: string;
		readonly bytes: number;
		readonly rows: number;
	} | null;
	/** Why the last one failed; null: it did not. */
	readonly error: { readonly at: Instant; readonly message: string } | null;
}

export type ActionResult<T = unknown> =
	| ({ readonly ok: true } & T)
	| { readonly ok: false; readonly error: string; readonly fields?: Readonly<Record<string, string>> };
