import { expect, test } from "vitest";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { matchesRun, noRunsFilter } from "#lib/catalog/runs/run-filter.ts";
import { runsFilterOf, runsParameters, unfilteredRuns } from "./runs-filter.ts";

test.each([
	[{}, noRunsFilter],
	[
		{ show: "waiting", trigger: "schedule,api" },
		{ ...noRunsFilter, show: "waiting", trigger: ["schedule", "api"] },
	],
	[
		{ state: "failed,exploded,held,held", trigger: "," },
		{ ...noRunsFilter, state: ["held", "failed"] },
	],
	[
		{ since: "2026-11-01", until: "yesterday", state: "exploded", actor: "Ada" },
		{ ...noRunsFilter, since: "2026-11-01", actor: "Ada" },
	],
])("an address with %j filters by %j", (address, filter) =>
	expect(runsFilterOf({ ...unfilteredRuns, ...address })).toEqual(filter),
);

test("parameters of the route", () =>
	expect(runsParameters("A&B", { ...noRunsFilter, state: ["held", "failed"] }).toString()).toBe(
		"container=A%26B&show=all&state=held%2Cfailed",
	));

const run = {
	run: 7,
	container: "MER_Frs",
	trigger: "schedule",
	actor: "schedule",
	state: "held",
	createdAt: "2026-11-02T23:59:59Z",
	added: 0,
	removed: 4,
	updated: 0,
	moved: 0,
	linked: 0,
	unlinked: 0,
	rejected: 0,
} as Partial<RunView> as RunView;

test.each([
	[{}, true],
	[{ search: "mer_f" }, true],
	[{ search: "%" }, false],
	[{ trigger: ["api"] }, false],
	[{ actor: "schedule", state: ["held"] }, true],
	[{ state: ["failed"] }, false],
	[{ state: ["failed", "held"], trigger: ["api", "schedule"] }, true],
	[{ since: "2026-11-02", until: "2026-11-02" }, true],
	[{ since: "2026-11-03" }, false],
	[{ until: "2026-11-01" }, false],
	[{ show: "waiting" }, true],
	[{ show: "running" }, false],
	[{ show: "with changes" }, true],
	[{ show: "needs attention" }, true],
] as const)("a run that an event brings matches %j: %s", (filter, expected) =>
	expect(matchesRun(run, { ...noRunsFilter, ...filter })).toBe(expected),
);
