import type { ContainerInput, SourceInput, StacAccess } from "#lib/catalog/inputs.ts";
import type { GuardRules, MosaicGrid } from "#lib/catalog/json-columns.ts";
import type { EffectiveSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";
import type { RunTick, RunView } from "./run-view.ts";

/** What pages, the event stream and `--json` show of containers. No code, client-safe. */

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
