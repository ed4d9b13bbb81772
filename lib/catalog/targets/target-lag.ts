import { withoutFullStop } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { PushHold, PushKind, PushProgress, TargetType } from "./target-records.ts";

/** Client-safe. How a target does: how far it is behind, whether it can be reached, who paused it, what waits for a person. */

export interface TargetLag {
	/** Datasets and containers that changed and are not pushed yet. */
	readonly changes: number;
	/** For how long the first of them has waited; 0: nothing waits. */
	readonly seconds: number;
}

export interface TargetPause {
	/** null: until it is resumed. */
	readonly until: Instant | null;
	readonly at: Instant | null;
	readonly by: string;
	readonly note: string;
}

export interface TargetStanding {
	readonly id: number;
	readonly name: string;
	readonly type: TargetType;
	/** Since when every attempt has failed; null: the last one did not. */
	readonly failingSince: Instant | null;
	/** So many of them. */
	readonly failures: number;
	readonly lag: TargetLag;
	/** Some of it does not wait for a person's decision about a push. */
	readonly isDue: boolean;
	/** Everything is to be compared with the next push: its configuration changed, or a verification is due. */
	readonly comparesAll: boolean;
	/** null: it is not paused. */
	readonly pause: TargetPause | null;
	/** When its last pause ended; null: it never was paused, or is. */
	readonly resumedAt: Instant | null;
	/** When a push last came to its end. */
	readonly pushedAt: Instant | null;
	/** Of the last attempt that failed; null: the last one did not. */
	readonly error: string | null;
	readonly retryAt: Instant | null;
	/** What waits for an approval, that which has waited longest. */
	readonly held: {
		readonly push: number;
		readonly hold: PushHold;
		readonly reason: string;
		readonly since: Instant;
		/** Further pushes that wait, each for an answer of its own. */
		readonly others: number;
	} | null;
	/** What is under way. */
	readonly active: { readonly push: number; readonly kind: PushKind; readonly progress: PushProgress | null } | null;
}

/** So long it may fail until it counts as behind, seconds; and so long changes may wait for a push that does not even begin. */
const failingFor = 600;
const waitingFor = 3600;

/** Whether a person should know that it falls behind. One that is caught up with is not behind. */
export function isBehind(
	{ failingSince, lag, isDue, active, pause, resumedAt }: TargetStanding,
	now = Date.now(),
): boolean {
	const secondsSince = (instant: Instant) => (now - Date.parse(instant)) / 1000;
	if (failingSince !== null && secondsSince(failingSince) >= failingFor) return true;
	if (active !== null || pause !== null || !isDue) return false;
	const waited = resumedAt === null ? lag.seconds : Math.min(lag.seconds, secondsSince(resumedAt));
	return waited >= waitingFor;
}

/** In words: `in step`, `12 changes behind, 3 s`, `down since …`. */
export function standingText(standing: TargetStanding): string {
	const { lag, pause, held, active, failingSince, error, comparesAll } = standing;
	const waiting = lag.changes > 0 ? `${formatPlural(lag.changes, "change")} behind, ${duration(lag.seconds)}` : null;
	const also = waiting === null ? "" : `; ${waiting}`;
	const ending = (sentence: string) => (waiting === null ? sentence : `${withoutFullStop(sentence)}${also}`);
	if (active !== null) return `${activeText(active)}${also}`;
	if (pause !== null) {
		const until = pause.until === null ? "until it is resumed" : `until ${minute(pause.until)}`;
		return `paused by ${pause.by} ${until}${pause.note === "" ? "" : `: ${pause.note}`}${also}`;
	}
	if (failingSince !== null) return `failing since ${minute(failingSince)}: ${ending(error ?? "no answer")}`;
	if (held !== null) return `${heldText(held)}: ${ending(`${held.reason}${othersText(held.others)}`)}`;
	if (waiting !== null) return waiting;
	return comparesAll ? "all of it is to be compared" : "in step";
}

function heldText({ push, hold }: NonNullable<TargetStanding["held"]>): string {
	return hold === "adoption" ? `push ${push} waits for an adoption` : `push ${push} waits for approval`;
}

/** After a sentence; "" where there are none. */
export function othersText(others: number): string {
	return others === 0 ? "" : ` ${formatPlural(others, "other push waits", "other pushes wait")} as well.`;
}

const activities = { push: "pushing", check: "checking", adopt: "adopting" } as const;

function activeText({ kind, progress }: NonNullable<TargetStanding["active"]>): string {
	if (progress === null) return activities[kind];
	const { done, total } = progress;
	return `${activities[kind]} ${formatCount(done)}${total === null ? "" : ` of ${formatCount(total)}`}`;
}

function minute(instant: Instant): string {
	return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}

function duration(seconds: number): string {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
	return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
