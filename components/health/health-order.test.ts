import { expect, test } from "vitest";
import { sortName as healthSortName } from "#components/ui/sort-name.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { healthSortNamed, orderContainers } from "./health-order.ts";

const container = (id: string, over: Partial<ContainerView>) =>
	({ id, state: "in sync", differences: 0, rejected: 0, ignored: 0, asOf: null, ...over }) as ContainerView;
const all = [
	container("a", { differences: 3, asOf: "2026-11-29T00:00:00Z" }),
	container("b", { state: "failed", rejected: 9, asOf: "2026-11-28T00:00:00.250Z" }),
	container("c", { state: "held", differences: 40, asOf: "2026-11-28T00:00:00Z" }),
	container("d", { rejected: 1 }),
];

test.each([
	["", "cbda"],
	["id", "abcd"],
	["-id", "dcba"],
	["-differences", "cabd"],
	["-rejected", "bdac"],
	["asOf", "dcba"],
	["<script>", "cbda"],
])("by %s", (name, expected) => {
	const sorted = orderContainers(all, healthSortNamed(name));
	expect(sorted.map(({ id }) => id).join("")).toBe(expected);
});

test("the address has it as it is named", () => {
	for (const name of ["state", "-differences"]) expect(healthSortName(healthSortNamed(name))).toBe(name);
});
