import { describe, expect, test } from "vitest";
import { type ListOptions, rowsOf } from "./list-file.ts";
import type { Row } from "./rows.ts";

const signal = new AbortController().signal;

/** Read in portions of that many bytes. */
async function read(
	list: string | Buffer,
	options: Partial<ListOptions> = {},
	size = 1_000_000,
): Promise<readonly Row[]> {
	const bytes = Buffer.from(list as string);
	async function* portions() {
		for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
	}
	const rows: Row[] = [];
	for await (const some of rowsOf(portions(), { name: "list", prefix: "", signal, ...options })) rows.push(...some);
	return rows;
}

const file = (folder: string, name: string, size = 1, mtime = 1_000_000): Row => ({
	...{ kind: "file", folder, name, size, mtime, etag: null },
});

describe("a list", () => {
	test.each([1, 7, 1_000_000])("is read in portions of %i bytes", async (size) => {
		const list = "./a/x.tif\t12\t1155719369.1234560000\nb\t0\t-1.5\n./c d/é\t3\t2026-11-29T04:00:00Z\n";
		expect(await read(list, {}, size)).toEqual([
			file("a", "x.tif", 12, 1155719369123456),
			file("", "b", 0, -1_500_000),
			file("c d", "é", 3, Date.UTC(2026, 10, 29, 4) * 1000),
		]);
	});

	test("whose lines end with NUL has names with newlines and tabs", async () => {
		expect(await read("./a\tb\nc/x\t1\t1\0./y\t1\t1\0")).toEqual([file("a\tb\nc", "x"), file("", "y")]);
	});

	test("that says its time and its end", async () => {
		const times: number[] = [];
		const list = "# eosync list time=2026-11-29T04:00:00Z\n# a\t1\t1\n# end 1\n";
		expect(await read(list, { onTime: (time) => times.push(time) })).toEqual([file("", "# a")]);
		expect(times).toEqual([Date.UTC(2026, 10, 29, 4) * 1000]);
		expect(await read("# eosync list\n# end 0\n")).toEqual([]);
	});

	test("has only what is below its prefix", async () => {
		const list = "/data/eo/a/x\t1\t1\n/data/eoother/y\t1\t1\n/etc/passwd\t1\t1\n";
		for (const prefix of ["/data/eo", "/data/eo/"]) expect(await read(list, { prefix })).toEqual([file("a", "x")]);
		await expect(read(list, { prefix: "/data/ro" })).rejects.toThrow(/no path that begins with/);
	});

	test("leaves out names that begin with a point, and knows folders by their slash", async () => {
		const list = ".\t1\t1\n./.git/x\t1\t1\n./a/.y\t1\t1\n./empty/\t1\t1\n";
		expect(await read(list)).toEqual([{ kind: "folder", folder: "", name: "empty" }]);
	});

	test("has names that are not UTF-8: they are unclear, and the rest is as it is", async () => {
		const list = Buffer.concat([
			Buffer.from("good\t1\t1\na/b"),
			...[Buffer.from([0xe4]), Buffer.from("d/x\t1\t1\n"), Buffer.from([0xff]), Buffer.from("\t1\t1\n")],
		]);
		expect(await read(list)).toEqual([
			file("", "good"),
			{ kind: "unclear", folder: "a", name: "b\ufffdd", isFolder: true },
			{ kind: "unclear", folder: "", name: "\ufffd", isFolder: false },
		]);
	});

	test.each<[what: string, list: string, says: RegExp]>([
		[
			"a path that leads up",
			"ok\t1\t1\na/../../b\t1\t1\n",
			/^Line 2 of the list list has a path with “\.” or “\.\.” in it/,
		],
		["a path that begins with ..", "../b\t1\t1\n", /“\.\.”/],
		["an absolute path", "/etc/passwd\t1\t1\n", /absolute/],
		["an empty name", "a//b\t1\t1\n", /empty name/],
		["no path", "\t1\t1\n", /not a path, a size and a time/],
		["no size", "a\t\t1\n", /size that is none/],
		["a size that is no whole number", "a\t1.5\t1\n", /size that is none/],
		["a size that no file has", "a\t99999999999999999999\t1\n", /size that is none/],
		["a time without a zone", "a\t1\t2026-11-29T04:00:00\n", /time that is neither/],
		["an empty line", "a\t1\t1\n\nb\t1\t1\n", /^Line 2/],
		["a NUL in a path", "a\0b\t1\t1\n", /not a path|cut off/],
		["very many names", `${"a/".repeat(400)}b\t1\t1\n`, /more than 300 names/],
		["a line without an end", `a\t1\t1\n${"x".repeat(70_000)}`, /^Line 2 .*longer than/],
		["a time in its first line that is none", "# eosync list time=now\n# end 0\n", /^Line 1 .*time that is none/],
		["something after its end", "# eosync list\n# end 0\na\t1\t1\n", /^Line 3 .*after “# end”/],
	])("with %s is refused by line", async (_, list, says) => {
		await expect(read(list)).rejects.toMatchObject({ code: "io", message: expect.stringMatching(says) });
	});
});
