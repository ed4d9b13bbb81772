import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sourceInput } from "#lib/catalog/inputs.ts";
import { testSource } from "#lib/sync/test-source.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { GroupedSpread, Spread } from "./spread.ts";

/** *Test* of a source reads what a check would read, and says as much of it. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const signal = new AbortController().signal;
const dry = (input: object = {}) =>
	testSource(bench.database, sourceInput.parse({ storage: "archive", include: ["*.tif"], ...input }), { signal });

describe("a sample", () => {
	test("says what told its EO ID, times and place", async () => {
		await bench.archive.scene("a/scene.tif");
		const { ok, message, reading } = await dry();
		expect({ ok, message }).toEqual({
			ok: true,
			message: "1 file matches among 2 files in 2 folders. One was read: it would become a dataset.",
		});
		expect(reading?.samples).toEqual([
			{
				path: "a/scene.tif",
				metadata: ["scene.xml"],
				size: expect.any(Number),
				format: "GeoTIFF",
				rejection: null,
				dataset: {
					eoId: "SCENE",
					begin: "2006-08-16T09:09:29Z",
					end: "2006-08-16T09:09:29Z",
					wholePeriod: null,
					isWholeDay: false,
					place: [10, 49, 11, 50],
					told: {
						eoId: "scene.xml (EO-O&M)",
						begin: "scene.xml (EO-O&M)",
						end: "scene.xml (EO-O&M)",
						footprint: "the file itself (GeoTIFF)",
					},
				},
			},
		]);
	});

	test("of a pattern for names: a date alone is the whole day", async () => {
		await bench.archive.scene("x_20060816.tif", { metadata: null });
		const { reading } = await dry({ fileName: "_(?<begin>\\d{8})" });
		expect(reading?.samples[0]?.dataset).toMatchObject({
			eoId: "x_20060816",
			begin: "2006-08-16T00:00:00Z",
			end: "2006-08-16T23:59:59.999Z",
			wholePeriod: "day",
			isWholeDay: true,
			told: { eoId: "the file name", begin: "the file name, by the pattern" },
		});
	});

	test("of a pattern for names: a month or year alone is all of it", async () => {
		await bench.archive.scene("lc_2006.tif", { metadata: null });
		await bench.archive.scene("lc_200608.tif", { metadata: null });
		const { reading } = await dry({ fileName: "_(?<begin>\\d+)" });
		expect(reading?.samples.map(({ dataset }) => [dataset?.begin, dataset?.end, dataset?.wholePeriod])).toEqual([
			["2006-01-01T00:00:00Z", "2006-12-31T23:59:59.999Z", "year"],
			["2006-08-01T00:00:00Z", "2006-08-31T23:59:59.999Z", "month"],
		]);
	});

	test("is rejected for the reason that a check gives", async () => {
		await bench.archive.scene("a.tif", { begin: null });
		await bench.archive.write("b.tif", "no picture");
		await bench.archive.write("c.tif", "");
		const { ok, message, reading } = await dry();
		expect(ok).toBe(false);
		expect(message).toContain("3 were read: every one would be rejected (no begin time, no reader, unreadable).");
		await bench.container("S", [{}]);
		const { changes } = await bench.check("S");
		const checked = changes.map(({ path, reason }) => [path, reason]);
		expect(reading?.samples.map(({ path, rejection }) => [path, rejection?.reason])).toEqual(checked);
		expect(reading?.samples[2]?.rejection?.reason).toBe("c.tif is empty");
	});

	test("with the EO ID of another one is rejected", async () => {
		await bench.archive.scene("a.tif", { eoId: "SAME" });
		await bench.archive.scene("b.tif", { eoId: "SAME" });
		const { message, reading } = await dry();
		expect(message).toContain(
			"1 would become a dataset, 1 would be rejected (an EO ID that another file has: exclude the copy).",
		);
		expect(reading?.samples[1]?.rejection).toMatchObject({ code: "duplicate-eo-id" });
	});

	test("come from all over the source, ten of them", async () => {
		for (let i = 10; i < 60; i++) await bench.archive.scene(`d${i % 7}/x${i}.tif`);
		const { reading, message } = await dry();
		expect(message).toContain("50 files match among 100 files in 8 folders. 10 were read");
		const folders = new Set(reading?.samples.map(({ path }) => path.slice(0, 2)));
		expect(folders.size).toBe(7);
	});
});

test("what does not match is counted by why", async () => {
	const { archive } = bench;
	await archive.scene("a.tif");
	await archive.scene("a_tmp.tif", { metadata: null });
	await archive.write("readme.md", "hello");
	await archive.write(".hidden.tif", "");
	await archive.symlink("a.tif", "link.tif");
	await mkdir(Buffer.concat([Buffer.from(`${archive.root}/`), Buffer.from([0x62, 0xff])]));
	const { reading } = await dry({ exclude: ["*_tmp.tif"] });
	expect(reading?.counts).toEqual({
		matched: 1,
		excluded: 1,
		belonging: 1,
		others: 1,
		hidden: 1,
		links: 1,
		special: 0,
		unreadable: 1,
	});
	expect(reading?.problems).toEqual([expect.stringContaining("is not valid UTF-8")]);
	expect(reading?.cut).toBeNull();
});

test.each([0, 1, 9, 10, 11, 19, 20, 21, 1000])("of %i at most ten are kept, from first to last", (count) => {
	const spread = new Spread<number>(10);
	for (let i = 0; i < count; i++) spread.add(i);
	const items = spread.items();
	expect(items).toHaveLength(Math.min(count, 10));
	expect(items.toSorted((a, b) => a - b)).toEqual([...new Set(items)]);
	if (count > 0) expect(items[0]).toBe(0);
	if (count >= 10) expect(items.at(-1)).toBeGreaterThan(count * 0.85 - 2);
});

test("a large folder does not keep small ones out of the samples", () => {
	const spread = new GroupedSpread<string>(10);
	for (const [folder, files] of [["a", 3], ["flat", 100_000], ...Array.from({ length: 6 }, (_, i) => [`z${i}`, 2])] as [
		string,
		number,
	][])
		for (let i = 0; i < files; i++) spread.add(`${folder}/${i}`, folder);
	const items = spread.items();
	expect(items).toHaveLength(10);
	expect(new Set(items.map((item) => item.split("/")[0])).size).toBe(8);
	expect(new Set(items).size).toBe(10);
});
