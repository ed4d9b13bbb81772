import { expect, test } from "vitest";
import { growthOf } from "./worsening.ts";

const points = (...sizes: (readonly [number, number | null])[]) =>
	sizes.map(([differences, rejected]) => ({ differences, rejected }));

test.each([
	["no look", points(), 0],
	["one look", points([5, 1]), 0],
	["ever more", points([1, 0], [1, 0], [4, 0]), 3],
	["as much as before", points([4, 2], [4, 2]), 0],
	["it shrank meanwhile", points([1, 0], [9, 0], [4, 0]), 0],
	["ever more rejected", points([0, 3], [0, 8]), 5],
	["one turned into the other", points([3, 0], [0, 3]), 0],
	["not known of all", points([1, null], [2, 40]), 1],
])("%s", (_, of, growth) => {
	expect(growthOf(of)).toBe(growth);
});
