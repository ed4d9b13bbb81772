import type { TargetStanding } from "./target-lag.ts";
import type { TargetState } from "./target-views.ts";

export interface TargetFindings
	extends Pick<TargetStanding, "active" | "pause" | "failingSince" | "held" | "lag" | "comparesAll" | "pushedAt"> {
	/** Something was asked for that no worker has begun. */
	readonly isQueued: boolean;
	/** Something there is not as the catalogue says, and no push will change that by itself. */
	readonly isOpen: boolean;
}

/** The one word for how a target does: what is under way or asked of a person comes before how far it follows. Pure. */
export function targetState(target: TargetFindings): TargetState {
	if (target.active !== null) return "at work";
	if (target.pause !== null) return "paused";
	if (target.failingSince !== null) return "failed";
	if (target.held !== null) return "held";
	if (target.isQueued) return "waiting";
	if (target.pushedAt === null) return "never pushed";
	if (target.lag.changes > 0 || target.comparesAll) return "behind";
	return target.isOpen ? "differs" : "in step";
}
