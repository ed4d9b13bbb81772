import type { RunView } from "#lib/catalog/read-models.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";

export const exitStatuses = { ok: 0, failed: 1, usage: 2, held: 3, interrupted: 130 } as const;
export type ExitStatus = (typeof exitStatuses)[keyof typeof exitStatuses];

/**
 * What the runs amount to: 1 when one failed, is partial or did not come to its end; else 3 when one is held; else 0.
 * Rejected files alone are no failure, and neither is a plan.
 */
export function statusOf(runs: readonly Pick<RunView, "state" | "problems" | "error" | "resumeAt">[]): ExitStatus {
	if (runs.some(isFailure)) return exitStatuses.failed;
	return runs.some(({ state }) => state === "held") ? exitStatuses.held : exitStatuses.ok;
}

function isFailure({ state, problems, error, resumeAt }: Parameters<typeof statusOf>[0][number]): boolean {
	if (isState(state, "proposed")) return problems > 0 || error !== null;
	// It was handed back as a storage is paused, and goes on later.
	if (state === "interrupted" && resumeAt !== null) return false;
	return state !== "succeeded";
}
