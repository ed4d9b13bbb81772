import { expect, test } from "vitest";
import { guard } from "./guard.ts";

test.each([
	[{ datasets: 100, removals: 0, maxRemovals: "20%" }, 0],
	[{ datasets: 100, removals: 20, maxRemovals: "20%" }, 0],
	[{ datasets: 100, removals: 21, maxRemovals: "20%" }, 1],
	[{ datasets: 10, removals: 10, maxRemovals: "20%" }, 0],
	[{ datasets: 11, removals: 11, maxRemovals: "20%" }, 1],
	[{ datasets: 11, removals: 11, maxRemovals: "100%" }, 0],
	[{ datasets: 1000, removals: 11, maxRemovals: "0%" }, 1],
	[{ datasets: 100, removals: 5, maxRemovals: "5" }, 0],
	[{ datasets: 100, removals: 6, maxRemovals: "5" }, 1],
	[{ datasets: 100, removals: 1, maxRemovals: "0" }, 1],
	[{ datasets: 5, removals: 0, maxRemovals: "20%", emptied: ["archive:in"] }, 1],
	[{ datasets: 50, removals: 50, maxRemovals: "20%", emptied: ["archive:in"] }, 2],
])("%o is held for %i reasons", (input, reasons) => {
	const verdict = guard({ emptied: [], ...input });
	expect(verdict?.reasons.length ?? 0).toBe(reasons);
	if (verdict) expect(verdict).toMatchObject(input);
});
