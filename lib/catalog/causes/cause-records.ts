import type { Instant } from "#lib/metadata/metadata.ts";

/** What pages, the command line and the API show of causes. No code, client-safe. */

/** What failed or partial containers have in common: error code, storage, and a place on it. */
export interface CauseView {
	/** Stable, of letters, digits and `-`: for addresses and commands. */
	readonly key: string;
	readonly code: string;
	/** Name; null: it has nothing to do with one. */
	readonly storage: string | null;
	/** Path on the storage; empty: all of the storage. */
	readonly place: string;
	/** In words: `Storage gamma cannot be read: ENOENT /data/gamma`. */
	readonly sentence: string;
	/** The containers that it concerns. */
	readonly containers: number;
	/** EO IDs of the first of them. */
	readonly examples: readonly string[];
	/** Different messages of it, a few. */
	readonly messages: readonly string[];
	readonly firstSeen: Instant;
	readonly lastSeen: Instant;
	/** The storage does not answer now. */
	readonly down: boolean;
	/** Why not; empty: it does. */
	readonly reason: string;
	/** The storage is paused, or outside its hours, until then: that its containers fail is no news. */
	readonly pausedUntil: Instant | null;
	readonly acknowledged: AcknowledgementView | null;
	/** A request to look at the containers once the storage answers. */
	readonly recheck: RecheckView | null;
}

export interface AcknowledgementView {
	readonly note: string;
	readonly by: string;
	readonly at: Instant;
	/** null: until the cause changes. */
	readonly until: Instant | null;
}

export interface RecheckView {
	readonly kind: "check" | "sync";
	readonly by: string;
	readonly at: Instant;
}

export const causeGroups = ["open", "acknowledged", "paused"] as const;
export type CauseGroup = (typeof causeGroups)[number];

/** Where a cause stands: what is open waits for a person. */
export function groupOf({ acknowledged, pausedUntil }: Pick<CauseView, "acknowledged" | "pausedUntil">): CauseGroup {
	if (pausedUntil !== null) return "paused";
	return acknowledged === null ? "open" : "acknowledged";
}

/** The key of the cause that the outage of a storage is. */
export function outageKey(storage: number): string {
	return `unreachable-${storage}`;
}
