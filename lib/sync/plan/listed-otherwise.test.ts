import { expect, test } from "vitest";
import type { Entry } from "#lib/storage/storage.ts";
import { contradicting } from "./listed-otherwise.ts";

const entry = (name: string, more: Partial<Entry> = {}): Entry => ({
	...{ name, size: 10, mtime: 1_000_000, etag: null, inode: "7" },
	...more,
});

test.each<[what: string, answer: Entry, listed: readonly Entry[], contradicts: boolean]>([
	["nothing of the kind is listed", entry("a.tif"), [entry("b.tif")], true],
	["it is listed now", entry("a.tif"), [entry("a.tif")], true],
	["the same file is listed in another case", entry("a.tif"), [entry("A.TIF")], false],
	["the same file is listed in another normal form", entry("\u00e9.tif"), [entry("e\u0301.tif")], false],
	["another file is listed in another case", entry("a.tif"), [entry("A.TIF", { inode: "8" })], true],
	["one of another size", entry("a.tif", { size: 11 }), [entry("A.TIF")], true],
	["one of another time", entry("a.tif", { mtime: 1 }), [entry("A.TIF")], true],
	["one of another version", entry("a.tif", { etag: "x" }), [entry("A.TIF", { etag: "y" })], true],
	["of several in other cases one is it", entry("a.tif"), [entry("A.TIF", { inode: "8" }), entry("a.TIF")], false],
	["both are listed now", entry("a.tif"), [entry("A.TIF"), entry("a.tif")], true],
])("what a name answers to while %s", (_, answer, files, contradicts) => {
	const answers = [{ path: `in/${answer.name}`, entry: answer }];
	expect(contradicting(answers, { files, folders: [] })).toEqual(contradicts ? answers : []);
});
