import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase, type Sql, type Transaction } from "#lib/catalog/database/database.ts";
import { migrateDatabase } from "#lib/catalog/database/migrate.ts";
import { requireSessions } from "#lib/catalog/database/pooled-sessions.ts";
import { EosyncError, UsageError } from "#lib/errors.ts";
import { isAlive } from "#lib/process-signal.ts";
import { backup } from "./backup.ts";
import { catalogueTables, passingTables } from "./catalogue-tables.ts";
import { requireAlone, restoreBackup } from "./restore.ts";

export interface MoveOptions {
	/** Where the catalogue lies meanwhile, as a backup. */
	readonly folder: string;
	/** Done in the other database when all of it is there and the same. */
	readonly afterwards: (target: Database) => Promise<void>;
}

/**
 * Copies the catalogue into an empty database, and compares the two row by row. Nothing of the first one is changed.
 * A move that was broken off begins again, or goes on where all was copied already.
 * @throws UsageError when one is in use, or both are one; EosyncError `not-the-same`, also where the other one has a catalogue.
 */
export async function moveDatabase(
	source: Database,
	url: string,
	{ folder, afterwards }: MoveOptions,
): Promise<number> {
	await requireAlone(source);
	await using target = await openDatabase({ url, applicationName: "eosync move-database", max: 2 });
	await requireSessions(target.sql);
	await migrateDatabase(target);
	await requireAnother(source, target);
	// It exists already only where there is an embedded database.
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	removeLeftCopies(folder);
	const file = join(folder, `moving-${process.pid}.backup`);
	try {
		// One that was broken off after the copying goes on there: it has only to be the same.
		if (!(await isFilled(target.sql))) {
			await backup(source, file);
			await restoreBackup(target, file, { replace: false, moved: true });
		}
		// Somebody may have begun to work meanwhile: then the copy is too old.
		await requireAlone(source);
		const rows = await requireSame(source, target);
		await afterwards(target);
		return rows;
	} finally {
		rmSync(file, { force: true });
	}
}

/** @throws UsageError when both are one database, by whatever names */
async function requireAnother(source: Database, target: Database): Promise<void> {
	await source.sql.begin(async (here) => {
		const [key] = await here<[{ key: number }]>`select (random() * 1e9)::int as key`;
		await here`select pg_advisory_xact_lock(${LOCK}, ${key.key})`;
		const [there] = await target.sql<[{ free: boolean }]>`select pg_try_advisory_lock(${LOCK}, ${key.key}) as free`;
		if (!there.free) throw new UsageError("That is the database where the catalogue is already.");
	});
}

/** Any constant. */
const LOCK = 7_302_017;

/** Removes the copies, complete or not, of moves whose process was killed: they hold what the catalogue has. */
function removeLeftCopies(folder: string): void {
	for (const name of readdirSync(folder)) {
		const pid = Number(/^moving-(\d+)\.backup(?:\.\d+\.partial)?$/.exec(name)?.[1] ?? Number.NaN);
		if (pid > 0 && !isAlive(pid)) rmSync(join(folder, name), { force: true });
	}
}

async function isFilled(sql: Sql): Promise<boolean> {
	const [row] = await sql<[{ filled: boolean }]>`
		select exists (select from containers) or exists (select from storages) or exists (select from runs) as filled`;
	return row.filled;
}

/**
 * @throws EosyncError `not-the-same`
 * @returns how many rows they have
 */
export async function requireSame(source: Database, target: Database): Promise<number> {
	const [before, after] = await Promise.all([sumsOf(source), sumsOf(target)]);
	const differing = [...before].filter(([table, sum]) => after.get(table) !== sum).map(([table]) => table);
	if (differing.length === 0 && before.size === after.size)
		return [...before.values()].reduce((sum, each) => sum + Number(each.split(" ")[0]), 0);
	throw new EosyncError(
		"not-the-same",
		`The other database is not empty, and what it has is not the same in ${differing.join(", ") || "its list of tables"}: it holds another catalogue, or something wrote meanwhile. Stop that, and move again into an empty database; the catalogue stays where it was.`,
	);
}

/** Of each table how many rows it has and a sum over what they say, in whatever order. */
async function sumsOf({ sql }: Database): Promise<ReadonlyMap<string, string>> {
	return await sql.begin(async (reading) => {
		await reading`set transaction isolation level repeatable read, read only`;
		// Two servers may be set to write the same otherwise.
		await reading`set local timezone = 'UTC'`;
		await reading`set local datestyle = 'ISO'`;
		await reading`set local intervalstyle = 'iso_8601'`;
		await reading`set local extra_float_digits = 1`;
		const sums = new Map<string, string>();
		for (const { name } of await catalogueTables(reading)) {
			if (!passingTables.has(name)) sums.set(name, await sumOf(reading, name));
		}
		return sums;
	});
}

async function sumOf(sql: Transaction, name: string): Promise<string> {
	const [row] = await sql<[{ sum: string }]>`
		select count(*)::text || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)::text as sum from ${sql(name)} t`;
	return row.sum;
}
