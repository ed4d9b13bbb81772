import { describe, expect, test } from "vitest";
import { type ConformanceSubject, filesByName, rejectsWith, signal } from "./bench.ts";

// biome-ignore format: a table
export const oddNames = [
	"with space.tif", " ", "new\nline.tif", "tab\t.tif", "#hash?a=b&c.tif", "per%20cent%.tif", "plus+.tif", "back\\slash.tif",
	"quotes'\"`.tif", "*[a]{b}?.tif", "-rf", "~", "C:", "semi;colon|$HOME", "\u0001\u007f.tif", "\u00e9.tif", "e\u0301.tif", "\ud83d\udef0\ufe0f.tif",
	"\u6f22\u5b57.tif", "\u0634.tif", "\ufffd.tif", "\ufeffbom.tif", "..a", "a..", `${"x".repeat(251)}.tif`, `${"\u{1f6f0}".repeat(62)}123.tif`,
] as const;

export function readingConformance(subject: ConformanceSubject): void {
	const { list } = subject;
	const stat = (path: string) => subject.storage.stat(path, { signal });

	describe("the name", () => {
		test.each(oddNames.filter((name) => !subject.options.impossibleNames?.includes(name)))(
			"%j is listed, examined and read",
			async (name) => {
				await subject.bench.write(`in/${name}`, name);
				await subject.bench.write(`of/${name}/file`, "");
				if (!name.startsWith(".")) {
					expect(filesByName(await list("in"))).toEqual([name]);
					expect((await list("of")).folders).toEqual([name]);
				}
				expect(filesByName(await list(`of/${name}`))).toEqual(["file"]);
				expect(await stat(`in/${name}`)).toMatchObject({ name, size: new TextEncoder().encode(name).length });
				await using file = await subject.storage.open(`in/${name}`, { signal });
				expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.read(0, 1000, { signal }))).toBe(name);
			},
		);

		test.each(["..", "a/../b", "/etc", "a//b", "nul\0"])("%j is refused", async (path) => {
			await rejectsWith(list(path), "invalid-path", path);
			await rejectsWith(stat(path), "invalid-path", path);
			await rejectsWith(subject.storage.open(path, { signal }), "invalid-path", path);
		});
	});

	test("names alike in all but case or normal form are files and folders of their own", async () => {
		const alike = ["s.tif", "S.tif", "\u00e9.tif", "e\u0301.tif"];
		for (const name of alike) {
			await subject.bench.write(`in/${name}`, "x".repeat(alike.indexOf(name) + 1));
			await subject.bench.write(`of/${name}/${alike.indexOf(name)}`, "");
		}
		expect(filesByName(await list("in")).toSorted()).toEqual(alike.toSorted());
		expect((await list("of")).folders.toSorted()).toEqual(alike.toSorted());
		for (const [index, name] of alike.entries()) {
			expect(await stat(`in/${name}`)).toMatchObject({ name, size: index + 1 });
			expect(filesByName(await list(`of/${name}`))).toEqual([String(index)]);
			await using file = await subject.storage.open(`in/${name}`, { signal });
			expect(file.size).toBe(index + 1);
		}
		await subject.bench.remove("in/s.tif");
		await subject.bench.remove("in/e\u0301.tif");
		expect(filesByName(await list("in")).toSorted()).toEqual(["S.tif", "\u00e9.tif"].toSorted());
		expect(await Promise.all(alike.map((name) => stat(`in/${name}`)))).toMatchObject([
			null,
			{ size: 2 },
			{ size: 3 },
			null,
		]);
	});

	describe("files", () => {
		const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 251);

		test("that are not there are null to stat, and an error to open", async () => {
			await subject.bench.write("folder/file", "");
			for (const path of ["missing", "folder", "folder/file/deeper", "missing/file", ""]) {
				expect(await stat(path)).toBeNull();
				await rejectsWith(subject.storage.open(path, { signal }), "not-found", path);
			}
		});

		test.each([
			["the beginning", 0, 100, 100],
			["the middle", 50_000, 1000, 1000],
			["the end", 99_990, 10, 10],
			["across the end", 99_990, 100, 10],
			["at the end", 100_000, 10, 0],
			["beyond the end", 200_000, 10, 0],
			["nothing", 10, 0, 0],
			["everything", 0, 100_000, 100_000],
			["far more than there is", 1, 2 ** 40, 99_999],
		])("are read: %s", async (_, offset, length, expected) => {
			await subject.bench.write("file.bin", bytes);
			await using file = await subject.storage.open("file.bin", { signal });
			expect(file).toMatchObject({ name: "file.bin", size: bytes.length });
			const got = await file.read(offset, length, { signal });
			expect(got.length).toBe(expected);
			expect(Buffer.from(got).equals(bytes.subarray(offset, offset + length))).toBe(true);
		});

		test("are read in several places at once", async () => {
			await subject.bench.write("file.bin", bytes);
			await using file = await subject.storage.open("file.bin", { signal });
			const offsets = Array.from({ length: 20 }, (_, i) => i * 5000);
			const parts = await Promise.all(offsets.map((offset) => file.read(offset, 5000, { signal })));
			expect(Buffer.concat(parts).equals(bytes)).toBe(true);
		});

		test("that are empty are read", async () => {
			await subject.bench.write("empty", "");
			await using file = await subject.storage.open("empty", { signal });
			expect(file.size).toBe(0);
			expect(await file.read(0, 10, { signal })).toEqual(new Uint8Array(0));
		});

		test("that change after they were opened are not read on", async () => {
			await subject.bench.write("file", "before");
			await using file = await subject.storage.open("file", { signal });
			await subject.bench.write("file", "afterwards");
			await rejectsWith(file.read(0, 6, { signal }), "changed", "file");
		});
	});
}
