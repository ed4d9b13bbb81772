import type { ProblemView, RunView } from "#lib/catalog/read-models/run-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import type { PushProgress } from "#lib/catalog/targets/target-records.ts";
import { verdictOf, verdictText } from "#lib/cli/exit-status.ts";
import type { TargetOutcome } from "#lib/targets/follow/after-sync.ts";
import { progressEvent, runSummary } from "./json.ts";
import { print, printJson, warn } from "./output.ts";
import { progressBar, progressText, type ShownRun } from "./progress-text.ts";
import { outcomeText, pushProgressText } from "./target-text.ts";

/** How the runs of one command are shown while they go and when they are left. */
export interface Display {
	/** Called whenever there is news. `isFirst`: it was asked for first among those that go at once. */
	update(run: ShownRun, isFirst: boolean): void;
	/** Once per run, in the order in which they were asked for, with the first of what it could not examine, and its notes on patterns that match nothing. */
	result(run: RunView, problems: readonly ProblemView[], unmatched: readonly ProblemView[]): void;
	/** What was changed is on its way to a target. */
	pushing(target: string, progress: PushProgress): void;
	/** Once, at the end; `targets`: how those of the containers did; `paused`: EO IDs of the containers that were left out, as their storage is paused. */
	end(runs: readonly RunView[], end: CommandEnd): Promise<void>;
}

export interface CommandEnd {
	readonly ok: boolean;
	readonly paused: readonly string[];
	readonly targets: readonly TargetOutcome[];
}

export function openDisplay({ json }: { readonly json: boolean }): Display {
	if (json) return jsonLines();
	return process.stderr.isTTY ? terminal() : plainLines();
}

/** Between two progress events, milliseconds. */
const eventInterval = 250;

function jsonLines(): Display {
	const lastByRun = new Map<number, number>();
	const lastByTarget = new Map<string, number>();
	return {
		update(run) {
			if (Date.now() - (lastByRun.get(run.run) ?? Number.NEGATIVE_INFINITY) < eventInterval) return;
			lastByRun.set(run.run, Date.now());
			void printJson(progressEvent(run));
		},
		result(run, problems, unmatched) {
			lastByRun.delete(run.run);
			printAdvice(run, problems, unmatched);
		},
		pushing(target, progress) {
			if (Date.now() - (lastByTarget.get(target) ?? Number.NEGATIVE_INFINITY) < eventInterval) return;
			lastByTarget.set(target, Date.now());
			void printJson({ type: "push", target, ...progress });
		},
		async end(runs, { ok, paused, targets }) {
			printTrouble(targets);
			await printJson({ type: "summary", ok, ...verdictOf(runs), runs: runs.map(runSummary), paused, targets });
		},
	};
}

/** Between two lines of one phase, milliseconds. */
const lineInterval = 5000;

function plainLines(): Display {
	const lastByRun = new Map<number, { readonly phase: string; readonly at: number }>();
	const lastByTarget = new Map<string, number>();
	return {
		update(run) {
			const { phase } = run.progress;
			const last = lastByRun.get(run.run);
			if (phase === "queued" || (phase === last?.phase && Date.now() - last.at < lineInterval)) return;
			lastByRun.set(run.run, { phase, at: Date.now() });
			void print(progressText(run));
		},
		result(run, problems, unmatched) {
			lastByRun.delete(run.run);
			printResult(run, problems, unmatched);
		},
		pushing(target, progress) {
			if (Date.now() - (lastByTarget.get(target) ?? 0) < lineInterval) return;
			lastByTarget.set(target, Date.now());
			void print(pushProgressText(target, progress));
		},
		end: (runs, end) => total(runs, end),
	};
}

function terminal(): Display {
	let drawn = false;
	const clear = () => {
		if (drawn) process.stderr.write("\r\x1b[2K");
		drawn = false;
	};
	return {
		update(run, isFirst) {
			if (!isFirst) return;
			process.stderr.write(`\r\x1b[2K${progressBar(run, { now: Date.now(), columns: process.stderr.columns })}`);
			drawn = true;
		},
		result(run, problems, unmatched) {
			clear();
			printResult(run, problems, unmatched);
		},
		pushing(target, progress) {
			process.stderr.write(`\r\x1b[2K${pushProgressText(target, progress)}`);
			drawn = true;
		},
		async end(runs, end) {
			clear();
			await total(runs, end);
		},
	};
}

function printResult(run: RunView, problems: readonly ProblemView[], unmatched: readonly ProblemView[]): void {
	void print(`${run.container}: ${runSentence(run)}`);
	printAdvice(run, problems, unmatched);
}

/** Prints what a person must know or do to standard error. */
function printAdvice(run: RunView, problems: readonly ProblemView[], unmatched: readonly ProblemView[]): void {
	const { container, state, error, guard, sameAs } = run;
	const held = sameAs ?? run.run;
	if (error !== null) warn(`${container}: ${error.message}`);
	else if (run.problems > 0) {
		const what = run.problems === 1 ? "1 folder or file" : `${run.problems} folders or files`;
		warn(`${container}: ${what} could not be examined; nothing there was removed.`);
		for (const { path, message } of problems) warn(`${container}: ${path || "/"}: ${message}`);
		const more = run.problems - problems.length;
		if (more > 0) warn(`${container}: and ${more} more; the page of run ${run.run} in the dashboard lists them all.`);
	}
	for (const { path, message } of unmatched) warn(`${container}: ${path || "/"}: ${message}`);
	if (state !== "held") return;
	for (const reason of guard?.reasons ?? []) warn(`${container}: ${reason}`);
	warn(
		`${container}: look at it with "eosync changes ${held}", approve it with "eosync apply ${held} --approve REASON".`,
	);
}

async function total(runs: readonly RunView[], { paused, targets }: CommandEnd): Promise<void> {
	if (paused.length > 0)
		await print(
			`Left out, as a storage is paused or outside its hours: ${paused.join(", ")}; by name they are synced.`,
		);
	else if (runs.length === 0) await print("There are no containers yet; eosync configure FILE.yaml creates them.");
	for (const outcome of targets) {
		const { text, isTrouble } = outcomeText(outcome);
		if (!isTrouble) await print(text);
	}
	printTrouble(targets);
	const verdict = verdictText(runs);
	if (verdict !== null) warn(verdict);
	if (runs.length < 2) return;
	const counts = new Map<string, number>();
	for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
	await print(`${runs.length} containers: ${[...counts].map(([state, count]) => `${count} ${state}`).join(", ")}`);
}

/** A target that has not got all is for standard error: cron mails that. */
function printTrouble(targets: readonly TargetOutcome[]): void {
	for (const outcome of targets) {
		const { text, isTrouble } = outcomeText(outcome);
		if (isTrouble) warn(text);
	}
}
