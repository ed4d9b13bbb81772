import { describe, expect, test } from "vitest";
import { fileAt, normalPlace, placeIn, placeOf, type SeenStorage, type StorageRow, seenStorages } from "./places.ts";

const rows = new Map<number, StorageRow>(
	[
		{ id: 1, type: "directory", url: "/data/archive/", parentId: null },
		{ id: 2, type: "ZIP", url: "S2/a.zip", parentId: 1 },
		{ id: 3, type: "HTTP", url: "https://host.example.org/eo/", parentId: null },
		{ id: 4, type: "S3", url: "bucket", parentId: null },
		{ id: 5, type: "directory", url: "loop", parentId: 6 },
		{ id: 6, type: "directory", url: "loop", parentId: 5 },
		{ id: 7, type: "teapot", url: "x", parentId: null },
		{ id: 8, type: "directory", url: "meris", parentId: 1 },
	].map((row) => [row.id, row]),
);

describe("where a location is", () => {
	test.each<readonly [string, number | null, string]>([
		["/data//archive/./a.tif", null, "/data/archive/a.tif"],
		["meris/a.tif", 1, "/data/archive/meris/a.tif"],
		["/elsewhere/a.tif", 1, "/elsewhere/a.tif"],
		["a.tif", 8, "/data/archive/meris/a.tif"],
		["m/b.tif", 2, "/vsizip//data/archive/S2/a.zip/m/b.tif"],
		["2006/a b.tif", 3, "https://host.example.org/eo/2006/a b.tif"],
		["/2006/a.tif", 3, "https://host.example.org/2006/a.tif"],
		["k/a.tif", 4, "/vsis3/bucket/k/a.tif"],
		["a.tif", 5, "?/a.tif"],
		["a.tif", 99, "?/a.tif"],
		["a.tif", 7, "?/teapot:x/a.tif"],
		["relative.tif", null, "relative.tif"],
		["/vsicurl/HTTPS://user:pw@Host.example.org:443/a%20b.tif", null, "https://host.example.org/a b.tif"],
		["s3://bucket/k/a.tif", null, "/vsis3/bucket/k/a.tif"],
		["/vsizip//data/a.zip/m.tif", null, "/vsizip//data/a.zip/m.tif"],
		["/vsizip/{/data/a.zip}/m.tif", null, "/vsizip//data/a.zip/m.tif"],
		["https://h/%zz", null, "https://h/%zz"],
		["file:///data/a.tif", null, "/data/a.tif"],
		["<b>\n' or 1=1", null, "<b>\n' or 1=1"],
	])("%s below %s", (location, storage, place) => {
		expect(placeOf(location, storage, rows)).toBe(place);
	});
});

describe("whose file a place is", () => {
	const seen = seenStorages(
		[
			{ id: 1, name: "archive", config: { type: "local", root: "/mnt/archive" } },
			{ id: 2, name: "deep", config: { type: "local", root: "/data/archive/deep/" } },
			{ id: 3, name: "web", config: { type: "http", url: "https://host.example.org/eo/", listing: "auto" } },
			{ id: 4, name: "ssh", config: { type: "sftp", host: "h", port: 22, user: "u", root: "/x" } },
		],
		{ archive: "/data/archive", nobody: "/data" },
	);
	const own = (place: string, storages: readonly SeenStorage[] = seen) => {
		const found = fileAt(normalPlace(place), storages);
		return found && `${found.storage.name} ${found.path}`;
	};

	test.each<readonly [string, string | null]>([
		["/data/archive/meris/a.tif", "archive meris/a.tif"],
		["/data/archive/deep/a.tif", "deep a.tif"],
		["/data/archive/deeper/a.tif", "archive deeper/a.tif"],
		["/mnt/archive/a.tif", null],
		["/data/archive", null],
		["/data/archive/../secret.tif", null],
		["https://host.example.org/eo/a.tif", "web a.tif"],
		["/vsizip//data/archive/S2/a.zip/m/b.tif", "archive S2/a.zip"],
		["/vsizip//data/archive/x.zip.d/b.zip/m.tif", "archive x.zip.d/b.zip"],
		["/x/a.tif", null],
		["data/archive/a.tif", null],
	])("%s", (place, file) => {
		expect(own(place)).toBe(file);
	});

	test("a storage that is the whole machine", () => {
		const root = [{ id: 1, name: "all", root: "/" }];
		expect(own("/a/b.tif", root)).toBe("all a/b.tif");
		expect(own("relative.tif", root)).toBeNull();
		expect(placeIn({ root: "/" }, "a/b.tif")).toBe("/a/b.tif");
	});
});
