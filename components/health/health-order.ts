import { compareIds, compareStates } from "#components/containers/container-order.ts";
import { sortNamed } from "#components/ui/sort-name.ts";
import type { Sort } from "#components/ui/table.tsx";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";

const columns = ["id", "state", "differences", "rejected", "asOf", "verifiedAt"] as const;
export type HealthColumn = (typeof columns)[number];

export function healthSortNamed(name: string): Sort<HealthColumn> {
	return sortNamed(name, columns, { by: "state", descending: false });
}

/** Equal ones are ordered by ID. What was never looked at is older than all that was. */
export function orderContainers(
	containers: readonly ContainerView[],
	{ by, descending }: Sort<HealthColumn>,
): readonly ContainerView[] {
	const direction = descending ? -1 : 1;
	return containers.toSorted((a, b) => direction * comparisons[by](a, b) || compareIds(a, b));
}

const comparisons: Readonly<Record<HealthColumn, (a: ContainerView, b: ContainerView) => number>> = {
	id: compareIds,
	state: compareStates,
	differences: (a, b) => a.differences - b.differences,
	rejected: (a, b) => a.rejected - b.rejected,
	asOf: (a, b) => ageOf(a.asOf) - ageOf(b.asOf),
	verifiedAt: (a, b) => ageOf(a.verifiedAt) - ageOf(b.verifiedAt),
};

function ageOf(instant: string | null): number {
	return instant === null ? 0 : Date.parse(instant);
}
