import type { Instant } from "#lib/metadata/metadata.ts";

/** What people are told of something that is down for a while: a storage that does not answer, a target that falls behind. */

/** The same state is reported again only after this time: what fails every night is reported once a day. */
export const repeatAfterMs = 23 * 3_600_000;

/** As people were told of it, and as it is. */
export interface OutageReport {
	/** It is down now. */
	readonly down: boolean;
	/** People were told that it is, and not that it is back. */
	readonly toldDown: boolean;
	readonly toldAt: Instant | null;
	/** It is paused, or its outage is acknowledged. */
	readonly silenced: boolean;
	/** It went down several times in a short time, and has not answered for long enough since that it can be said to be back. */
	readonly unsteady?: boolean;
}

/** Decides what people are told: that it is down, once a day that it still is, that it is back; null: nothing. */
export function outageNotice(
	{ down, toldDown, toldAt, silenced, unsteady = false }: OutageReport,
	at: Instant,
): { readonly event: "failed" | "recovered"; readonly repeated: boolean } | null {
	if (!down) return toldDown && !unsteady ? { event: "recovered", repeated: false } : null;
	if (silenced) return null;
	if (!toldDown) return { event: "failed", repeated: false };
	const isOld = toldAt === null || Date.parse(at) - Date.parse(toldAt) >= repeatAfterMs;
	return isOld ? { event: "failed", repeated: true } : null;
}
