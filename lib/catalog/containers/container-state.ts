import type { ContainerOpening } from "#lib/catalog/pauses/pauses.ts";
import type { ContainerState, ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { dueAfter, type EffectiveSchedule } from "#lib/catalog/schedules/default-schedule.ts";
import { overdueAfter } from "#lib/catalog/schedules/schedule.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { exceptionsText } from "./exceptions-text.ts";

export interface ContainerFacts {
	/** EO ID. */
	readonly container: string;
	readonly configuredAt: Instant;
	/** null: only by hand. */
	readonly schedule: EffectiveSchedule | null;
	/** The latest run that was not cancelled: a cancelled one says nothing about the catalogue. */
	readonly stateRun: RunView | null;
	/** When a run of any kind was asked for last. */
	readonly lastAsked: Instant | null;
	readonly now: Instant;
	/** What stands beside what the last run did. */
	readonly open: OpenMatters;
	/** How far its runs wait for a storage that is paused, or outside its hours. */
	readonly opening: ContainerOpening;
}

/** What keeps a container from being plainly in sync although its last run succeeded. */
export interface OpenMatters
	extends Pick<
		ContainerView,
		"datasets" | "rejected" | "ignored" | "waiting" | "suspect" | "exceptions" | "unreachable"
	> {
	/** When a person ended an exception last: what it kept out is to be found. */
	readonly exceptionEndedAt: Instant | null;
	/** Files are rejected that are not ignored, and no dataset is left whose file is not. */
	readonly allRejected: boolean;
}

/** What state a container is in, and why in words. */
export function stateOf(
	facts: ContainerFacts,
	sentenceOf: (run: RunView) => string,
): { readonly state: ContainerState; readonly stateReason: string } {
	const { stateRun } = facts;
	const due = dueSince(facts);
	if (due !== null && (!stateRun || quiet.has(stateRun.state))) {
		return { state: "overdue", stateReason: `A run was due at ${due} and did not start: is a worker running?` };
	}
	if (
		facts.opening.paused === null &&
		stateRun?.state === "queued" &&
		stateRun.trigger === "schedule" &&
		isLate(stateRun.createdAt, facts.now)
	) {
		return {
			state: "overdue",
			stateReason: `The run of ${stateRun.createdAt} has not started: the workers are busy, or none is running`,
		};
	}
	if (!stateRun) return { state: "never synced", stateReason: "No run has finished yet" };
	const stateReason = sentenceOf(stateRun);
	switch (stateRun.state) {
		case "queued":
		case "scanning":
		case "reading":
		case "applying":
			return { state: "syncing", stateReason };
		case "interrupted":
			return { state: "syncing", stateReason: waitSentence(facts) ?? stateReason };
		case "held":
			return { state: "held", stateReason: stateRun.guard?.reasons.join(" ") ?? stateReason };
		case "planned":
			return { state: "out of sync", stateReason };
		case "failed":
			return { state: "failed", stateReason };
		case "partial":
			return { state: "failed", stateReason: `Partial: ${stateReason}` };
		default:
			return settled(stateRun, facts, stateReason);
	}
}

/**
 * How many files the archive has otherwise than the catalogue, as far as the run found out: those of its plan, those that it left out
 * when that was applied, or those that it took back.
 */
export function differencesOf(run: RunView | null): number {
	if (run === null || (run.kind === "revert" && run.appliedAt === null)) return 0;
	if (run.kind !== "revert" && run.appliedAt !== null) return run.skipped - run.excepted;
	return run.added + run.removed + run.updated + run.moved + run.linked + run.unlinked;
}

/** null: it waits for no storage. */
function waitSentence({ opening: { paused } }: ContainerFacts): string | null {
	if (paused === null) return null;
	const why = paused.reason === "paused" ? "is paused" : "is outside its hours";
	return `The storage ${paused.storage} ${why}: the run goes on at ${paused.until}`;
}

/** States that say nothing more urgent than that a run is overdue. */
const quiet: ReadonlySet<RunView["state"]> = new Set(["succeeded", "planned"]);

/** When a scheduled run should have begun, if that is long ago and none of any kind was asked for since; else null. */
export function dueSince({
	container,
	schedule,
	lastAsked,
	now,
	opening: { paused, openSince },
}: Pick<ContainerFacts, "container" | "schedule" | "lastAsked" | "now" | "opening">): Instant | null {
	if (schedule === null || paused !== null) return null;
	const due = dueAfter(schedule, container, lastAsked);
	if (due === null || !isLate(due, now)) return null;
	// What was missed while it had to wait is caught up now.
	return openSince === null || isLate(openSince, now) ? due : null;
}

function isLate(due: Instant, now: Instant): boolean {
	return Date.parse(due) + overdueAfter < Date.parse(now);
}

/** Returns the state after a run that succeeded. */
function settled(
	run: RunView,
	{ configuredAt, open }: Pick<ContainerFacts, "configuredAt" | "open">,
	sentence: string,
): { state: ContainerState; stateReason: string } {
	if (run.kind === "revert")
		return { state: "out of sync", stateReason: `Run ${run.reverts} was reverted; the archive is unchanged` };
	const since = Date.parse(run.startedAt ?? run.createdAt);
	if (Date.parse(configuredAt) > since)
		return { state: "out of sync", stateReason: "The configuration changed since the last run" };
	const stateReason = [sentence, ...openSentences(open)].join(". ");
	if (open.exceptionEndedAt !== null && Date.parse(open.exceptionEndedAt) > since)
		return { state: "out of sync", stateReason: "An exception was ended since the last run" };
	if (run.leftOut > 0) return { state: "out of sync", stateReason };
	const isNothingKnown = open.allRejected || (open.datasets === 0 && open.waiting > 0);
	return { state: open.suspect > 0 || isNothingKnown ? "out of sync" : "in sync", stateReason };
}

/** One sentence each, without its full stop. */
function openSentences({
	rejected,
	ignored,
	allRejected,
	waiting,
	suspect,
	exceptions,
	unreachable,
}: OpenMatters): readonly string[] {
	return [
		...(rejected > ignored
			? [
					allRejected
						? `All files are rejected (${formatCount(rejected - ignored)})`
						: `${files(rejected - ignored)} rejected`,
				]
			: []),
		...(ignored > 0
			? [`${files(ignored)} rejected and ignored until ${ignored === 1 ? "it changes" : "they change"}`]
			: []),
		...(waiting > 0 ? [`${files(waiting)} waiting to become stable`] : []),
		...(suspect > 0 ? [`${files(suspect)} missing, and their datasets are suspects until their removal is ripe`] : []),
		...(exceptions > 0 ? [exceptionsText(exceptions)] : []),
		...unreachable.map(({ storage, since }) => `The storage ${storage} could not be reached at ${since}, nor since`),
	];
}

function files(number: number): string {
	return formatPlural(number, "file is", "files are");
}
