import { expect, test } from "vitest";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import {
	type ContainerFilter,
	facetsOf,
	filterContainers,
	noContainerFilter,
	unseenHours,
} from "./container-filter.ts";

const now = Date.parse("2026-11-29T12:00:00Z");
const own = {
	cron: "0 3 * * *",
	zone: "UTC",
	kind: "sync",
	jitter: 0,
	isDefault: false,
	since: "2026-01-01T00:00:00Z",
} as const;
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
	asOf: "2026-11-29T11:00:00Z",
	verifiedAt: null,
	storages: ["archive"],
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
	container("a", { state: "held", title: "MERIS full" }),
	container("b", { state: "failed", storages: ["archive", "tape"], rejected: 2 }),
	container("c", {
		kind: "rectified-stitched-mosaic",
		storages: ["tape"],
		schedule: own,
		asOf: "2026-11-20T00:00:00Z",
	}),
	container("d", { state: "failed", schedule: { ...own, isDefault: true }, asOf: null }),
];
const found = (filter: Partial<ContainerFilter>) =>
	filterContainers(all, { ...noContainerFilter, ...filter }, now)
		.map(({ id }) => id)
		.join("");

test.each<[Partial<ContainerFilter>, string]>([
	[{}, "abcd"],
	[{ search: " full meris" }, "a"],
	[{ states: ["held"] }, "a"],
	[{ states: ["held", "failed"] }, "abd"],
	[{ rejected: true }, "b"],
	[{ storage: "tape" }, "bc"],
	[{ storage: "nowhere" }, ""],
	[{ kind: "rectified-stitched-mosaic" }, "c"],
	[{ schedule: "own" }, "c"],
	[{ schedule: "default" }, "d"],
	[{ schedule: "by hand" }, "ab"],
	[{ unseen: "7d" }, "cd"],
	[{ unseen: "30d" }, "d"],
	[{ unseen: "1h" }, "cd"],
	[{ unseen: "0h" }, "abcd"],
	[{ states: ["failed"], storage: "tape" }, "b"],
])("%j leaves %s", (filter, ids) => expect(found(filter)).toBe(ids));

test("each facet counts what all the others leave", () => {
	const facets = facetsOf(all, { ...noContainerFilter, states: ["failed"], storage: "tape" }, now);
	expect(Object.fromEntries(facets.states)).toEqual({ failed: 1, "in sync": 1 });
	expect(Object.fromEntries(facets.storage)).toEqual({ archive: 2, tape: 1 });
	expect(Object.fromEntries(facets.kind)).toEqual({ "dataset-series": 1 });
	expect(facets.rejected).toBe(1);
	expect(Object.fromEntries(facetsOf(all, noContainerFilter, now).unseen)).toEqual({ "1d": 2, "7d": 2, "30d": 1 });
});

test.each([
	["7d", 168],
	["12h", 12],
	["7", null],
	["-1d", null],
	["1w", null],
])("%s is %j hours", (text, hours) => expect(unseenHours(text)).toBe(hours));
