import { copyText } from "#lib/catalog/database/copy.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { lastMigration, migrateDatabase, newestMigration } from "#lib/catalog/database/migrate.ts";
import { remakeTables } from "#lib/catalog/database/remake-tables.ts";
import { EosyncError, UsageError } from "#lib/errors.ts";
import { lineEnds } from "./backup.ts";
import { type BackupFrame, type BackupHeader, readBackup } from "./backup-file.ts";
import { catalogueTables } from "./catalogue-tables.ts";

export interface RestoreOptions {
	/** Replaces the catalogue's current contents, which are lost. */
	readonly replace: boolean;
	/** The catalogue goes on here, and not where it was backed up a moment ago: who follows it, and its targets, need not begin anew. */
	readonly moved?: boolean;
}

export interface Restored {
	readonly header: BackupHeader;
	readonly rows: number;
}

/**
 * Puts a backup in the place of an empty catalogue, in one transaction: it is all there or nothing has changed. Tables of
 * an earlier version are restored as they were, then brought up to date. No other process may be at work.
 * @throws UsageError when the catalogue is not empty, or in use; EosyncError `bad-backup`, `backup-too-new`.
 */
export async function restoreBackup(
	database: Database,
	file: string,
	{ replace, moved = false }: RestoreOptions,
): Promise<Restored> {
	// The whole backup is read before anything is changed: its checksum comes last.
	const header = await verify(file);
	if (header.migration > newestMigration()) {
		const message = `${file} was made by a later version of eosync (${header.version}): update this one; nothing was changed.`;
		throw new EosyncError("backup-too-new", message);
	}
	await requireAlone(database);
	const rows = await database.sql.begin(async (sql) => {
		if (!replace) await requireEmpty(sql);
		await prepare(sql, header);
		const count = await fill(sql, readBackup(file));
		for (const [name, last] of Object.entries(header.sequences)) {
			await sql`select from setval(format('public.%I', ${name}::text)::regclass, ${last})`;
		}
		if (!moved) {
			await beginNewEpoch(sql);
			await leaveTargetsAlone(sql);
		}
		return count;
	});
	await migrateDatabase(database);
	return { header, rows };
}

async function verify(file: string): Promise<BackupHeader> {
	let header: BackupHeader | null = null;
	for await (const frame of readBackup(file)) {
		if (!(frame instanceof Uint8Array) && frame.note === "eosync-backup") header = frame;
	}
	if (header === null) throw new EosyncError("bad-backup", `${file} is empty; nothing was changed.`);
	return header;
}

/** @throws UsageError while another process works on the catalogue */
export async function requireAlone({ sql }: Database): Promise<void> {
	const others = await sql<{ name: string }[]>`
		select distinct application_name as name from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid()
			and application_name ~ '^eosync (serve|web|worker|queue|sync|check|apply|revert|migrations)'`;
	if (others.length === 0) return;
	const names = others.map(({ name }) => name).join(", ");
	throw new UsageError(
		`The catalogue is in use by ${names}. Stop eosync serve and all workers first; nothing was changed.`,
	);
}

/** Counters may be there already: they are no catalogue. */
const negligible = new Set(["workers", "metric_totals", "item_log"]);

async function requireEmpty(sql: Transaction): Promise<void> {
	for (const { name } of await catalogueTables(sql)) {
		if (negligible.has(name)) continue;
		const found = await sql`select from ${sql(name)} limit 1`;
		if (found.length > 0)
			throw new UsageError(
				`The catalogue is not empty (${name}): restore into another EOSYNC_HOME or DATABASE_URL, or discard its contents with --replace; nothing was changed.`,
			);
	}
}

/** Empty tables of the backup's version, without triggers of their own. */
async function prepare(sql: Transaction, { migration }: BackupHeader): Promise<void> {
	if ((await lastMigration(sql)) !== migration) await remakeTables(sql, migration);
	const tables = (await catalogueTables(sql)).map(({ name }) => name);
	for (const name of tables) await sql`alter table ${sql(name)} disable trigger user`;
	if (tables.length > 0) await sql`truncate ${sql(tables)}`;
}

/** Whoever follows the log may have read further than the backup goes: all cursors end here. */
async function beginNewEpoch(sql: Transaction): Promise<void> {
	const [log] = await sql<{ here: boolean }[]>`select to_regclass('public.item_log') is not null as here`;
	if (log?.here) await sql`update item_log set epoch = gen_random_uuid()`;
}

/**
 * What is pushed to targets since the backup was made is not in it, and it may be restored just to look at it: so nothing is pushed by itself before a
 * person resumes them, and then all is compared.
 */
async function leaveTargetsAlone(sql: Transaction): Promise<void> {
	const [target] = await sql<{ here: boolean }[]>`select to_regclass('public.targets') is not null as here`;
	if (target?.here)
		await sql`
			update targets set compare_all = true, paused_at = now(), paused_until = null, paused_by = 'eosync', pause_note = 'A backup was restored.'`;
}

async function fill(sql: Transaction, frames: AsyncGenerator<BackupFrame>): Promise<number> {
	let total = 0;
	for await (const frame of frames) {
		if (frame instanceof Uint8Array) throw new EosyncError("bad-backup", "The backup holds rows without a table.");
		if (frame.note !== "table") continue;
		const counts = { announced: -1, found: 0 };
		await copyText(sql, frame.table, frame.columns, rowsOf(frames, counts));
		if (counts.announced !== counts.found) {
			const message = `The backup announces ${counts.announced} rows of ${frame.table} but holds ${counts.found}; nothing was changed.`;
			throw new EosyncError("bad-backup", message);
		}
		total += counts.found;
	}
	for (const { name } of await catalogueTables(sql)) await sql`alter table ${sql(name)} enable trigger user`;
	return total;
}

/** The data up to the note that says how many rows it was. */
async function* rowsOf(
	frames: AsyncGenerator<BackupFrame>,
	counts: { announced: number; found: number },
): AsyncGenerator<Uint8Array> {
	for (;;) {
		// Not `for await`: that would close the frames, which go on.
		const { value: frame, done } = await frames.next();
		if (done) return;
		if (!(frame instanceof Uint8Array)) {
			if (frame.note === "rows") counts.announced = frame.rows;
			return;
		}
		counts.found += lineEnds(frame);
		yield frame;
	}
}
