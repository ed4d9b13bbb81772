import type { ContainerState, ContainerView } from "#lib/catalog/read-models.ts";

/** What needs a person first, then what goes on, then what is fine. */
export const orderedStates = [
	"held",
	"failed",
	"out of sync",
	"overdue",
	"syncing",
	"never synced",
	"in sync",
] as const satisfies readonly ContainerState[];

/** These wait for somebody to do something. */
export function needsPerson(state: ContainerState): boolean {
	return orderedStates.indexOf(state) < 4;
}

export function compareStates(a: ContainerView, b: ContainerView): number {
	return orderedStates.indexOf(a.state) - orderedStates.indexOf(b.state) || compareIds(a, b);
}

export function compareIds(a: ContainerView, b: ContainerView): number {
	return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

export function sortByState(containers: readonly ContainerView[]): readonly ContainerView[] {
	return containers.toSorted(compareStates);
}

/** All of them while that is a small page, else as many as any screen shows. */
export function firstScreen(containers: readonly ContainerView[]): readonly ContainerView[] {
	return containers.length <= 200 ? containers : containers.slice(0, 80);
}

export function countStates(containers: readonly ContainerView[]): ReadonlyMap<ContainerState, number> {
	const counts = new Map<ContainerState, number>();
	for (const { state } of containers) counts.set(state, (counts.get(state) ?? 0) + 1);
	return counts;
}
