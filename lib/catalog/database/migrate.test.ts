import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Database, openDatabase, type Transaction } from "./database.ts";
import { lastMigration, migrateDatabase, newestMigration } from "./migrate.ts";
import { remakeTables } from "./remake-tables.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

describe("migrateDatabase", () => {
	it("makes the same tables once when several processes migrate an empty database at once, on one connection each", async () => {
		const { sql } = database;
		await sql`drop schema drizzle cascade`;
		await sql`drop schema public cascade`;
		await sql`create schema public`;
		const others = await Promise.all(
			[1, 2, 3].map(() => openDatabase({ url: database.url, applicationName: "tests", max: 1 })),
		);
		await Promise.all(others.map((other) => migrateDatabase(other)));
		await Promise.all(others.map((other) => other.close()));
		const [tables] = await sql`select count(*)::int as count from pg_tables where schemaname = 'public'`;
		expect(tables?.count).toBeGreaterThan(4);
		const [applied] = await sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
		const [distinct] = await sql`select count(distinct hash)::int as count from drizzle.__drizzle_migrations`;
		expect(applied).toEqual(distinct);
	});

	it("refuses the tables of a later version and leaves them alone", async () => {
		const { sql } = database;
		await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;
		await expect(migrateDatabase(database)).rejects.toThrow(/later version of eosync/);
		await sql`delete from drizzle.__drizzle_migrations where hash = 'later'`;
		await expect(migrateDatabase(database)).resolves.toBeUndefined();
	});

	it("does not stand in others' way while the tables are in use, gives up in time, and works when they are free", async () => {
		const { sql } = database;
		await sql.begin((tx) => remakeTables(tx, firstLevels));
		const held = Promise.withResolvers<void>();
		const isHeld = Promise.withResolvers<void>();
		const holding = sql.begin(async (tx) => {
			await tx`select from storages`;
			isHeld.resolve();
			await held.promise;
		});
		await isHeld.promise;
		const blocked: string[] = [];
		const migrating = migrateDatabase(database, { attempts: 1, onBlocked: (message) => blocked.push(message) });
		await expect(migrating).rejects.toMatchObject({ code: "database-in-use" });
		expect(await lastMigration(sql)).toBe(firstLevels);
		const patient = migrateDatabase(database, {
			onBlocked: (message) => {
				blocked.push(message);
				// A reader that comes now is not queued behind the migration.
				void sql`select from storages`.then(() => held.resolve(), held.reject);
			},
		});
		await patient;
		await holding;
		expect(blocked).toHaveLength(1);
		expect(await lastMigration(sql)).toBe(newestMigration());
	});

	it("waits until workers of an earlier version are gone, for a while, and so do others of its version", async () => {
		const { sql } = database;
		await sql.begin((tx) => remakeTables(tx, beforeVersions));
		await sql`insert into workers (id, host, pid, version, migration, concurrency) values ('old', 'h', 1, '0.1.0', ${beforeVersions}, 1)`;
		await using other = await openDatabase({ url: database.url, applicationName: "tests", max: 1 });
		const ended: string[] = [];
		const migrating = [database, other].map((one) => migrateDatabase(one).then(() => ended.push("migrated")));
		while ((await lastMigration(sql)) < newestMigration()) await pause(50);
		await pause(100);
		ended.push("the worker ends");
		await sql`delete from workers`;
		await Promise.all(migrating);
		expect(ended).toEqual(["the worker ends", "migrated", "migrated"]);
	});

	it("archives datasets that are in no container, and says how many", async () => {
		const { sql } = database;
		await sql.begin((tx) => remakeTables(tx, beforeGhosts));
		await sql`
			with storage as (insert into storages (name, type, config) values ('archive', 'local', '{}') returning id),
				container as (insert into containers (eo_id, kind) values ('S', 'dataset-series') returning id),
				made as (
					insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands)
					select name, 'rectified', storage.id, '', name, '[]', 1, 1, 'EPSG:4326', '{0,0,1,1}', now(), now(), '{}', 'RGB', '[]'
					from storage, unnest(array['ghost', 'contained']) name returning id, eo_id)
			insert into container_datasets (container_id, dataset_id) select container.id, made.id from container, made where made.eo_id = 'contained'`;
		const heard: string[] = [];
		await migrateDatabase(database, { onNotice: (message) => heard.push(message) });
		expect(heard).toEqual([expect.stringMatching(/^1 datasets that were in no container were archived/)]);
		expect(await sql`select eo_id from datasets where archived_at is null`).toEqual([{ eo_id: "contained" }]);
	});

	it("has tables that refuse a live dataset in no container, at the end of the transaction", async () => {
		const { sql } = database;
		const insert = (tx: Transaction, eoId: string) => tx<{ id: number }[]>`
			with storage as (insert into storages (name, type, config) values (${eoId}, 'local', '{}') returning id)
			insert into datasets (eo_id, kind, storage_id, directory, path, files, size_x, size_y, crs, extent, begin_time, end_time, footprint, range_type, bands)
			select ${eoId}, 'rectified', storage.id, '', ${eoId}, '[]', 1, 1, 'EPSG:4326', '{0,0,1,1}', now(), now(), '{}', 'RGB', '[]' from storage returning id`;
		const link = (tx: Transaction, [dataset]: readonly { id: number }[]) =>
			tx`insert into container_datasets (container_id, dataset_id) select id, ${dataset?.id ?? null} from containers where eo_id = 'T'`;
		await sql`insert into containers (eo_id, kind) values ('T', 'dataset-series')`;
		await sql.begin(async (tx) => link(tx, await insert(tx, "first")));
		const second = sql.begin(async (tx) => {
			await insert(tx, "ghost");
			await link(tx, await insert(tx, "second"));
		});
		await expect(second).rejects.toMatchObject({ code: "23514" });
		await sql.begin(async (tx) => {
			const [one, other] = [await insert(tx, "third"), await insert(tx, "fourth")];
			await link(tx, other);
			await link(tx, one);
		});
		await expect(sql`delete from container_datasets`).rejects.toMatchObject({ code: "23514" });
		expect(await sql`select eo_id from datasets where eo_id <> 'contained' and archived_at is null order by 1`).toEqual(
			["first", "fourth", "third"].map((eoId) => ({ eo_id: eoId })),
		);
		expect(await sql`select from dataset_insertions`).toHaveLength(0);
		expect(await sql`select from dataset_unlinkings`).toHaveLength(0);
	});

	it("tells look-alike users apart", async () => {
		const { sql } = database;
		await sql.begin((tx) => remakeTables(tx, beforeNormalNames));
		const [composed, decomposed] = ["Ren\u00e9", "Ren\u00e9".normalize("NFD")];
		const users: readonly (readonly [string, string])[] = [
			["aaaaaa11", decomposed],
			["bbbbbb22", composed],
			["dddddd44", "zoe"],
			["eeeeee55", "Zo\u00eb".normalize("NFD")],
		];
		for (const [id, name] of users)
			await sql`insert into users (id, name, role, email) values (${id}, ${name}, 'viewer', ${`${id}@users.invalid`})`;
		await migrateDatabase(database);
		const names = await sql<{ id: string; name: string }[]>`select id, name from users order by id`;
		expect([...names]).toEqual([
			{ id: "aaaaaa11", name: `${composed}-aaaaaa` },
			{ id: "bbbbbb22", name: composed },
			{ id: "dddddd44", name: "zoe" },
			{ id: "eeeeee55", name: "Zo\u00eb" },
		]);
		// From now on there can be no further one.
		await expect(
			sql`insert into users (id, name, role, email) values ('gggggg77', ${decomposed.toUpperCase()}, 'viewer', 'g@users.invalid')`,
		).rejects.toMatchObject({ code: "23505" });
	});

	it("says what the server said when it cannot, and not the statement, and changes nothing", async () => {
		const { sql } = database;
		await sql.begin((tx) => remakeTables(tx, firstLevels));
		await sql`create table batches ()`;
		await expect(migrateDatabase(database)).rejects.toMatchObject({
			code: "42P07",
			message: 'The tables could not be brought up to date: relation "batches" already exists; nothing was changed.',
		});
		expect(await lastMigration(sql)).toBe(firstLevels);
	});

	it("leaves tables of an earlier version to others when told to, but makes those of an empty database", async () => {
		const { sql } = database;
		await sql.begin((tx) => remakeTables(tx, firstLevels));
		const refused = migrateDatabase(database, { onlyIfEmpty: true });
		await expect(refused).rejects.toMatchObject({ code: "database-not-migrated" });
		expect(await lastMigration(sql)).toBe(firstLevels);
		await sql`drop schema drizzle cascade`;
		await sql`drop schema public cascade`;
		await sql`create schema public`;
		await migrateDatabase(database, { onlyIfEmpty: true });
		expect(await lastMigration(sql)).toBe(newestMigration());
	});
});

/** When the second migration was written: the third changes `storages`. */
const firstLevels = 1_795_371_798_596;
/** When the last migration was written before states stood in versions. */
const beforeVersions = 1_795_970_379_100;
/** When the last migration was written before names were compared in NFC. */
const beforeNormalNames = 1_795_945_653_832;
/** When the last migration was written that let datasets be in no container. */
const beforeGhosts = 1_795_943_932_561;
