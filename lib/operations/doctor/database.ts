import type { Database } from "#lib/catalog/database/database.ts";
import { lastMigration, newestMigration } from "#lib/catalog/database/migrate.ts";
import { leaseSeconds } from "#lib/catalog/runs/run-lifecycle.ts";
import { nextBackup, readBackups } from "#lib/operations/backup-plan.ts";
import { type Finding, failure, ok, warning } from "./finding.ts";

/** A large catalogue takes its time. */
const lateBackupMs = 3_600_000;

export async function* examineDatabase(database: Database, isEmbedded: boolean): AsyncGenerator<Finding> {
	const { sql } = database;
	const [server] = await sql<{ version: string; number: number; size: number }[]>`
		select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
			pg_database_size(current_database()) as size`;
	const { version = "", number = 0, size = 0 } = server ?? {};
	const beta = isEmbedded
		? " It is the one that came with eosync, of which there are beta builds only: for production go on in a PostgreSQL of yours by eosync move-database URL."
		: "";
	const message = `PostgreSQL ${version} answers; the database has ${(size / 2 ** 20).toFixed(0)} MiB.${beta}`;
	yield number < 140_000
		? failure("database", message, "eosync needs PostgreSQL 14 or later: upgrade the server.")
		: ok("database", message);
	yield await examineMigrations(database);
	yield await examineIndexes(database);
	yield await examineClock(database);
}

export async function tablesAreCurrent({ sql }: Database): Promise<boolean> {
	return (await lastMigration(sql)) === newestMigration();
}

async function examineMigrations({ sql }: Database): Promise<Finding> {
	const last = await lastMigration(sql);
	if (last === newestMigration()) return ok("migrations", "The tables are up to date.");
	if (last > newestMigration())
		return failure(
			"migrations",
			"The tables are those of a later eosync.",
			"Update this eosync; the rest was not examined.",
		);
	const message = last === 0 ? "There are no tables yet." : "The tables are those of an earlier eosync.";
	return failure("migrations", message, "Run eosync migrate, or start eosync serve; the rest was not examined.");
}

/** A build that was broken off leaves an index that costs and does not help. */
async function examineIndexes({ sql }: Database): Promise<Finding> {
	const invalid = await sql<{ name: string }[]>`
		select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
		where not i.indisvalid and c.relnamespace = 'public'::regnamespace`;
	if (invalid.length === 0) return ok("indexes", "All indexes are valid.");
	const names = invalid.map(({ name }) => name).join(", ");
	return warning(
		"indexes",
		`Invalid indexes: ${names}.`,
		invalid.map(({ name }) => `REINDEX INDEX ${name};`).join(" "),
	);
}

/** Leases are by the database's clock; schedules and logs are compared with this machine's. */
async function examineClock({ sql }: Database): Promise<Finding> {
	const before = Date.now();
	const [row] = await sql<{ now: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`;
	const after = Date.now();
	const now = row?.now ?? 0;
	// What the answer's way may account for is no difference.
	const seconds = Math.max(before - now, now - after, 0) / 1000;
	const message = `This machine's clock differs from the database's by ${seconds.toFixed(1)} s or less.`;
	const advice = "Synchronise the clocks of both machines (chrony, systemd-timesyncd).";
	if (seconds > leaseSeconds) return failure("clock", message, advice);
	return seconds > 2 ? warning("clock", message, advice) : ok("clock", message);
}

/** Whether the backups that are scheduled come about. */
export async function* examineBackups(database: Database): AsyncGenerator<Finding> {
	const backups = await readBackups(database);
	const { plan, state } = backups;
	const { good, error } = state;
	const last = good ? `the last good one is of ${good.at} (${good.file} on ${good.host})` : "there is none yet";
	if (plan === null) return yield ok("backups", `No backups are scheduled; ${last}.`);
	if (error) {
		const advice = `Can the user of the workers write to ${plan.folder}, and is there room?`;
		return yield failure("backups", `The backup of ${error.at} failed: ${error.message} ${last}.`, advice);
	}
	const due = nextBackup(backups);
	const isLate = due !== null && Date.now() - Date.parse(due) > lateBackupMs;
	yield isLate
		? failure("backups", `A backup has been due since ${due}; ${last}.`, "Start eosync serve or eosync worker.")
		: ok("backups", `Backups are scheduled; ${last}.`);
}
