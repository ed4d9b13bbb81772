import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { lastMigration, newestMigration } from "#lib/catalog/database/migrate.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { backup } from "./backup.ts";
import { encodeBackup, readBackup } from "./backup-file.ts";
import { catalogueTables } from "./catalogue-tables.ts";
import { restoreBackup } from "./restore.ts";

let bench: Bench;
let folder: string;
let file: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "eosync backup "));
	file = join(folder, "one.backup");
	bench = await makeBench();
	for (let n = 0; n < 30; n++) await bench.archive.scene(`S/${n}.tif`, { eoId: `S_${n}` });
	await bench.archive.write("S/a\tb\\n.tif", "II*");
	await bench.container("S", [{ path: "S" }], { title: 'Umlaute ä, "quotes", \\N and\ttabs' });
	await bench.run("S");
	await bench.archive.remove("S/3.tif");
	await bench.check("S");
	await backup(bench.database, file);
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true, force: true });
});

/** Every row of every table as text, and how the tables go on counting. */
async function contents({ sql }: Database): Promise<object> {
	const found: [string, readonly string[]][] = [];
	for (const { name } of await catalogueTables(sql)) {
		// A restored log is another one, for all who follow it.
		const rows = await sql<{ row: string }[]>`
			select ${name === "item_log" ? sql`t.last_seq::text` : sql`t::text`} as row from ${sql(name)} t`;
		found.push([name, rows.map(({ row }) => row).sort()]);
	}
	const sequences = await sql`select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1`;
	return { ...Object.fromEntries(found), sequences: [...sequences] };
}

describe("backup and restore", () => {
	it("bring back every row of every table, and the numbers go on", async () => {
		await using target = await createTestDatabase();
		const { rows } = await restoreBackup(target, file, { replace: false });
		expect(rows).toBeGreaterThan(60);
		const [original, restored] = [await contents(bench.database), await contents(target)];
		expect(restored).toEqual(original);
		const epochs = await Promise.all([logState(bench.database.sql), logState(target.sql)]);
		expect(epochs[0].epoch).not.toBe(epochs[1].epoch);
		const next = { container: "S", kind: "sync", trigger: "dashboard", actor: "olga" } as const;
		expect((await createRun(target, next)).run).toBeGreaterThan(2);
		// Triggers work again.
		const [counted] =
			await target.sql`select count(*) from pg_trigger where tgrelid = 'runs'::regclass and tgenabled = 'D'`;
		expect(counted).toEqual({ count: 0 });
	});

	it("are one moment's state, for the owner's eyes only", async () => {
		expect(statSync(file).mode & 0o777).toBe(0o600);
		await expect(backup(bench.database, file)).rejects.toThrow(/exists already/);
	});

	it("are one moment's state while others write", async () => {
		const { sql } = bench.database;
		const { rows: before } = await backup(bench.database, join(folder, "before.backup"));
		const { during } = await sql.begin(async (tx) => {
			await tx`lock table audit_log in access exclusive mode`;
			const writing = backup(bench.database, join(folder, "during.backup"));
			await someoneWaits(bench.database, "query ilike 'copy%audit_log%'");
			await tx`insert into settings (name, value) values ('late', '{}')`;
			return { during: writing };
		});
		expect((await during).rows).toBe(before);
		await sql`delete from settings where name = 'late'`;
	});

	it.each([1, -1])("refuse a backup whose table has another number of rows than it says, by %d", async (more) => {
		const wrong = async function* () {
			for await (const frame of readBackup(file)) {
				const isCount = !(frame instanceof Uint8Array) && frame.note === "rows" && frame.table === "datasets";
				yield isCount ? { ...frame, rows: frame.rows + more } : frame;
			}
		};
		const broken = join(folder, "miscounted.backup");
		writeFileSync(broken, zstdCompressSync(Buffer.concat(await Readable.from(encodeBackup(wrong())).toArray())));
		await using target = await createTestDatabase();
		await expect(restoreBackup(target, broken, { replace: true })).rejects.toMatchObject({ code: "bad-backup" });
		expect(await target.sql`select from storages`).toHaveLength(0);
	});

	it("refuse to lose a catalogue, and replace it with --replace", async () => {
		await using other = await makeBench();
		await other.container("OTHER", [{ path: "" }]);
		const before = await contents(other.database);
		await expect(restoreBackup(other.database, file, { replace: false })).rejects.toThrow(/not empty/);
		expect(await contents(other.database)).toEqual(before);
		await restoreBackup(other.database, file, { replace: true });
		expect(await contents(other.database)).toEqual(await contents(bench.database));
	});

	it("refuse while others are at work", async () => {
		await using target = await createTestDatabase();
		const { openDatabase } = await import("#lib/catalog/database/database.ts");
		await using _worker = await openDatabase({ url: target.url, applicationName: "eosync worker" });
		await expect(restoreBackup(target, file, { replace: false })).rejects.toThrow(/eosync worker/);
	});

	it("take tables of an earlier version and bring them up to date", async () => {
		const unpacked = zstdDecompressSync(readFileSync(file));
		await using source = await createTestDatabase();
		const { remakeTables } = await import("#lib/catalog/database/remake-tables.ts");
		await source.sql.begin((sql) => remakeTables(sql, 1_795_371_798_596));
		await source.sql`insert into storages (name, type, config) values ('old', 'local', '{"type":"local","root":"/old"}')`;
		const old = join(folder, "old.backup");
		await backup(source, old);
		expect(readFileSync(old).length).toBeLessThan(unpacked.length);
		await using target = await createTestDatabase();
		await restoreBackup(target, old, { replace: false });
		expect(await lastMigration(target.sql)).toBe(newestMigration());
		expect([...(await target.sql`select name from storages`)]).toEqual([{ name: "old" }]);
		expect(await catalogueTables(target.sql)).toEqual(await catalogueTables(bench.database.sql));
	});

	it.each([
		["cut off", (bytes: Buffer) => zstdCompressSync(bytes.subarray(0, bytes.length - 200))],
		["cut off between frames", (bytes: Buffer) => zstdCompressSync(bytes.subarray(0, bytes.lastIndexOf("J\0")))],
		["changed in one byte", (bytes: Buffer) => zstdCompressSync(changed(bytes))],
		["only a beginning", (bytes: Buffer) => zstdCompressSync(bytes.subarray(0, 5))],
		["something else", () => Buffer.from("PGDMP")],
		["empty", () => Buffer.alloc(0)],
	])("refuse a backup that is %s, and change nothing", async (_, damage) => {
		const broken = join(folder, "broken.backup");
		writeFileSync(broken, damage(zstdDecompressSync(readFileSync(file))));
		await using target = await createTestDatabase();
		await expect(restoreBackup(target, broken, { replace: true })).rejects.toMatchObject({ code: "bad-backup" });
		expect(await target.sql`select from storages`).toHaveLength(0);
	});

	it("leave nothing half written", async () => {
		const impossible = join(folder, "nowhere", "x.backup");
		await expect(backup(bench.database, impossible)).rejects.toMatchObject({ code: "backup-not-written" });
	});
});

function changed(bytes: Buffer): Buffer {
	const copy = Buffer.from(bytes);
	const at = copy.indexOf("S_7");
	copy[at] = "T".charCodeAt(0);
	return copy;
}
