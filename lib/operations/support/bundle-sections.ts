import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { arch, cpus, freemem, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import type { Database } from "#lib/catalog/database/database.ts";
import { lastMigration, newestMigration } from "#lib/catalog/database/migrate.ts";
import { placeOf } from "#lib/catalog/database/moved-away.ts";
import { serverFacts } from "#lib/catalog/database/server-facts.ts";
import type { workers } from "#lib/catalog/schema/operations-schema.ts";
import type { Env } from "#lib/env.ts";
import { isRelease } from "#lib/installation.ts";
import { version } from "#lib/version.ts";

/** What a bundle for support says of one thing each. Secrets are not read here, and what may hold one is named only. */

/** So much of the end of each log, bytes. */
const mostOfLog = 1_000_000;

export function aboutProcess() {
	const [cpu] = cpus();
	return {
		eosync: version,
		from: isRelease ? "release" : "checkout",
		newestMigration: newestMigration(),
		node: process.version,
		libraries: process.versions,
		machine: { platform: platform(), release: release(), arch: arch(), cpus: cpus().length, cpu: cpu?.model ?? null },
		memory: { total: totalmem(), free: freemem(), load: loadavg() },
		time: new Date().toISOString(),
		timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		user: process.getuid?.() ?? null,
	};
}

/** Each variable is here, so that none is forgotten when one is added: a secret says whether it is set. */
export function aboutEnvironment(env: Env): Readonly<Record<keyof Env, unknown>> {
	const isSet = (value: unknown) => (value === null ? null : "set");
	const { oidc } = env;
	return {
		...env,
		databaseUrl: env.databaseUrl === null ? null : placeOf(env.databaseUrl),
		secret: isSet(env.secret),
		oldSecret: isSet(env.oldSecret),
		newSecret: isSet(env.newSecret),
		metricsToken: isSet(env.metricsToken),
		oidc: oidc && { ...oidc, clientSecret: "set" },
	};
}

interface TableFacts {
	readonly name: string;
	readonly rows: number;
	readonly bytes: number;
	readonly dead: number | null;
	readonly sequentialScans: number | null;
	readonly analyzedAt: string | null;
	readonly vacuumedAt: string | null;
}

export async function aboutDatabase(database: Database) {
	const { sql } = database;
	const tables = await sql<TableFacts[]>`
		select c.relname as name, c.reltuples::float8 as rows, pg_total_relation_size(c.oid) as bytes, s.n_dead_tup as dead, s.seq_scan as "sequentialScans",
			greatest(s.last_analyze, s.last_autoanalyze) as "analyzedAt", greatest(s.last_vacuum, s.last_autovacuum) as "vacuumedAt"
		from pg_class c left join pg_stat_user_tables s on s.relid = c.oid
		where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 3 desc`;
	// By their names: others hold passwords, as primary_conninfo.
	const settings = await sql<{ name: string | null; setting: string | null; unit: string | null }[]>`
		select name, setting, unit from pg_settings where name = any(${toldSettings}) order by name`;
	const activity = await sql<
		{ name: string | null; state: string | null; waits: string | null; since: string | null }[]
	>`
		select application_name as name, state, wait_event as waits, state_change as since from pg_stat_activity
		where datname = current_database() order by state_change`;
	const [waiting] = await sql<{ locks: number }[]>`select count(*) as locks from pg_locks where not granted`;
	return {
		...(await serverFacts(database)),
		lastMigration: await lastMigration(sql),
		waitingLocks: waiting?.locks ?? 0,
		settings: Object.fromEntries(
			settings.map(({ name, setting, unit }) => [name, `${setting}${unit ? ` × ${unit}` : ""}`]),
		),
		activity,
		tables,
	};
}

const toldSettings = [
	"autovacuum",
	"autovacuum_naptime",
	"checkpoint_timeout",
	"effective_cache_size",
	"fsync",
	"jit",
	"lc_collate",
	"maintenance_work_mem",
	"max_connections",
	"max_parallel_workers_per_gather",
	"max_wal_size",
	"random_page_cost",
	"server_version",
	"shared_buffers",
	"statement_timeout",
	"synchronous_commit",
	"wal_level",
	"work_mem",
];

/** Workers, channels, targets, and how much there is of everything: names and numbers. */
export async function aboutWork({ sql }: Database) {
	const present = await sql<
		Omit<typeof workers.$inferSelect, "id">[]
	>`select host, pid, version, migration, concurrency, running, started_at as "startedAt", seen_at as "seenAt" from workers order by seen_at desc`;
	const channels = await sql<{ name: string; type: string; events: unknown; enabled: boolean; waiting: number }[]>`
		select c.name, c.config->>'type' as type, c.events, c.enabled,
			(select count(*) from deliveries d where d.channel_id = c.id and d.state = 'waiting') as waiting
		from channels c order by c.name`;
	const states = await sql<{ state: string; runs: number }[]>`
		select state::text as state, count(*) as runs from runs group by 1 order by 1`;
	return { workers: present, channels, runs: Object.fromEntries(states.map(({ state, runs }) => [state, runs])) };
}

interface LogEnd {
	readonly name: string;
	readonly read: () => string;
}

/** Of what `serve` started, and of the embedded database. */
export function endsOfLogs(home: string): readonly LogEnd[] {
	const folder = join(home, "logs");
	const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^[\w.-]{1,60}$/.test(name)) : [];
	const logs = names.map((name) => ({ name, path: join(folder, name) }));
	const database = join(home, "postgres", "postgres.log");
	const all = existsSync(database) ? [...logs, { name: "postgres.log", path: database }] : logs;
	return all.map(({ name, path }) => ({ name, read: () => endOf(path) }));
}

/** Whole lines: a secret that begins before the end must not be there by half. */
function endOf(path: string): string {
	const file = openSync(path, "r");
	try {
		const { size } = fstatSync(file);
		const from = Math.max(0, size - mostOfLog);
		const bytes = Buffer.alloc(size - from);
		const text = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from)).toString("utf8");
		return from === 0 ? text : text.slice(text.indexOf("\n") + 1);
	} finally {
		closeSync(file);
	}
}
