import { changeActions } from "#lib/catalog/inputs.ts";
import type { RunSelection } from "#lib/catalog/json-columns.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** Client-safe. What came of a run, in one sentence: `3 added, 1 moved, 2 rejected; 12,408 unchanged; 4.2 s`. */
export function runSentence(run: RunView): string {
	switch (run.state) {
		case "queued":
			return isPlanned(run) ? capital(`${approvedText(run)}applying …`) : "Waiting for a worker";
		case "scanning":
		case "reading":
			if (run.reverts !== null) return `Reverting run ${run.reverts}: planning`;
			return `${capital(run.state)}: ${lookedAt(run)}${result({ ...run, seconds: null }, "no changes so far")}`;
		case "applying":
			return `${capital(`${approvedText(run)}applying`)}: ${result({ ...run, seconds: null })}`;
		case "planned":
			return `Planned: ${result(run)}`;
		case "held":
			if (run.sameAs !== null)
				return `The same plan as run ${run.sameAs}, which is held until it is approved: ${result(run)}`;
			return `Held until it is approved: ${result(run)}`;
		case "failed":
			return `Failed: ${run.error?.message ?? "the reason is not known"}`;
		case "cancelled":
			return run.supersededBy === null
				? "Cancelled; nothing was changed"
				: `Superseded by run ${run.supersededBy}; nothing was changed by this one`;
		case "interrupted":
			if (run.resumeAt !== null)
				return `Handed back: a storage is paused, or its hours are over; it goes on at ${run.resumeAt}`;
			return "Interrupted: the worker stopped; another one goes on with it";
		case "partial":
		case "succeeded":
			if (run.selection !== null) return `${selectionText(run.selection)}: ${result(run)}`;
			if (run.kind === "check" && run.appliedAt !== null) return `Applied: ${result(run)}`;
			return run.reverts === null ? result(run) : `Reverted run ${run.reverts}: ${result(run)}`;
	}
}

/** What it has looked at; empty before it began: `1,204 folders, 12,408 files; `. */
function lookedAt({ state, progress: { phase, done, total, files } }: RunView): string {
	if (phase !== state || (done === 0 && !files)) return "";
	if (phase === "reading")
		return `${total === null ? formatPlural(done, "file") : `${formatCount(done)} of ${formatPlural(total, "file")}`}; `;
	return `${formatPlural(done, "folder")}${files === undefined ? "" : `, ${formatPlural(files, "file")}`}; `;
}

/** A run that was planned and is queued again is to be applied. */
function isPlanned({ progress }: RunView): boolean {
	return progress.phase === "planning" || progress.phase === "applying" || progress.phase === "finished";
}

function approvedText({ approval }: RunView): string {
	return approval === null ? "" : `Approved by ${approval.by}, `;
}

function selectionText({ chosen, planned, by }: RunSelection): string {
	return `Applied ${formatCount(chosen)} of ${formatCount(planned)} as selected by ${by}`;
}

function result(run: RunView, nothing = "No changes"): string {
	const changed = changeActions
		.filter((action) => run[action] > 0)
		.map((action) => `${formatCount(run[action])} ${action}`);
	// Because they were no longer as they had been reviewed.
	const leftOut = run.skipped - run.leftOut - run.excepted;
	return [
		changed.length > 0 ? `${changed.join(", ")}${rereadText(run)}` : run.skipped > 0 ? "Nothing applied" : nothing,
		run.unchanged > 0 ? `${formatCount(run.unchanged)} unchanged` : null,
		run.suspect > 0 ? `${formatCount(run.suspect)} suspect` : null,
		run.waiting > 0 ? `${formatCount(run.waiting)} waiting` : null,
		run.verified > 0 ? `${formatCount(run.verified)} read again` : null,
		refreshedOnly(run) > 0 ? `${formatCount(refreshedOnly(run))} refreshed` : null,
		leftOut > 0 ? `${formatCount(leftOut)} left out` : null,
		run.leftOut > 0 ? `${formatCount(run.leftOut)} left for later` : null,
		run.excepted > 0 ? `${formatCount(run.excepted)} kept out by exceptions` : null,
		run.problems > 0 ? `${formatCount(run.problems)} not examined` : null,
		run.seconds === null ? null : duration(run.seconds),
	]
		.filter((part) => part !== null)
		.join("; ");
}

/** A full run takes over the fingerprints of all that it reads again. */
function refreshedOnly({ full, refreshed, verified }: RunView): number {
	return full ? Math.max(0, refreshed - verified) : refreshed;
}

/** Updates that no file is the reason for. */
function rereadText({ reread }: RunView): string {
	return reread > 0 ? ` (${formatCount(reread)} read again by new rules)` : "";
}

function duration(seconds: number): string {
	if (seconds < 10) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Made once: lists have thousands of sentences. */
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
