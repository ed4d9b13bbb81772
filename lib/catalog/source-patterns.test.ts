import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { testSource } from "#lib/sync/test-source.ts";
import { saveContainer, saveStorage } from "./configuration.ts";
import { containerInput, sourceInput, storageInput } from "./inputs.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await saveStorage(database, storageInput.parse({ type: "local", name: "archive", root: "/" }));
});
afterAll(() => database.close());

const source = (rest: object) => ({ storage: "archive", include: ["*.tif"], ...rest });
const save = (id: string, ...sources: object[]) =>
	saveContainer(database, containerInput.parse({ id, kind: "dataset-series", sources }), { create: "either" });

test.each([
	[{ include: ["!(a|a).tif"] }, /!\(a\|a\)\.tif.*negation/],
	[{ exclude: ["{1..9}"] }, /\{1\.\.9\}.*range/],
	[{ fileName: "(?<=a)(?<id>b)" }, /\(\?<=a\)/],
	[{ include: ["["] }, /not valid: a bracket/],
	[{ fileName: "(?<id>" }, /not a regular expression/],
])("new patterns of %j are refused by name", async (rest, message) => {
	await expect(save("A", source(rest))).rejects.toThrow(message);
	await expect(
		testSource(database, sourceInput.parse(source(rest)), { signal: AbortSignal.timeout(10_000) }),
	).rejects.toThrow(message);
});

test.each(["@(a|a)", "?(a|a)", "+(a|a)"])("sixty times %s is no matter", async (part) => {
	await expect(
		save("B", source({ include: [part.repeat(60)], fileName: `${"(?:a|a)".repeat(60)}(?<id>x)` })),
	).resolves.toBe(true);
});

test("stored ones stay what they are, where they are", async () => {
	await save("C", source({}));
	await database.sql`update sources set include = array['!(a).tif'], file_name = '(?<=a)(?<id>b)'`;
	const old = source({ include: ["!(a).tif"], fileName: "(?<=a)(?<id>b)" });
	await expect(save("C", { ...old, exclude: ["*_tmp.tif"] })).resolves.toBe(true);
	await expect(save("C", { ...old, exclude: ["!(b).tif"] })).rejects.toThrow(/negation/);
	await expect(save("D", old)).rejects.toThrow(/negation/);
});
