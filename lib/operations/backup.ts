import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import { copyOut } from "#lib/catalog/database/copy.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { lastMigration } from "#lib/catalog/database/migrate.ts";
import { EosyncError, reasonOf, UsageError } from "#lib/errors.ts";
import { version } from "#lib/version.ts";
import { type BackupFrame, encodeBackup } from "./backup-file.ts";
import { catalogueTables, passingTables } from "./catalogue-tables.ts";

export interface BackedUp {
	readonly tables: number;
	readonly rows: number;
	/** Of the file. */
	readonly bytes: number;
}

/**
 * Writes all tables as they are at one moment into a file, while others go on working. The file appears when it is
 * complete, readable by its owner only. Without the queue, which rebuilds itself, and without the secret.
 * @throws UsageError when the file exists; EosyncError `backup-not-written`.
 */
export async function backup(database: Pick<Database, "sql">, file: string): Promise<BackedUp> {
	if (await stat(file).catch(() => null)) throw new UsageError(`${file} exists already; give another name.`);
	const counts = { tables: 0, rows: 0 };
	const draft = `${file}.${process.pid}.partial`;
	try {
		await database.sql.begin(async (sql) => {
			await sql`set transaction isolation level repeatable read, read only`;
			const output = createWriteStream(draft, { mode: 0o600, flags: "wx", flush: true });
			await pipeline(Readable.from(encodeBackup(frames(sql, counts))), createZstdCompress(), output);
		});
		await rename(draft, file);
	} catch (cause) {
		await rm(draft, { force: true });
		if (cause instanceof Error && "syscall" in cause) {
			const message = `The backup ${file} could not be written: ${reasonOf(cause)}. Nothing is left of it.`;
			throw new EosyncError("backup-not-written", message, { cause });
		}
		throw cause;
	}
	return { ...counts, bytes: (await stat(file)).size };
}

async function* frames(sql: Transaction, counts: { tables: number; rows: number }): AsyncGenerator<BackupFrame> {
	const tables = (await catalogueTables(sql)).filter(({ name }) => !passingTables.has(name));
	const sequences = await sql<{ name: string; last: number }[]>`
		select sequencename::text as name, last_value as last from pg_sequences where schemaname = 'public' and last_value is not null`;
	yield {
		note: "eosync-backup",
		format: 1,
		version,
		migration: await lastMigration(sql),
		createdAt: new Date().toISOString(),
		sequences: Object.fromEntries(sequences.map(({ name, last }) => [name, last])),
	};
	for (const table of tables) {
		yield { note: "table", table: table.name, columns: [...table.columns] };
		let rows = 0;
		for await (const piece of copyOut(sql, table.name, table.columns)) {
			rows += lineEnds(piece);
			yield piece;
		}
		yield { note: "rows", table: table.name, rows };
		counts.tables += 1;
		counts.rows += rows;
	}
}

/** COPY's text format writes line ends within values as `\n`, two characters. */
export function lineEnds(piece: Uint8Array): number {
	let count = 0;
	for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) count += 1;
	return count;
}
