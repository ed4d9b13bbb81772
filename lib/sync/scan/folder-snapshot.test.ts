import { describe, expect, test } from "vitest";
import type { Entry } from "#lib/storage/storage.ts";
import type { DataFile } from "#lib/sync/match/match.ts";
import { changedSince, folderSnapshot } from "./folder-snapshot.ts";

const entry = (name: string, more: Partial<Entry> = {}): Entry => ({
	name,
	size: 1,
	mtime: 2,
	etag: null,
	inode: "3",
	...more,
});
const then = ["a.tif", "b/c.tif", 'd",\n[".tif', "e.tif"].map((name) => entry(name));
const alone = (file: Entry): DataFile => ({ entry: file, metadata: [], conf: [], other: [], members: [] });
const listing = folderSnapshot(then, then.map(alone)) ?? "";
const changedNames = (files: readonly Entry[]) =>
	changedSince(listing, files)?.data.map(({ entry: { name } }) => name) ?? null;

describe("changedSince", () => {
	test("nothing", () => {
		expect(changedNames(then)).toEqual([]);
		expect(changedSince(listing, then)?.snapshot).toBe(listing);
		expect(changedSince("", [])).toEqual({ data: [], snapshot: "" });
	});

	test.each([{ size: 2 }, { mtime: null }, { mtime: 3 }, { etag: 'x"\n' }, { inode: null }, { inode: "33" }])(
		"files that are not as they were: %j",
		(more) => {
			for (const [i, { name }] of then.entries())
				expect(changedNames(then.with(i, entry(name, more))), name).toEqual([name]);
			expect(changedNames(then.map(({ name }) => entry(name, more)))).toEqual(then.map(({ name }) => name));
			const now = then.map((one, i) => (i === 1 ? entry(one.name, more) : one));
			expect(changedSince(listing, now)?.snapshot).toBe(folderSnapshot(now, now.map(alone)));
		},
	);

	test("what belongs to a data file, or to two, stands for it", () => {
		const names = ["a.tif", "a.tif.ovr", "a.xml", "b.tif", "all.conf", "readme"];
		const folder = (touched: string | null) => {
			const files = names.toSorted().map((name) => entry(name, name === touched ? { mtime: 3 } : {}));
			const named = (...wanted: string[]) => wanted.flatMap((name) => files.filter((file) => file.name === name));
			const [a, b] = named("a.tif", "b.tif") as [Entry, Entry];
			const data: DataFile[] = [
				{ entry: a, metadata: named("a.xml"), conf: named("all.conf"), other: [], members: named("a.tif.ovr") },
				{ ...alone(b), conf: named("all.conf") },
			];
			return { files, data, snapshot: folderSnapshot(files, data) ?? "" };
		};
		const before = folder(null).snapshot;
		const stands = { "a.tif": [0], "a.tif.ovr": [0], "a.xml": [0], "b.tif": [1], "all.conf": [0, 1], readme: [] };
		for (const [name, numbers] of Object.entries(stands)) {
			const { files, data, snapshot: after } = folder(name);
			expect(changedSince(before, files), name).toEqual({ data: numbers.map((i) => data[i]), snapshot: after });
		}
	});

	test("other names: all of it", () => {
		for (let i = 0; i < then.length; i++) {
			expect(changedNames(then.toSpliced(i, 1))).toBe(null);
			expect(changedNames(then.toSpliced(i, 0, entry("")))).toBe(null);
			expect(changedNames(then.with(i, entry(`${then[i]?.name}x`)))).toBe(null);
		}
		expect(changedNames([...then, entry("f")])).toBe(null);
		expect(changedNames([])).toBe(null);
		// A name that goes on where another one ended.
		expect(changedNames(then.with(1, entry("b")))).toBe(null);
	});
});

test("a folder of very many files keeps none", () => {
	const many = Array.from({ length: 20_001 }, (_, i) => entry(String(i)));
	expect(folderSnapshot(many, [])).toBe(null);
	expect(folderSnapshot(many.slice(1), [])).not.toBe(null);
});
