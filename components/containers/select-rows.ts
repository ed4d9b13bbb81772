import { sortNamed } from "#components/ui/sort-name.ts";
import type { Sort } from "#components/ui/table.tsx";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { compareIds, compareStates } from "./container-order.ts";

const sortColumns = ["id", "state", "datasets", "lastRun", "nextRun"] as const;
export type SortColumn = (typeof sortColumns)[number];

/** What needs a person first. */
export const firstSort: Sort<SortColumn> = { by: "state", descending: false };

export function containersSortNamed(name: string | null): Sort<SortColumn> {
	return sortNamed(name, sortColumns, firstSort);
}

/** In order. Equal ones are ordered by ID; unknown values come last in either direction. */
export function sortRows(containers: readonly ContainerView[], sort: Sort<SortColumn>): readonly ContainerView[] {
	return containers.toSorted(comparators[sort.by](sort.descending ? -1 : 1));
}

type Compare = (a: ContainerView, b: ContainerView) => number;

const comparators: Readonly<Record<SortColumn, (direction: 1 | -1) => Compare>> = {
	id: (direction) => (a, b) => direction * compareIds(a, b),
	state: (direction) => (a, b) => direction * compareStates(a, b),
	datasets: (direction) => (a, b) => direction * (a.datasets - b.datasets) || compareIds(a, b),
	lastRun: (direction) => byInstant(({ lastRun }) => lastRun?.startedAt ?? lastRun?.createdAt ?? null, direction),
	nextRun: (direction) => byInstant(({ nextRun }) => nextRun, direction),
};

function byInstant(instantOf: (container: ContainerView) => string | null, direction: 1 | -1): Compare {
	return (a, b) => {
		const [left, right] = [instantOf(a), instantOf(b)];
		if (left === null || right === null) return Number(left === null) - Number(right === null) || compareIds(a, b);
		return direction * (Date.parse(left) - Date.parse(right)) || compareIds(a, b);
	};
}
