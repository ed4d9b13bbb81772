import { expect, test } from "vitest";
import { type PlanSelection, planSelection } from "#lib/catalog/inputs.ts";
import { type ChoosableChange, chooserOf } from "./choose-changes.ts";

const plan = [
	{ id: 1, path: "in/2006/a.tif", fromPath: null, sourcePath: "in" },
	{ id: 2, path: "in/2006/b.jp2", fromPath: null, sourcePath: "in" },
	{ id: 3, path: "in/2007/c.tif", fromPath: null, sourcePath: "in" },
	{ id: 4, path: "in/2007/08/d.tif", fromPath: null, sourcePath: "in" },
	{ id: 5, path: "in/2008/e.tif", fromPath: "in/2006/e.tif", sourcePath: "in" },
	{ id: 6, path: "g.tif", fromPath: null, sourcePath: null },
] as const satisfies readonly ChoosableChange[];

const chosen = (selection: Partial<PlanSelection>) => {
	const chooser = chooserOf(planSelection.parse(selection));
	const ids = plan.filter((change) => chooser.chooses(change)).map(({ id }) => id);
	return { ids, unused: chooser.unused()?.parts ?? null };
};

test.each<[string, Partial<PlanSelection>, readonly number[]]>([
	["nothing said: all", {}, [1, 2, 3, 4, 5, 6]],
	["a base name at any depth", { only: ["*.tif"] }, [1, 3, 4, 5, 6]],
	["a path below the source's root", { only: ["2007/**/*.tif"] }, [3, 4]],
	["one level of it", { only: ["2007/*"] }, [3]],
	["all but a pattern", { except: ["*.jp2"] }, [1, 3, 4, 5, 6]],
	["except before only", { only: ["*.tif"], except: ["2007/**"] }, [1, 5, 6]],
	["either end of a move chooses it", { only: ["2006/**"] }, [1, 2, 5]],
	["either end of a move leaves it out", { except: ["2006/**"] }, [3, 4, 6]],
	["a folder with all below", { folders: ["in/2007"] }, [3, 4]],
	["all but a folder", { leaveFolders: ["in/2007"] }, [1, 2, 5, 6]],
	["the deeper folder counts", { folders: ["in/2007"], leaveFolders: ["in/2007/08"] }, [3]],
	["the deeper folder counts, the other way", { folders: ["in/2007/08"], leaveFolders: ["in/2007"] }, [4]],
	["a folder before a pattern", { except: ["*.tif"], folders: ["in/2007"] }, [3, 4]],
	[
		"all folders below one, one by one",
		{ leaveFolders: ["in"], folders: ["in/2006", "in/2007", "in/2008"] },
		[1, 2, 3, 4, 5],
	],
	["the root is all", { folders: [""], leaveFolders: ["in/2006"] }, [3, 4, 6]],
	["changes by their ids", { changes: [2, 4] }, [2, 4]],
	["an id before its folder", { leaveFolders: ["in"], changes: [1] }, [1]],
	["all but some ids", { leaveChanges: [2, 4] }, [1, 3, 5, 6]],
])("%s", (_, selection, ids) => expect(chosen(selection)).toEqual({ ids, unused: null }));

test("what fits nothing is named", () => {
	const { unused } = chosen({ only: ["*.tif", "x*"], except: ["y/*"], leaveFolders: ["z"], changes: [99] });
	expect(unused).toBe('the pattern "x*", the pattern "y/*", the folder z, change 99');
});

test("a pattern that is none, or takes for ever, is refused", () => {
	expect(() => chosen({ only: ["a//b"] })).toThrow("is not valid");
	expect(() => chosen({ except: ["!(a)"] })).toThrow("cannot be used");
});
