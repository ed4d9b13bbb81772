import type { PublishedDifferenceFields } from "#lib/catalog/json-columns.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Comparisons of what is published with what others have of it, as they are shown. Client-safe. */

export const checkStates = ["waiting", "running", "done", "failed", "cancelled"] as const;
export const differenceKinds = ["missing", "foreign", "differing", "unknown"] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export interface CheckView {
	readonly id: number;
	readonly url: string;
	readonly collection: string;
	readonly reference: boolean;
	readonly actor: string;
	readonly state: (typeof checkStates)[number];
	/** Items compared so far. */
	readonly done: number;
	readonly ours: number;
	readonly theirs: number;
	readonly same: number;
	readonly differing: number;
	readonly missing: number;
	readonly foreign: number;
	readonly unknown: number;
	readonly reason: string | null;
	readonly createdAt: Instant;
	readonly finishedAt: Instant | null;
}

export interface PublishedCheckView {
	/** null: none waits or runs. */
	readonly open: CheckView | null;
	/** null: it was never compared. */
	readonly last: CheckView | null;
}

export interface DifferenceView {
	readonly id: number;
	readonly kind: DifferenceKind;
	readonly item: string;
	readonly fields: PublishedDifferenceFields;
}
