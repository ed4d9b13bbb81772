import { afterAll, beforeAll, expect, test } from "vitest";
import { sameContents } from "#lib/catalog/changes/same-content.ts";
import { claimLook, requestLook } from "#lib/catalog/coverage/looks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { exportDuplicates } from "#lib/catalog/duplicates/duplicate-export.ts";
import { duplicatesView, listContentGroups, listSceneGroups } from "#lib/catalog/duplicates/duplicates.ts";
import { cancelSearch, claimSearch, requestSearch } from "#lib/catalog/duplicates/searches.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { lookAtStorage } from "#lib/sync/coverage/look.ts";
import { type Bench, makeBench, type RunResult } from "#lib/sync/testing/testing.ts";
import { searchDuplicates } from "./search.ts";

const owner = "tester";
const signal = new AbortController().signal;
const access = storageAccess(readEnv());
const page = { after: null, limit: 10 };
/** More than both ends. */
const large = 300_000;

let bench: Bench;
let database: Database;
let first: RunResult;
beforeAll(async () => {
	bench = await makeBench();
	database = bench.database;
	const { archive } = bench;
	const properties = { platform: "ENVISAT", productType: "MER_FRS_1P" };
	await archive.scene("in/a.tif", { properties });
	await archive.scene("in/b.tif", { properties });
	await archive.scene("in/c.tif", { properties, at: [50, 50] });
	await archive.scene("in/d.tif");
	await archive.write("out/large1.bin", "x".repeat(large));
	await archive.write("out/large2.bin", "x".repeat(large));
	await archive.write("out/middle.bin", `${"x".repeat(large / 2)}y${"x".repeat(large / 2 - 1)}`);
	await archive.write("out/other.bin", "z".repeat(large));
	await archive.write("out/linked.bin", "l".repeat(1234));
	await archive.hardLink("out/linked.bin", "out/link.bin");
	await archive.write("out/empty1", "");
	await archive.write("out/empty2", "");
	for (const [at, made] of ["20200113_01", "20200823_02"].entries())
		await archive.scene(`in/landsat${made}.tif`, { eoId: `LC08_L1TP_190027_20200101_${made}_T1`, at: [at, at] });
	await bench.container("ONE", [{ path: "in" }]);
	first = await bench.run("ONE");
	await requestLook(database, "archive", { by: owner, listAll: true });
	const claimed = await claimLook(database, { owner, closed: [] });
	if (claimed !== null) await lookAtStorage(database, claimed, { access, owner, signal });
});
afterAll(() => bench[Symbol.asyncDispose]());

async function search(budgetBytes?: number) {
	await requestSearch(database, { by: owner, budgetBytes });
	const claimed = await claimSearch(database, owner);
	if (claimed === null) throw new Error("There is nothing to search for.");
	return searchDuplicates(database, claimed, { access, owner, signal });
}

async function contents(): Promise<readonly string[]> {
	const { rows } = await listContentGroups(database, page);
	return rows.map(({ wasted, files }) => {
		const names = files.map(
			({ path, dataset, link }) => `${path}${dataset ? ` (${dataset})` : ""}${link ? " linked" : ""}`,
		);
		return `${wasted}: ${names.join(", ")}`;
	});
}

test("a budget that is too small is said, and what was read before is not read again", async () => {
	expect(await search(4 * 131_072)).toMatchObject({ outcome: "partial", message: expect.stringContaining("budget") });
	const first = await duplicatesView(database);
	expect(first).toMatchObject({ outcome: "partial", completedAt: null });
	expect(first.usedBytes).toBeLessThanOrEqual(4 * 131_072);
	expect(await search()).toEqual({ outcome: "complete" });
	const second = await duplicatesView(database);
	expect(await search()).toEqual({ outcome: "complete" });
	expect(second.usedBytes).toBeGreaterThan(0);
	expect(await duplicatesView(database)).toMatchObject({ usedBytes: 0, filesRead: 0, outcome: "complete" });
});

test("the same contents are found whether they are registered or not; ends alone do not make them the same, nor does a size", async () => {
	const found = await contents();
	expect(found[0]).toBe(`${large}: out/large1.bin, out/large2.bin`);
	expect(found).toContain("0: out/link.bin linked, out/linked.bin linked");
	expect(found.find((line) => line.includes("in/a.tif"))).toMatch(/in\/a\.tif \(A\), in\/b\.tif \(B\)/);
	expect(found.join()).not.toMatch(/middle|other|empty/);
	expect(await duplicatesView(database)).toMatchObject({
		groups: found.length,
		unread: 0,
		unreadExamples: [],
		candidates: 12,
	});
	await database.sql`update duplicate_files set message = 'Cannot read it' where path like 'out/large%'`;
	const [first] = (await duplicatesView(database)).unreadExamples;
	expect(first).toMatch(/^\w+:out\/large1\.bin: Cannot read it$/);
	await database.sql`update duplicate_files set message = null`;
});

test("the same scene under two EO IDs is found, and another place or an unknown product is not", async () => {
	const { rows } = await listSceneGroups(database, page);
	expect(rows.map(({ reason, datasets }) => [reason, ...datasets.map(({ dataset }) => dataset)]).sort()).toEqual([
		["acquisition", "A", "B"],
		["source-id", "LC08_L1TP_190027_20200101_20200113_01_T1", "LC08_L1TP_190027_20200101_20200823_02_T1"],
	]);
	let csv = "";
	for await (const piece of exportDuplicates(database)) csv += piece;
	expect(csv).toMatch(/scene,\d+,\d+,archive,in\/b\.tif,B,acquisition\r\n/);
});

test("a file that is added says of which registered one it has the content", async () => {
	const keys = (await bench.changes(first.run)).map(({ key, path }) => ({ key, path }));
	const same = async () => {
		const all = await sameContents(
			database,
			first.run,
			keys.map(({ key }) => key),
		);
		return Object.fromEntries(keys.map(({ key, path }) => [path, (all.get(key) ?? []).map(({ dataset }) => dataset)]));
	};
	expect(await same()).toMatchObject({ "in/a.tif": ["B", "D"], "in/b.tif": ["A", "D"], "in/c.tif": [] });
	// What has changed since the search counts for nothing.
	await bench.archive.touch("in/b.tif");
	await bench.run("ONE");
	expect(await same()).toMatchObject({ "in/a.tif": ["D"], "in/d.tif": ["A"] });
});

test("a file that changed is read again, one search is at work at a time, and it can be cancelled", async () => {
	await bench.archive.write("out/large2.bin", "y".repeat(large));
	await requestLook(database, "archive", { by: owner, listAll: true });
	const look = await claimLook(database, { owner, closed: [] });
	if (look !== null) await lookAtStorage(database, look, { access, owner, signal });
	expect(await search()).toEqual({ outcome: "complete" });
	expect((await contents()).join()).not.toContain("large");
	await requestSearch(database, { by: owner });
	expect(await requestSearch(database, { by: "other" })).toBe(false);
	const claimed = await claimSearch(database, owner);
	expect(await claimSearch(database, "other")).toBeNull();
	expect(await cancelSearch(database)).toBe(true);
	if (claimed === null) throw new Error("There is nothing to search for.");
	expect(await searchDuplicates(database, claimed, { access, owner, signal })).toEqual({ outcome: "cancelled" });
	expect(await cancelSearch(database)).toBe(false);
});

test("of many names some are shown, and all are exported", async () => {
	const [many, checksum] = [1060, "a".repeat(64)];
	await database.sql`
		insert into duplicate_files (storage_id, path, size, search, checksum)
		select id, 'many/' || n, 7_000_000, 1, ${checksum} from storages, generate_series(1, ${many}) n where name = 'archive'`;
	const { rows } = await listContentGroups(database, page);
	expect(rows[0]).toMatchObject({ checksum, names: many });
	expect(rows[0]?.files).toHaveLength(50);
	const paths = new Set<string>();
	for await (const line of exportDuplicates(database))
		if (line.startsWith(`content,${checksum},`)) paths.add(line.split(",")[4] ?? "");
	expect(paths.size).toBe(many);
});
