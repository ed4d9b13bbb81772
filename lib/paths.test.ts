import { expect, test } from "vitest";
import { baseName, folderOf, stemOf } from "./paths.ts";

test.each([
	["", "", ""],
	["a", "", "a"],
	["a/b", "a", "b"],
	["a/b/c.tif", "a/b", "c.tif"],
])("%j lies in %j and is called %j", (path, folder, name) => {
	expect(folderOf(path)).toBe(folder);
	expect(baseName(path)).toBe(name);
});

test.each([
	["a.tif", "a"],
	["a.b.tif", "a.b"],
	[".conf", ".conf"],
	["a", "a"],
	["a.", "a"],
	["", ""],
])("the stem of %j is %j", (name, stem) => {
	expect(stemOf(name)).toBe(stem);
});
