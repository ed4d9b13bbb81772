import type { NoticeEvent } from "#lib/catalog/channels/channel-records.ts";
import type { RunState } from "#lib/catalog/read-models.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** How a container does, for those who are told of it. */
export type Health = "in order" | "failed" | "held" | "overdue";

export interface Told {
	readonly health: Health;
	/** The run that made it so; null: none. */
	readonly run: number | null;
	/** When it was told of last; null: not since it is so. */
	readonly toldAt: Instant | null;
}

/** The same state is told again only after so long, milliseconds: a nightly run that fails is told of each day, not twice. */
const repeatAfter = 23 * 3_600_000;

/** What its last run that was not cancelled says of a container. A plan that waits for a person, unheld, is in order. */
export function healthAfter(state: RunState | null): Health {
	if (state === "failed" || state === "partial") return "failed";
	return state === "held" ? "held" : "in order";
}

/** What people are told of, if anything: a change, or after a day that another run ended the same way. */
export function noticeOf(
	before: Told,
	now: { readonly health: Health; readonly run: number | null },
	at: Instant,
): { readonly event: NoticeEvent; readonly repeated: boolean } | null {
	if (now.health !== before.health)
		return { event: now.health === "in order" ? "recovered" : now.health, repeated: false };
	if (now.health === "in order" || now.run === before.run) return null;
	const isOld = before.toldAt === null || Date.parse(at) - Date.parse(before.toldAt) >= repeatAfter;
	return isOld ? { event: now.health, repeated: true } : null;
}
