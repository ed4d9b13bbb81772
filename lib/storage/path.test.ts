import { expect, test } from "vitest";
import { joinPath, normalisePath, pathBelow } from "./path.ts";

test.each([
	["", ""],
	[".", ""],
	["./", ""],
	["meris", "meris"],
	["./meris/", "meris"],
	["a/./b", "a/b"],
	["a/b/", "a/b"],
	["..a/b..", "..a/b.."],
	[".hidden/x", ".hidden/x"],
	["a b/\n/\\", "a b/\n/\\"],
	["e\u0301/\u00e9", "e\u0301/\u00e9"],
])("%j is normalised to %j", (text, path) => {
	expect(normalisePath(text)).toBe(path);
});

test.each([
	["/", "absolute"],
	["/etc/passwd", "absolute"],
	["//", "absolute"],
	["..", "“..”"],
	["a/../b", "“..”"],
	["a/..", "“..”"],
	["a//b", "empty name"],
	["a//", "empty name"],
	["a\0b", "NUL"],
	["a\ud800", "surrogate"],
])("%j is refused: %s", (text, why) => {
	expect(() => normalisePath(text)).toThrow(
		expect.objectContaining({ code: "invalid-path", path: text, message: expect.stringContaining(why) }),
	);
});

test.each([
	["", "", ""],
	["", "a", "a"],
	["a", "", "a"],
	["a/", "./b/c", "a/b/c"],
])("%j and %j join to %j", (folder, name, path) => {
	expect(joinPath(folder, name)).toBe(path);
});

test.each([
	["a", "../b"],
	["..", "a"],
	["a", "/b"],
])("%j and %j do not join", (folder, name) => {
	expect(() => joinPath(folder, name)).toThrow(expect.objectContaining({ code: "invalid-path" }));
});

test.each([
	["", "a/b", "a/b"],
	["", "", ""],
	["a", "a", ""],
	["a", "a/b/c", "b/c"],
	["a", "ab", null],
	["a/b", "a", null],
])("seen from %j, %j is %j", (folder, path, below) => {
	expect(pathBelow(folder, path)).toBe(below);
});
