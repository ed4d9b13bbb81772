import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { Reader } from "#lib/catalog/publications/published.ts";

/** Which parts of the log a reader may see, by who could read each container when an entry was written. Pure. */

/** A container was opened to other readers, or closed to some: an entry of the log. */
export interface AccessChange {
	readonly seq: number;
	readonly from: StacAccess;
	readonly to: StacAccess;
}

/** Entries after `after`, up to `upTo`. */
export interface Span {
	readonly after: number;
	readonly upTo: number;
}

export const endless = Number.MAX_SAFE_INTEGER;

export function mayRead(access: StacAccess, { withToken }: Reader): boolean {
	return access === "public" || (withToken && access === "token");
}

/**
 * The spans of a container's entries that the reader may see, each with the entry that opened it. `now`: its access today, for a container
 * whose access never changed as far as the log reaches. Once a container is closed to all, readers who had access until then see how its
 * items go.
 */
export function visibleSpans(changes: readonly AccessChange[], now: StacAccess, reader: Reader): readonly Span[] {
	const spans: Span[] = [];
	let before: StacAccess = "off";
	for (let index = 0; index <= changes.length; index++) {
		const opened = changes[index - 1];
		const access = opened?.to ?? changes[0]?.from ?? now;
		const span = { after: (opened?.seq ?? 0) - 1, upTo: changes[index]?.seq ?? endless };
		const last = spans.at(-1);
		if (mayRead(access === "off" ? before : access, reader)) {
			if (last !== undefined && last.upTo > span.after) spans[spans.length - 1] = { ...last, upTo: span.upTo };
			else spans.push(span);
		}
		before = access;
	}
	return spans;
}

/** Who could read a container when that entry was the last one. */
export function accessAt(changes: readonly AccessChange[], now: StacAccess, seq: number): StacAccess {
	return changes.find((change) => change.seq > seq)?.from ?? now;
}

/** What an access change is for a reader: they may read the collection from now on, no longer, or it is nothing to them. */
export function accessChangeFor(
	{ from, to }: Pick<AccessChange, "from" | "to">,
	reader: Reader,
): "gained" | "lost" | null {
	const [before, after] = [mayRead(from, reader), mayRead(to, reader)];
	if (before === after) return null;
	return after ? "gained" : "lost";
}
