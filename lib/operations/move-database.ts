import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase, type Transaction } from "#lib/catalog/database/database.ts";
import { migrateDatabase } from "#lib/catalog/database/migrate.ts";
import { requireSessions } from "#lib/catalog/database/pooled-sessions.ts";
import { EosyncError } from "#lib/errors.ts";
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
 * @throws UsageError when either is in use, or the other one is not empty; EosyncError `not-the-same`.
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
	const file = join(folder, `moving-${process.pid}.backup`);
	try {
		await backup(source, file);
		const { rows } = await restoreBackup(target, file, { replace: false, moved: true });
		// Somebody may have begun to work meanwhile: then the copy is too old.
		await requireAlone(source);
		await requireSame(source, target);
		await afterwards(target);
		return rows;
	} finally {
		rmSync(file, { force: true });
	}
}

/** @throws EosyncError `not-the-same` */
export async function requireSame(source: Database, target: Database): Promise<void> {
	const [before, after] = await Promise.all([sumsOf(source), sumsOf(target)]);
	const differing = [...before].filter(([table, sum]) => after.get(table) !== sum).map(([table]) => table);
	if (differing.length === 0 && before.size === after.size) return;
	throw new EosyncError(
		"not-the-same",
		`The copy is not the same in ${differing.join(", ") || "its list of tables"}: something wrote meanwhile. Stop it, and move again into an empty database; the catalogue stays where it was.`,
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
