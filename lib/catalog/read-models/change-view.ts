import type { ChangeAction, ChangeOutcome, ExceptionEnd } from "#lib/catalog/inputs.ts";
import type { FieldDiffs } from "#lib/catalog/json-columns.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";

/** What pages, the event stream and `--json` show of changes. No code, client-safe. */

export type ChangeCounts = Readonly<Record<ChangeAction, number>>;

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

/** A change of a plan that needs others, or that others need. */
export interface NeedingChange extends Pick<ChangeView, "key" | "action" | "path" | "fromPath"> {}

/** None of `dependents` can be applied unless all of `needs` are. */
export interface ChangeNeed {
	/** Keys of changes. */
	readonly dependents: readonly number[];
	readonly needs: readonly number[];
	/** Follows on the dependent: `it gets the EO ID ONE, which a.tif has until then`. */
	readonly why: string;
}

/** Files that move from one folder to another. */
export interface FolderMoves {
	readonly directory: string;
	readonly from: string;
	readonly rows: number;
}

/** Which changes of a plan need which others. */
export interface ChangeNeeds {
	readonly changes: readonly NeedingChange[];
	readonly needs: readonly ChangeNeed[];
	/** The two ends of each are one change. */
	readonly moves: readonly FolderMoves[];
	/** There are more than are listed. */
	readonly isCut: boolean;
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
