import type { Instant } from "#lib/metadata/metadata.ts";
import type { ContainerState, RunView } from "./views.ts";

export interface ContainerFacts {
	readonly configuredAt: Instant;
	/** The latest runs, oldest first. */
	readonly runs: readonly RunView[];
}

/** What state a container is in, and why in words; follows from its latest runs alone. */
export function stateOf(
	{ configuredAt, runs }: ContainerFacts,
	sentenceOf: (run: RunView) => string,
): { readonly state: ContainerState; readonly stateReason: string } {
	const telling = runs.findLast((run) => run.state !== "cancelled");
	if (!telling) return { state: "never synced", stateReason: "No run has finished yet" };
	const stateReason = sentenceOf(telling);
	switch (telling.state) {
		case "queued":
		case "scanning":
		case "reading":
		case "applying":
		case "interrupted":
			return { state: "syncing", stateReason };
		case "held":
			return { state: "held", stateReason: telling.guard?.reasons.join(" ") ?? stateReason };
		case "planned":
			return { state: "out of sync", stateReason };
		case "failed":
			return { state: "failed", stateReason };
		case "partial":
			return { state: "failed", stateReason: `Partial: ${stateReason}` };
		default:
			return settled(telling, configuredAt, stateReason);
	}
}

/** After a run that succeeded. */
function settled(
	run: RunView,
	configuredAt: Instant,
	stateReason: string,
): { state: ContainerState; stateReason: string } {
	if (run.kind === "revert")
		return { state: "out of sync", stateReason: `Run ${run.reverts} was taken back; the archive is still as it was` };
	const since = Date.parse(run.startedAt ?? run.createdAt);
	if (Date.parse(configuredAt) > since)
		return { state: "out of sync", stateReason: "The configuration changed since the last run" };
	return { state: "in sync", stateReason };
}
