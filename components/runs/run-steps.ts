import { formatDuration } from "#components/ui/format.ts";
import type { RunPhase } from "#lib/catalog/json-columns.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

export type StepStatus = "done" | "current" | "ahead" | "stopped" | "unreached" | "skipped";

export interface PhaseStep {
	readonly phase: RunPhase;
	readonly status: StepStatus;
	/** The phase's counts: `1,204 folders, 12,408 files`; empty before it begins. */
	readonly counted: string;
	/** `4.2 s`; empty while it is not over. */
	readonly took: string;
}

const phases: readonly RunPhase[] = ["queued", "scanning", "reading", "planning", "applying", "finished"];

/** The phases of a run in order, what each counted and how long it took. */
export function runSteps(run: RunView): readonly PhaseStep[] {
	const { phase: now, done, files, steps = [] } = run.progress;
	// A run that failed at once may not have reported a phase: a run that was started is at least scanning.
	const first = run.startedAt === null ? 0 : 1;
	const reached = Math.max(first, phases.indexOf(now), ...steps.map(({ phase }) => phases.indexOf(phase)));
	const stopped = run.state === "failed" || run.state === "cancelled" || run.state === "interrupted";
	const over = isState(run.state, "over");
	const waiting = isState(run.state, "proposed");
	return phases.map((phase, index) => {
		const finished = steps.find((step) => step.phase === phase);
		const current = phase === now && phase !== "finished" && !over;
		return {
			phase,
			status: statusOf(),
			counted: countText(
				phase,
				finished?.done ?? (phase === now ? done : null),
				phase === "scanning" ? files : undefined,
			),
			took: finished === undefined ? "" : formatDuration(finished.seconds),
		};

		function statusOf(): StepStatus {
			if (phase === "finished") return !over ? "ahead" : stopped ? "unreached" : "done";
			if (finished !== undefined || (phase === "queued" && run.startedAt !== null)) return "done";
			if (waiting) return phase === "applying" ? "ahead" : "done";
			if (current) return run.state === "interrupted" ? "stopped" : "current";
			if (stopped && index === Math.min(reached + (now === "finished" ? 1 : 0), phases.length - 2)) return "stopped";
			if (over) return stopped && index > reached ? "unreached" : "skipped";
			return index < reached ? "skipped" : "ahead";
		}
	});
}

function countText(phase: RunPhase, done: number | null, files: number | undefined): string {
	if (done === null || phase === "queued" || phase === "finished") return "";
	switch (phase) {
		case "scanning":
			return files === undefined
				? formatPlural(done, "folder")
				: `${formatPlural(done, "folder")}, ${formatPlural(files, "file")}`;
		case "reading":
			return done === 0 ? "" : formatPlural(done, "file");
		case "planning":
		case "applying":
			return done === 0 ? "" : formatPlural(done, "change");
	}
}

export interface Pace {
	/** Units per second since the phase began; null in its first second. */
	readonly rate: number | null;
	/** Seconds; only when the total is known and something was done. */
	readonly remaining: number | null;
}

/** `now` in milliseconds since 1970. */
export function paceOf({ done, total, since }: RunView["progress"], now: number): Pace {
	const seconds = since === undefined ? 0 : (now - Date.parse(since)) / 1000;
	if (seconds < 1 || done === 0) return { rate: null, remaining: null };
	const rate = done / seconds;
	return { rate, remaining: total === null ? null : Math.max(0, (total - done) / rate) };
}

/** `1,204 folders/s`, `0.4 files/s`. */
export function rateText(phase: RunPhase, rate: number): string {
	const unit = {
		scanning: "folders",
		reading: "files",
		planning: "changes",
		applying: "changes",
		queued: "",
		finished: "",
	}[phase];
	return `${rate >= 10 ? formatCount(Math.round(rate)) : rate.toFixed(1)} ${unit}/s`;
}
