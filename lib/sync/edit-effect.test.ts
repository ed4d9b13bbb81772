import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { effectText, storageEffect, unlinkEffect } from "./edit-effect.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	for (const path of ["in/a.tif", "in/b.tif", "in/sub/c.tif", "two/d.tif"])
		await bench.archive.scene(path, { metadata: null, dateTime: "2006:08:16 09:09:29" });
	await bench.container("S", [{ path: "in" }, { path: "two" }]);
	await bench.run("S");
});

const effect = (...sources: readonly object[]) =>
	unlinkEffect(
		bench.database,
		containerInput.parse({
			id: "S",
			kind: "dataset-series",
			sources: sources.map((source) => ({ storage: "archive", include: ["*.tif"], ...source })),
		}),
	);

test.each<[string, readonly object[], readonly string[]]>([
	["the same sources", [{ path: "in" }, { path: "two" }], []],
	["another order", [{ path: "two" }, { path: "in" }], []],
	["one more", [{ path: "in" }, { path: "two" }, { path: "three" }], []],
	["a source that was taken out", [{ path: "in" }], ["archive:two/d.tif"]],
	["one that another source stands in for", [{ path: "" }], []],
	["an exclusion", [{ path: "in", exclude: ["a.*"] }, { path: "two" }], ["archive:in/a.tif"]],
	[
		"a narrower pattern",
		[{ path: "in", include: ["sub/*"] }, { path: "two" }],
		["archive:in/a.tif", "archive:in/b.tif"],
	],
	[
		"another storage",
		[{ path: "in", storage: "other" }, { path: "two" }],
		["archive:in/a.tif", "archive:in/b.tif", "archive:in/sub/c.tif"],
	],
	["options that match the same files", [{ path: "in", stableFor: 5, rangeType: "RGB" }, { path: "two" }], []],
])("what is unlinked by %s", async (_, sources, paths) => {
	const { datasets, examples, sentence } = await effect(...sources);
	expect({ datasets, examples }).toEqual({ datasets: paths.length, examples: paths });
	expect(sentence === "").toBe(paths.length === 0);
});

test("it is what the next sync does", async () => {
	const told = await effect({ path: "in", exclude: ["b.*"] });
	await bench.container("S", [{ path: "in", exclude: ["b.*"] }]);
	const { summary } = await bench.run("S", { approval: "tested" });
	expect(summary).toEqual(told.examples.map((example) => example.replace("archive:", "unlinked ")));
	expect(effectText(told)).toBe(
		"2 datasets are matched by no source of this container any more: the next sync unlinks them. For example archive:in/b.tif, archive:two/d.tif",
	);
});

test("datasets that were added by hand stay", async () => {
	await bench.database.sql`update container_datasets set source_id = null`;
	expect((await effect()).datasets).toBe(0);
});

test("a storage at another place says of whom how many are looked for there, and nothing for what decides no place", async () => {
	const at = (root: string, more: object = {}) =>
		storageEffect(bench.database, storageInput.parse({ name: "archive", type: "local", root, ...more }));
	expect((await at(bench.archive.root)).sentence).toBe("");
	expect(await at("/elsewhere")).toMatchObject({
		datasets: 4,
		examples: ["S"],
		sentence: `4 datasets of 1 container will be looked for at /elsewhere instead of ${bench.archive.root}. The next syncs remove those that are not there, as far as the guard lets them.`,
	});
	await saveStorage(bench.database, storageInput.parse({ name: "empty", type: "local", root: "/a" }));
	expect(
		(await storageEffect(bench.database, storageInput.parse({ name: "empty", type: "local", root: "/b" }))).sentence,
	).toBe("");
});
