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

test.each([
	[
		{ datasets: 50_000, removals: 12_000, maxRemovals: "20%" },
		"12,000 of 50,000 datasets would be removed; the limit is 10,000 (20%).",
	],
	[{ datasets: 14, removals: 12, maxRemovals: "20%" }, "12 of 14 datasets would be removed; the limit is 10."],
	[
		{ datasets: 5000, removals: 1500, maxRemovals: "1200" },
		"1,500 of 5,000 datasets would be removed; the limit is 1,200.",
	],
])("%o says: %s", (input, reason) => expect(guard({ emptied: [], ...input })?.reasons).toEqual([reason]));
