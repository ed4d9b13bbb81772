import { expect, test } from "vitest";
import { columnsOf, inventoryRows } from "./inventory-csv.ts";
import type { Row } from "./rows.ts";

async function read(csv: string, { prefix = "", size = 1_000_000, schema = "Key, Size, LastModifiedDate, ETag" } = {}) {
	const bytes = Buffer.from(csv);
	async function* portions() {
		for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
	}
	const rows: Row[] = [];
	for await (const some of inventoryRows(portions(), { columns: columnsOf(schema), prefix })) rows.push(...some);
	return rows;
}

const mtime = Date.UTC(2026, 0, 1) * 1000;
const file = (folder: string, name: string): Row => ({ kind: "file", folder, name, size: 1, mtime, etag: "e" });
const line = (key: string) => `"${key}","1","2026-01-01T00:00:00.900Z","e"\n`;

test.each([1, 9, 1_000_000])("is read in portions of %i bytes, the last line with or without its end", async (size) => {
	const csv = `${line("a/x+y%2B%C3%A9.tif")}${line("z")}`;
	const rows = [file("a", "x y+é.tif"), file("", "z")];
	expect(await read(csv, { size })).toEqual(rows);
	expect(await read(csv.slice(0, -1), { size })).toEqual(rows);
	expect(await read(csv.replaceAll("\n", "\r\n"), { size })).toEqual(rows);
});

test("only what is below the prefix, and marks of folders", async () => {
	const csv = ["eo/a/x", "eo/", "eo/b/", "eox/y", "z"].map(line).join("");
	expect(await read(csv, { prefix: "eo" })).toEqual([file("a", "x"), { kind: "folder", folder: "", name: "b" }]);
});

test("of several versions the latest, and none that says that the key was deleted", async () => {
	const schema = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag";
	const version = (key: string, latest: boolean, deleted: boolean) =>
		`"b","${key}","v","${latest}","${deleted}","${deleted ? "" : 1}","2026-01-01T00:00:00Z","e"\n`;
	const csv =
		version("x", true, false) + version("x", false, false) + version("y", true, true) + version("y", false, false);
	expect(await read(csv, { schema })).toEqual([file("", "x")]);
});

test("keys that no path has are unclear, by their first name that is none", async () => {
	const unclear = { kind: "unclear", isFolder: true, isExact: true };
	expect(await read(["a//x", "../y", "/z", ".h//x", "a/.."].map(line).join(""))).toEqual([
		{ ...unclear, folder: "a", name: "" },
		{ ...unclear, folder: "", name: ".." },
		{ ...unclear, folder: "", name: "" },
		{ ...unclear, folder: "a", name: "..", isFolder: false },
	]);
	expect(await read(line("a/b%E4d/x"))).toEqual([{ kind: "unclear", folder: "a", name: "b\ufffdd", isFolder: true }]);
});

test.each<[what: string, csv: string, says: RegExp]>([
	["too few fields", `${line("a")}"b","1"\n`, /^line 2 has 2 fields, not the 4/],
	["no end", '"a","1","2026-01-01T00:00:00Z","e', /^line 1 does not end with a quote/],
	["no size", '"a","","2026-01-01T00:00:00Z","e"', /size that is none/],
	["a time that is none", '"a","1","now","e"', /time that is none/],
	["neither time nor ETag", '"a","1","",""', /neither a time nor an ETag/],
	["a key that is not written as in a URL", line("100%"), /not written as in a URL/],
	["too long a line", `"${"a".repeat(70_000)}`, /longer than/],
])("a line with %s is refused", async (_, csv, says) => {
	await expect(read(csv)).rejects.toMatchObject({ code: "io", message: expect.stringMatching(says) });
});

test.each([
	["Key, LastModifiedDate", /no Size/],
	["Key, Size", /neither LastModifiedDate nor ETag/],
	["Key, VersionId, Size, ETag", /no IsLatest/],
])("a schema of %s is refused", (schema, says) => {
	expect(() => columnsOf(schema)).toThrow(says);
});
