import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { BatchView } from "./batch-views.ts";

/** Client-safe. What a batch is, and how far it is, in words. */

/** `Sync all by olga`, `Check of 31 containers by olga`, `Scheduled sync of 12 containers`. */
export function batchTitle({ kind, trigger, actor, ofAll, total, retries }: BatchView): string {
	const name = kind === "sync" ? "Sync" : "Check";
	const containers = formatPlural(total, "container");
	if (trigger === "schedule") return `Scheduled ${kind} of ${containers}`;
	if (retries !== null) return `${name} of ${containers} that failed in batch ${retries}, by ${actor}`;
	return ofAll ? `${name} all by ${actor}` : `${name} of ${containers} by ${actor}`;
}

/** `412 of 2,033, 9 failed, 3 held, 4 min left`. */
export function batchSentence(batch: BatchView): string {
	const { total, done, leftOut, gone, pausedBy, cancelledBy, secondsLeft, state } = batch;
	const failed = batch.failed + batch.partial;
	const cancelled = batch.runsCancelled - batch.superseded;
	return [
		`${formatCount(done)} of ${formatCount(total)}`,
		failed > 0 ? `${formatCount(failed)} failed` : null,
		batch.held > 0 ? `${formatCount(batch.held)} held` : null,
		cancelled > 0 ? `${formatCount(cancelled)} cancelled` : null,
		batch.superseded > 0 ? `${formatCount(batch.superseded)} superseded by later runs` : null,
		leftOut > 0 ? `${formatCount(leftOut)} left out${cancelledBy === null ? "" : ` by ${cancelledBy}`}` : null,
		gone > 0 ? `${formatCount(gone)} forgotten since` : null,
		state === "paused" ? `paused by ${pausedBy}` : null,
		state === "waiting" ? "waits for storages that are paused or outside their hours" : null,
		secondsLeft === null ? null : `${durationLeft(secondsLeft)} left`,
	]
		.filter((part) => part !== null)
		.join(", ");
}

function durationLeft(seconds: number): string {
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
