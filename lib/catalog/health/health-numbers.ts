import type { ContainerState, ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Client-safe. What all containers together say of the catalogue: whether it is true, and how far off it is where not. */

export interface HealthNumbers {
	readonly containers: number;
	/** How many containers are in each state; states that none is in are left out. */
	readonly byState: ReadonlyMap<ContainerState, number>;
	/** Files that the archive has otherwise than the catalogue. */
	readonly differences: number;
	/** Files that cannot become datasets. */
	readonly rejected: number;
	/** Plans that somebody must approve. */
	readonly waiting: number;
	/** The container whose last complete look is longest ago; null: none has been looked at, or there is none. */
	readonly oldest: { readonly id: string; readonly asOf: Instant } | null;
	/** When the files of its datasets were read last, of the container of which that is longest ago. */
	readonly oldestReading: { readonly id: string; readonly at: Instant } | null;
	/** Containers that no run has looked at completely. */
	readonly neverSeen: number;
	/** Containers in sync as of their last run, of which a storage could not be reached since. */
	readonly unreachable: number;
}

type Counted = Pick<
	ContainerView,
	"id" | "state" | "differences" | "rejected" | "ignored" | "asOf" | "verifiedAt" | "unreachable"
>;

export function healthNumbers(containers: readonly Counted[]): HealthNumbers {
	const byState = new Map<ContainerState, number>();
	let differences = 0;
	let rejected = 0;
	let neverSeen = 0;
	let unreachable = 0;
	let oldest: HealthNumbers["oldest"] = null;
	let oldestReading: HealthNumbers["oldestReading"] = null;
	for (const { id, state, asOf, ...facts } of containers) {
		byState.set(state, (byState.get(state) ?? 0) + 1);
		differences += facts.differences;
		rejected += facts.rejected - facts.ignored;
		if (state === "in sync" && facts.unreachable.length > 0) unreachable += 1;
		if (asOf === null) neverSeen += 1;
		else if (oldest === null || Date.parse(asOf) < Date.parse(oldest.asOf)) oldest = { id, asOf };
		const at = facts.verifiedAt;
		if (at !== null && (oldestReading === null || Date.parse(at) < Date.parse(oldestReading.at)))
			oldestReading = { id, at };
	}
	const waiting = byState.get("held") ?? 0;
	return {
		containers: containers.length,
		byState,
		differences,
		rejected,
		waiting,
		oldest,
		oldestReading,
		neverSeen,
		unreachable,
	};
}

/** What makes the catalogue untrue or unknown, the most urgent first. */
export const untrueStates = [
	"held",
	"failed",
	"out of sync",
	"overdue",
	"never synced",
] as const satisfies readonly ContainerState[];

/** How many containers are not in step with their archive, as far as that is known; those that are being synced are not among them. */
export function untrueCount({ byState }: Pick<HealthNumbers, "byState">): number {
	return untrueStates.reduce((sum, state) => sum + (byState.get(state) ?? 0), 0);
}
