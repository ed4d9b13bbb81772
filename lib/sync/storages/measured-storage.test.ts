import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStorage } from "#lib/storage/open.ts";
import { noSpan } from "#lib/telemetry/span.ts";
import { StorageMeter } from "#lib/telemetry/storage-meter.ts";
import { measured } from "./measured-storage.ts";

let root: string;
beforeAll(() => {
	root = mkdtempSync(join(tmpdir(), "eosync measured "));
	writeFileSync(join(root, "a.bin"), "0123456789");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const signal = new AbortController().signal;

it("counts and times every call, and what went wrong, and changes nothing", async () => {
	const meter = new StorageMeter();
	await using storage = measured(await openStorage({ type: "local", root }), { span: () => noSpan, meter });
	expect((await storage.list("", { symlinks: "skip", signal })).files).toHaveLength(1);
	expect(await storage.stat("b.bin", { signal })).toBeNull();
	await using file = await storage.open("a.bin", { signal });
	for (const offset of [0, 5]) expect(await file.read(offset, 5, { signal })).toHaveLength(5);
	await expect(storage.list("nowhere", { symlinks: "skip", signal })).rejects.toMatchObject({ code: "not-found" });
	await expect(storage.list("", { symlinks: "skip", signal: AbortSignal.abort() })).rejects.toThrow();
	const measurements = meter.drain();
	const counts = Map.groupBy(
		measurements.filter(({ bucket }) => bucket !== "sum"),
		({ metric, label }) => `${metric} ${label}`,
	);
	const sums = [...counts].map(([key, rows]) => [key, rows.reduce((sum, { value }) => sum + value, 0)]);
	expect(Object.fromEntries(sums)).toEqual({
		"storage local/list": 3,
		"storage local/stat": 1,
		"storage local/open": 1,
		"storage local/read": 2,
		"storage-errors local/list/not-found": 1,
	});
	expect(measurements.filter(({ bucket }) => bucket === "sum").every(({ value }) => value > 0)).toBe(true);
	expect(meter.drain()).toEqual([]);
	meter.restore(measurements);
	meter.restore(measurements);
	// Some calls may have been slower than others.
	const reads = meter.drain().filter(({ label, bucket }) => label === "local/read" && bucket !== "sum");
	expect(reads.reduce((sum, { value }) => sum + value, 0)).toBe(4);
});
