import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatPlural } from "#lib/numbers.ts";

export const exitStatuses = { ok: 0, failed: 1, usage: 2, held: 3, interrupted: 130 } as const;
export type ExitStatus = (typeof exitStatuses)[keyof typeof exitStatuses];

/**
 * What the runs amount to: 1 when one failed, is partial or did not come to its end; else 3 when one is held; else 0.
 * Rejected files alone are no failure, and neither is a plan.
 */
export function statusOf(runs: readonly EndedRun[]): ExitStatus {
	const { failed, held } = verdictOf(runs);
	return failed > 0 ? exitStatuses.failed : held > 0 ? exitStatuses.held : exitStatuses.ok;
}

type EndedRun = Pick<RunView, "state" | "problems" | "error" | "resumeAt">;

/** How many runs failed or could not examine everything, and how many wait for approval; one that is held with problems is both. */
export function verdictOf(runs: readonly EndedRun[]): { readonly failed: number; readonly held: number } {
	return { failed: runs.filter(isFailure).length, held: runs.filter(({ state }) => state === "held").length };
}

/** What an exit status of 1 hides; null: nothing. */
export function verdictText(runs: readonly EndedRun[]): string | null {
	const { failed, held } = verdictOf(runs);
	if (failed === 0 || held === 0) return null;
	const waiting = held === 1 ? "1 is held" : `${held} are held`;
	return `${formatPlural(failed, "container")} failed or could not be examined completely, so the exit status is 1; ${waiting} for approval as well.`;
}

function isFailure({ state, problems, error, resumeAt }: EndedRun): boolean {
	if (isState(state, "proposed")) return problems > 0 || error !== null;
	// It was handed back as a storage is paused, and goes on later.
	if (state === "interrupted" && resumeAt !== null) return false;
	return state !== "succeeded";
}
