import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { noteMovedAway } from "#lib/catalog/database/moved-away.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { moveDatabase, requireSame } from "./move-database.ts";

let bench: Bench;
let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "eosync move "));
	bench = await makeBench();
	for (let n = 0; n < 3; n++) await bench.archive.scene(`S/${n}.tif`, { eoId: `S_${n}` });
	await bench.container("S", [{ path: "S" }]);
	await bench.run("S");
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true, force: true });
});

const nothing = async () => {};

it("a catalogue that moved is the same, and who follows it goes on", async () => {
	await using target = await createTestDatabase();
	let told = false;
	const afterwards = async () => {
		told = true;
	};
	expect(await moveDatabase(bench.database, target.url, { folder, afterwards })).toBeGreaterThan(10);
	expect(told).toBe(true);
	expect(await target.sql`select eo_id as id from datasets order by 1`).toEqual([
		{ id: "S_0" },
		{ id: "S_1" },
		{ id: "S_2" },
	]);
	expect((await logState(target.sql)).epoch).toBe((await logState(bench.database.sql)).epoch);
	expect(readdirSync(folder)).toEqual([]);
	// It has another catalogue.
	await target.sql`update datasets set updated_at = updated_at + interval '1 ms' where eo_id = 'S_1'`;
	await expect(moveDatabase(bench.database, target.url, { folder, afterwards })).rejects.toThrow(/not empty/);
});

it("a move that was killed after the copying goes on, and leaves no copy behind", async () => {
	await using target = await createTestDatabase();
	const killed = async () => {
		throw new Error("It was killed.");
	};
	await expect(moveDatabase(bench.database, target.url, { folder, afterwards: killed })).rejects.toThrow("killed");
	// Of a process that cannot be there any more, and of one that is.
	for (const pid of [2 ** 22 + 1, process.pid]) writeFileSync(join(folder, `moving-${pid}.backup`), "all of it");
	writeFileSync(join(folder, `moving-${2 ** 22 + 1}.backup.${2 ** 22 + 1}.partial`), "a part of it");
	let told = 0;
	const afterwards = async () => {
		told = readdirSync(folder).length;
	};
	expect(await moveDatabase(bench.database, target.url, { folder, afterwards })).toBeGreaterThan(10);
	expect(told).toBe(1);
	expect(readdirSync(folder)).toEqual([]);
});

it("moves without a home that was there before, and into no database that has tables of something else", async () => {
	const home = join(folder, "not", "there");
	await using target = await createTestDatabase();
	await target.sql`drop schema drizzle, public cascade`;
	await target.sql`create schema public`;
	await target.sql`create table visitors (name text)`;
	const moved = moveDatabase(bench.database, target.url, { folder: home, afterwards: nothing });
	await expect(moved).rejects.toThrow(/tables of something else \(visitors\)/);
	expect(await target.sql`select tablename as name from pg_tables where schemaname = 'public'`).toEqual([
		{ name: "visitors" },
	]);
	await target.sql`drop table visitors`;
	expect(await moveDatabase(bench.database, target.url, { folder: home, afterwards: nothing })).toBeGreaterThan(10);
});

it("a catalogue does not move to where it is", async () => {
	const there = moveDatabase(bench.database, bench.database.url, { folder, afterwards: nothing });
	await expect(there).rejects.toThrow(/already/);
});

it("nothing moves while somebody works on it, and a copy that is not the same is none", async () => {
	await using target = await createTestDatabase();
	const worker = await openDatabase({ url: bench.database.url, applicationName: "eosync worker", max: 1 });
	await worker.sql`select`;
	await expect(moveDatabase(bench.database, target.url, { folder, afterwards: nothing })).rejects.toThrow(
		/in use by eosync worker/,
	);
	await worker.close();
	await moveDatabase(bench.database, target.url, { folder, afterwards: nothing });
	await requireSame(bench.database, target);
	await target.sql`update datasets set updated_at = updated_at + interval '1 ms' where eo_id = 'S_1'`;
	await expect(requireSame(bench.database, target)).rejects.toThrow(/not the same in datasets/);
});

it("the embedded database is refused after the catalogue has left it, and says where it is", async () => {
	noteMovedAway(folder, "postgres://eosync:secret-word@db.example.org/catalogue");
	const opened = connectCatalog({ databaseUrl: null, home: folder }, { applicationName: "eosync test" });
	await expect(opened).rejects.toThrow(/moved to db\.example\.org\/catalogue, 20.*: set DATABASE_URL/);
	await expect(opened).rejects.not.toThrow(/secret-word/);
});
