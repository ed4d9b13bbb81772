import { sortName } from "#components/ui/sort-name.ts";
import { type ContainerFilter, scheduleFacets, unseenHours } from "#lib/catalog/containers/container-filter.ts";
import { orderedStates } from "./container-order.ts";
import { firstSort } from "./select-rows.ts";

/** The filter and sort of the list, as its address has them. */
export const noContainersAddress = {
	q: "",
	state: "",
	rejected: "",
	storage: "",
	kind: "",
	schedule: "",
	cause: "",
	unseen: "",
	sort: sortName(firstSort),
};

type ContainersAddress = Readonly<typeof noContainersAddress>;

/** What makes no sense is left out. */
export function filterOf({
	q,
	state,
	rejected,
	storage,
	kind,
	schedule,
	cause,
	unseen,
}: ContainersAddress): ContainerFilter {
	const states = state.split(",");
	return {
		search: q,
		states: orderedStates.filter((each) => states.includes(each)),
		// Earlier links had it among the states.
		rejected: rejected === "1" || states.includes("rejected"),
		storage: storage || null,
		kind: kind === "dataset-series" || kind === "rectified-stitched-mosaic" ? kind : null,
		schedule: scheduleFacets.find((each) => each === schedule) ?? null,
		cause: cause || null,
		unseen: unseenHours(unseen) === null ? null : unseen,
	};
}

/** The inverse, but for the sort. */
export function addressOfFilter(filter: ContainerFilter): Omit<ContainersAddress, "sort"> {
	return {
		q: filter.search,
		state: filter.states.join(","),
		rejected: filter.rejected ? "1" : "",
		storage: filter.storage ?? "",
		kind: filter.kind ?? "",
		schedule: filter.schedule ?? "",
		cause: filter.cause ?? "",
		unseen: filter.unseen ?? "",
	};
}
