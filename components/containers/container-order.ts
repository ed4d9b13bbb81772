import type { ContainerState, ContainerView } from "#lib/catalog/read-models/container-view.ts";

/** States that need a person come first, then active ones, then those that are fine. */
export const orderedStates = [
	"held",
	"failed",
	"out of sync",
	"overdue",
	"syncing",
	"never synced",
	"in sync",
] as const satisfies readonly ContainerState[];

/** These wait for a person to do something. */
export function needsPerson(state: ContainerState): boolean {
	return orderedStates.indexOf(state) < 4;
}

export function compareStates(a: ContainerView, b: ContainerView): number {
	const states = orderedStates.indexOf(a.state) - orderedStates.indexOf(b.state);
	return states || b.rejected - b.ignored - (a.rejected - a.ignored) || compareIds(a, b);
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
