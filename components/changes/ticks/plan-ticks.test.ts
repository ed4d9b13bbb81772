import { expect, test } from "vitest";
import {
	allTicked,
	countTicked,
	isAllTicked,
	selectionOf,
	tickChanges,
	tickFolder,
	tickOfChange,
	tickOfFolder,
} from "./plan-ticks.ts";

const at = (key: number, folder: string) => ({ key, path: `${folder}/x.tif`, fromPath: null });

test("a folder that is unticked leaves out all below, and makes those above partly ticked", () => {
	const ticks = tickFolder(allTicked, "in/2006", false);
	expect(["", "in", "in/2006", "in/2006/08", "in/2007"].map((folder) => tickOfFolder(ticks, folder))).toEqual([
		"indeterminate",
		"indeterminate",
		false,
		false,
		true,
	]);
	expect(tickOfChange(ticks, at(1, "in/2006/08"))).toBe(false);
	expect(tickOfChange(ticks, at(1, "in/20061"))).toBe(true);
	expect(selectionOf(ticks)).toMatchObject({ folders: [""], leaveFolders: ["in/2006"], changes: [], leaveChanges: [] });
});

test("what is deeper counts, and a folder takes all below along", () => {
	const some = tickChanges(tickFolder(tickFolder(allTicked, "in", false), "in/a", true), [at(7, "in/b")], true);
	expect(selectionOf(some)).toMatchObject({
		folders: ["", "in/a"],
		leaveFolders: ["in"],
		changes: [7],
		leaveChanges: [],
	});
	expect(["in", "in/a", "in/b", "in/c"].map((folder) => tickOfFolder(some, folder))).toEqual([
		"indeterminate",
		true,
		"indeterminate",
		false,
	]);
	expect(isAllTicked(tickFolder(some, "in", true))).toBe(true);
	expect(selectionOf(tickFolder(some, "", false))).toMatchObject({ folders: [], leaveFolders: [""] });
});

test("a change ticked again is like its folder", () => {
	const without = tickChanges(allTicked, [at(7, "in")], false);
	expect(tickOfChange(without, at(7, "in"))).toBe(false);
	expect(tickOfFolder(without, "in")).toBe("indeterminate");
	expect(isAllTicked(tickChanges(without, [at(7, "in")], true))).toBe(true);
	expect(tickFolder(tickFolder(allTicked, "in", false), "in/a", false).folders.size).toBe(1);
});

test("what is ticked is counted by folders and the changes that differ from theirs", () => {
	const folders = [
		{ directory: "", rows: 1 },
		{ directory: "in", rows: 10 },
		{ directory: "in/a", rows: 100 },
	];
	expect(countTicked(allTicked, folders, [])).toBe(111);
	const some = tickChanges(
		tickChanges(tickFolder(allTicked, "in/a", false), [at(7, "in/a")], true),
		[at(8, "in")],
		false,
	);
	expect(countTicked(some, folders, [])).toBe(11);
	expect(countTicked(tickFolder(some, "", false), folders, [])).toBe(0);
});
