import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EosyncError, messageOf, withoutFullStop } from "#lib/errors.ts";
import { installation } from "#lib/installation.ts";
import { type Database, openDatabase, type Sql, type Transaction } from "./database.ts";

export const migrationsFolder = join(installation, "drizzle");
/** Any constant: one migration at a time per database. */
const LOCK = 7_302_001;

/** A statement of a migration waits so long for a table that is in use; meanwhile all who come after it wait as well. */
const lockTimeout = "2s";
/** An apply may hold its tables for long: between two attempts they are left alone for so long, milliseconds. */
const retryPause = 3000;

/** What a migration's own notices begin with. */
const ownNotice = "eosync: ";

export interface MigrateOptions {
	/** How often to try while the tables are in use; the default lasts about ten minutes. */
	readonly attempts?: number;
	/** Called once when the tables are in use. */
	readonly onBlocked?: (message: string) => void;
	/** Hears what a migration did to the data. */
	readonly onNotice?: (message: string) => void;
	/** Only a database without any tables is given some: others may work on it with an earlier eosync. */
	readonly onlyIfEmpty?: boolean;
}

/**
 * Brings the database's tables to this program's version; does nothing when they are. Several processes may call it at
 * once, and others may work meanwhile: what they have locked is waited for without standing in their way.
 * @throws EosyncError `database-too-old` (PostgreSQL before 14), `database-too-new` (tables of a later eosync),
 * `database-not-migrated` (of an earlier one, with `onlyIfEmpty`), `database-in-use` (locked for too long), `database-of-others`.
 */
export async function migrateDatabase(
	{ sql, url }: Pick<Database, "sql" | "url">,
	{ attempts = 120, onBlocked = () => {}, onNotice = () => {}, onlyIfEmpty = false }: MigrateOptions = {},
): Promise<void> {
	await requireVersion(sql);
	// Held by a transaction: it goes with its connection, whatever happens.
	await sql.begin(async (locked) => {
		await locked`select pg_advisory_xact_lock(${LOCK})`;
		const last = await lastMigration(locked);
		if (last > newestMigration()) throw tooNew();
		if (last === newestMigration()) return;
		if (onlyIfEmpty && last > 0) throw notMigrated();
		if (last === 0) await requireOwn(locked);
		await runMigrations(url, { attempts, onBlocked, onNotice });
		if (last > 0) await olderWorkersGone(locked, onNotice);
	});
}

/** Workers of earlier versions notice within seconds that the tables are not theirs; milliseconds. */
const workersTimeoutMs = 30_000;

/**
 * Earlier versions may not understand what this one writes: it writes nothing while one of their workers is there. All other
 * processes of this version wait for the lock meanwhile.
 */
async function olderWorkersGone(sql: Transaction, onNotice: (message: string) => void): Promise<void> {
	for (const until = performance.now() + workersTimeoutMs; ; await pause(500)) {
		const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
			select count(*) as count from workers where migration < ${newestMigration()} and seen_at > clock_timestamp() - interval '15 seconds'`;
		if (count === 0) return;
		if (performance.now() < until) continue;
		return onNotice(
			count === 1
				? "A worker of an earlier version is still there; end it."
				: `${count} workers of an earlier version are still there; end them.`,
		);
	}
}

/**
 * When the last migration that this program knows was written, milliseconds since 1970: its version of the tables. It
 * comes from drizzle-kit's journal: asking Drizzle, as every command would, loads a hundred modules.
 */
export function newestMigration(): number {
	newest ??= Math.max(...readJournal().entries.map(({ when }) => when));
	return newest;
}

function readJournal(): { readonly entries: readonly { readonly when: number }[] } {
	return JSON.parse(readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8"));
}

let newest: number | null = null;

function tooNew(): EosyncError {
	return new EosyncError(
		"database-too-new",
		"The database was made by a later version of eosync: update this one; nothing was changed.",
	);
}

function notMigrated(): EosyncError {
	return new EosyncError(
		"database-not-migrated",
		"The database was made by an earlier version of eosync: run `eosync migrate`, or start `eosync serve` of this version, first; nothing was changed.",
	);
}

async function requireVersion(sql: Sql): Promise<void> {
	const [row] = await sql<[{ number: number; name: string }]>`
		select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
	if (row.number < 140_000) {
		throw new EosyncError(
			"database-too-old",
			`DATABASE_URL leads to PostgreSQL ${row.name}; eosync needs 14 or later.`,
		);
	}
}

/** A backup has all tables, and restoring one empties them: those of other programs must not be among them. Of extensions there may be some. */
async function requireOwn(sql: Transaction): Promise<void> {
	const others = await sql<{ name: string }[]>`
		select c.relname as name from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
		order by c.relname collate "C" limit 4`;
	if (others.length === 0) return;
	const names = `${others
		.slice(0, 3)
		.map(({ name }) => name)
		.join(", ")}${others.length > 3 ? " …" : ""}`;
	throw new EosyncError(
		"database-of-others",
		`The database has tables of something else (${names}): give eosync a database of its own; nothing was changed.`,
	);
}

/** When the last migration was written that the database has had, milliseconds since 1970; 0: none yet. */
export async function lastMigration(sql: Sql | Transaction): Promise<number> {
	const [found] = await sql<
		[{ table: string | null }]
	>`select to_regclass('drizzle.__drizzle_migrations')::text as table`;
	if (found.table === null) return 0;
	const [row] = await sql<[{ last: number | null }]>`select max(created_at) as last from drizzle.__drizzle_migrations`;
	return row.last ?? 0;
}

/**
 * On a client of its own, because `drizzle(client)` changes the client it is given; imported only when there is something
 * to do, because loading Drizzle costs half a second and 150 MB.
 */
async function runMigrations(
	url: string,
	{ attempts, onBlocked, onNotice }: Required<Omit<MigrateOptions, "onlyIfEmpty">>,
) {
	const [{ drizzle }, { migrate }] = await Promise.all([
		import("drizzle-orm/postgres-js"),
		import("drizzle-orm/postgres-js/migrator"),
	]);
	// The server also says which of its columns it makes indexes for.
	const hear = (message: string) => {
		if (message.startsWith(ownNotice)) onNotice(message.slice(ownNotice.length));
	};
	await using database = await openDatabase({ url, applicationName: "eosync migrations", max: 1, onNotice: hear });
	await database.sql`select from set_config('lock_timeout', ${lockTimeout}, false)`;
	for (let attempt = 1; ; attempt++) {
		try {
			// All or nothing: one transaction.
			return await migrate(drizzle(database.sql), { migrationsFolder });
		} catch (error) {
			if (!isBlocked(error)) throw notBroughtUpToDate(error);
			if (attempt >= attempts) throw inUse(error);
			if (attempt === 1) onBlocked("The tables are in use; the migration waits for its turn …");
			await pause(retryPause * (0.5 + Math.random() / 2));
		}
	}
}

/** Lock not available in time, or a dead lock. */
function isBlocked(error: unknown): boolean {
	const { cause } = error as { readonly cause?: unknown };
	const codes = [error, cause].map((thrown) => (thrown instanceof Error && "code" in thrown ? thrown.code : null));
	return codes.includes("55P03") || codes.includes("40P01");
}

/** Drizzle says which statement it was, all of it, and not what was wrong with it: that is its cause. The code is the server's. */
function notBroughtUpToDate(error: unknown): EosyncError {
	const said = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	const code = said instanceof Error && "code" in said ? String(said.code) : "database-not-migrated";
	const message = `The tables could not be brought up to date: ${withoutFullStop(messageOf(said))}; nothing was changed.`;
	return new EosyncError(code, message, { cause: error });
}

function inUse(cause: unknown): EosyncError {
	const message =
		"The tables could not be brought up to date: they have been in use all the time. Try again when no run applies its changes; nothing was changed.";
	return new EosyncError("database-in-use", message, { cause, retryable: true });
}
