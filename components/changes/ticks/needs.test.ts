import { describe, expect, test } from "vitest";
import type { ChangeNeeds } from "#lib/catalog/read-models/change-view.ts";
import { textOf, ticksOf } from "./kept-ticks.ts";
import {
	countShown,
	needsOf,
	noNeeds,
	shownTickOfChange,
	shownTickOfFolder,
	shownTicks,
	tickFolderWithNeeds,
	tickWithNeeds,
	whyLeftAlong,
} from "./needs.ts";
import { allTicked, isAllTicked, selectionOf, tickChanges, tickFolder } from "./plan-ticks.ts";

const change = (key: number, path: string, fromPath: string | null = null) =>
	({ key, action: "updated", path, fromPath }) as const;
const [a, b, c, d] = [change(1, "in/a.tif"), change(2, "out/b.tif"), change(3, "out/c.tif"), change(4, "d.tif")];
/** b needs a, c needs b; d and a need each other. */
const plan: ChangeNeeds = {
	changes: [a, b, c, d],
	needs: [
		{ dependents: [2], needs: [1], why: "it gets the EO ID ONE, which in/a.tif has until then" },
		{ dependents: [3], needs: [2], why: "it gets the EO ID TWO, which out/b.tif has until then" },
		{ dependents: [4], needs: [1], why: "they swap" },
		{ dependents: [1], needs: [4], why: "they swap" },
	],
	moves: [],
	isCut: false,
};
const needs = needsOf(plan);
const folders = [
	{ directory: "", rows: 10 },
	{ directory: "in", rows: 1 },
	{ directory: "out", rows: 5 },
];

describe("changes that need others", () => {
	test("are left out with them, in a chain, and come back with them", () => {
		const left = shownTicks(tickChanges(allTicked, [a], false), needs);
		expect([a, b, c, d].map((one) => shownTickOfChange(left, one))).toEqual([false, false, false, false]);
		expect(whyLeftAlong(left, b)).toBe("left out with in/a.tif: it gets the EO ID ONE, which in/a.tif has until then");
		expect(whyLeftAlong(left, a)).toBeNull();
		expect(countShown(left, folders)).toBe(12);
		expect(["", "in", "out"].map((folder) => shownTickOfFolder(left, folder))).toEqual([
			"indeterminate",
			"indeterminate",
			"indeterminate",
		]);
		// The server finds by itself what is left out along, and keeps out only what people named.
		expect(selectionOf(left.ticks)).toMatchObject({ changes: [], leaveChanges: [1] });
		const again = shownTicks(tickChanges(left.ticks, [a], true), needs);
		expect([isAllTicked(again.ticks), again.along.size]).toEqual([true, 0]);
	});

	test("take what they need along when they are ticked", () => {
		const none = tickFolder(allTicked, "", false);
		const { ticks, besides } = tickWithNeeds(none, c, needs);
		expect(besides.map(({ path }) => path)).toEqual(["out/b.tif", "in/a.tif", "d.tif"]);
		expect(selectionOf(ticks).changes.toSorted()).toEqual([1, 2, 3, 4]);
		expect(shownTicks(ticks, needs).along.size).toBe(0);
		expect(tickWithNeeds(ticks, b, needs).besides).toEqual([]);
	});

	test("take it along with their folder", () => {
		const { ticks, besides } = tickFolderWithNeeds(tickFolder(allTicked, "", false), "out", needs);
		expect(besides.map(({ path }) => path)).toEqual(["in/a.tif", "d.tif"]);
		expect(shownTickOfFolder(shownTicks(ticks, needs), "out")).toBe(true);
		expect(countShown(shownTicks(ticks, needs), folders)).toBe(7);
	});

	test("a ring of many is gone through once", () => {
		const many = Array.from({ length: 20_000 }, (_, key) => change(key, `r/${key}.tif`));
		const ring = needsOf({
			...plan,
			changes: many,
			needs: many.map(({ key }) => ({ dependents: [key], needs: [(key + 1) % many.length], why: "next" })),
		});
		const [first = a] = many;
		expect(shownTicks(tickChanges(allTicked, [first], false), ring).along.size).toBe(many.length - 1);
		expect(tickWithNeeds(tickFolder(allTicked, "r", false), first, ring).besides).toHaveLength(many.length - 1);
	});
});

describe("the two ends of a move", () => {
	const moved = change(7, "new/m.tif", "old/m.tif");
	const moving = needsOf({ ...plan, changes: [], needs: [], moves: [{ directory: "new", from: "old", rows: 3 }] });
	const rows = [
		{ directory: "new", rows: 4 },
		{ directory: "old", rows: 2 },
	];

	test.each(["new", "old"])("are left out by the folder %s", (folder) => {
		const left = shownTicks(tickFolder(allTicked, folder, false), moving);
		expect(shownTickOfChange(left, moved)).toBe(false);
		expect(countShown(left, rows)).toBe(folder === "new" ? 2 : 1);
	});

	test("say so, and may be ticked on their own", () => {
		const left = shownTicks(tickFolder(allTicked, "old", false), moving);
		expect(whyLeftAlong(left, moved)).toBe("left out with old, where it comes from");
		expect(shownTickOfFolder(left, "new")).toBe("indeterminate");
		const { ticks } = tickWithNeeds(left.ticks, moved, moving);
		const shown = shownTicks(ticks, moving);
		expect([shownTickOfChange(shown, moved), whyLeftAlong(shown, moved)]).toEqual([true, null]);
		expect(countShown(shown, rows)).toBe(2);
		expect(isAllTicked(tickFolder(tickFolder(ticks, "new", true), "old", true))).toBe(true);
	});
});

test("what a tab keeps is what was ticked, and of another version nothing", () => {
	const some = tickChanges(tickFolder(allTicked, "in", false), [a, change(9, "x/m.tif", "y/m.tif")], false);
	const more = tickChanges(some, [change(5, "in/e.tif")], true);
	expect(ticksOf(textOf(more))).toEqual(more);
	expect(ticksOf('{"folders":[],"changes":[[7,{"ticked":false,"directory":"in"}]]}')).toEqual(allTicked);
	expect(shownTicks(more, noNeeds).along.size).toBe(0);
});
