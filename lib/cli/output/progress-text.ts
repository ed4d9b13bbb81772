import type { RunProgress } from "#lib/catalog/json-columns.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { printable } from "./table.ts";

const units: Readonly<Partial<Record<RunProgress["phase"], string>>> = {
	scanning: "folder",
	reading: "file",
	applying: "change",
};

/** What is shown of a run under way. */
export type ShownRun = Pick<RunView, "run" | "container" | "state" | "progress">;

/** Where a run is, as a line: `MER_FRS_1P  reading 120 of 4,000 files`. */
export function progressText({ container, state, progress }: ShownRun): string {
	const { phase, done, total, files } = progress;
	if (isState(state, "free")) return `${container}  waiting for a worker`;
	if (phase === "queued") return `${container}  starting`;
	const unit = units[phase];
	if (unit === undefined) return `${container}  ${phase}`;
	const count = total === null ? formatPlural(done, unit) : `${formatCount(done)} of ${formatPlural(total, unit)}`;
	return `${container}  ${phase} ${count}${files === undefined || phase !== "scanning" ? "" : `, ${formatPlural(files, "file")}`}`;
}

export interface BarOptions {
	/** Milliseconds since 1970. */
	readonly now: number;
	/** The terminal's width. */
	readonly columns: number;
}

/** The same with a bar where the total is known, the rate and the time it will take: never longer than the terminal is wide. */
export function progressBar(run: ShownRun, { now, columns }: BarOptions): string {
	const { done, total, since, current } = run.progress;
	const seconds = since === undefined ? 0 : (now - Date.parse(since)) / 1000;
	const rate = seconds > 0.5 && done > 0 ? done / seconds : null;
	const parts = [
		progressText(run),
		total !== null && total > 0 ? bar(done / total) : null,
		rate === null ? null : `${formatCount(rate < 10 ? Number(rate.toFixed(1)) : Math.round(rate))}/s`,
		rate === null || total === null || total <= done ? null : `${duration((total - done) / rate)} left`,
		current === undefined ? null : printable(current),
	];
	const text = parts.filter((part) => part !== null).join("  ");
	const characters = [...text];
	return characters.length < columns ? text : `${characters.slice(0, Math.max(0, columns - 2)).join("")}…`;
}

const barWidth = 20;

function bar(share: number): string {
	const filled = Math.round(Math.min(1, share) * barWidth);
	return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${Math.floor(Math.min(1, share) * 100)} %`;
}

function duration(seconds: number): string {
	const whole = Math.ceil(seconds);
	if (whole < 60) return `${whole} s`;
	return whole < 3600
		? `${Math.floor(whole / 60)} min ${whole % 60} s`
		: `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
