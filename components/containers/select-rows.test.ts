import { expect, test } from "vitest";
import { sortName } from "#components/ui/sort-name.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { firstSort, containersSortNamed as sortNamed, sortRows } from "./select-rows.ts";

const container = (id: string, over: Partial<ContainerView> = {}): ContainerView => ({
	id,
	kind: "dataset-series",
	title: "",
	state: "in sync",
	stateReason: "",
	datasets: 0,
	rejected: 0,
	ignored: 0,
	waiting: 0,
	suspect: 0,
	exceptions: 0,
	differences: 0,
	asOf: null,
	verifiedAt: null,
	storages: [],
	unreachable: [],
	causes: [],
	paused: null,
	begin: null,
	end: null,
	schedule: null,
	nextRun: null,
	lastRun: null,
	history: [],
	readAt: 0,
	...over,
});
const all = [
	container("c", { title: "MERIS full resolution", datasets: 3, nextRun: "2026-11-22T03:00:00Z" }),
	container("a", { state: "overdue", datasets: 12 }),
	container("b", { state: "held", datasets: 3, nextRun: "2026-11-21T03:00:00.250Z" }),
	container("d", { state: "failed", title: "meris RGB" }),
];

test.each([
	["what needs a person first", firstSort, "bdac"],
	["by ID, downwards", { by: "id", descending: true }, "dcba"],
	["equal counts by ID", { by: "datasets", descending: true }, "abcd"],
	["no next run last, upwards", { by: "nextRun", descending: false }, "bcad"],
	["no next run last, downwards", { by: "nextRun", descending: true }, "cbad"],
] as const)("%s", (_, sort, ids) => {
	expect(
		sortRows(all, sort)
			.map(({ id }) => id)
			.join(""),
	).toBe(ids);
});

test.each(["state", "-datasets", "id", "-lastRun"])("%s is the same sort when it comes back from the address", (name) =>
	expect(sortName(sortNamed(name))).toBe(name),
);

test.each([null, "", "-", "colour", "--id"])("%j is the first sort", (name) =>
	expect(sortNamed(name)).toEqual(firstSort),
);
