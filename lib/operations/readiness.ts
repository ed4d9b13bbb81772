import type { Database } from "#lib/catalog/database/database.ts";
import { lastMigration, newestMigration } from "#lib/catalog/database/migrate.ts";
import { workerTimeoutSeconds } from "./open-work.ts";

type Check = "ok" | "failed";

/** Whether this eosync can do its work, and if not, what is missing; without anything that strangers should not know. */
export interface Readiness {
	readonly ready: boolean;
	readonly database: Check;
	/** The tables are those of this version. */
	readonly migrations: Check;
	/** A worker was heard of within the last seconds. */
	readonly worker: Check;
}

/** A database that has not answered within this time counts as missing, milliseconds. */
const timeoutMs = 3000;

/** `open` connects if need be. Without `worker` it is not asked for: a dashboard alone is ready. */
export async function readiness(
	open: () => Promise<Database>,
	{ worker = true }: { readonly worker?: boolean } = {},
): Promise<Readiness> {
	const facts = await Promise.race([factsOf(open).catch(() => null), after(timeoutMs)]);
	const database = facts === null ? "failed" : "ok";
	const migrations = facts?.migrated ? "ok" : "failed";
	const workers = facts?.workers ? "ok" : "failed";
	const ready = database === "ok" && migrations === "ok" && (workers === "ok" || !worker);
	return { ready, database, migrations, worker: workers };
}

async function factsOf(open: () => Promise<Database>): Promise<{ migrated: boolean; workers: boolean }> {
	const { sql } = await open();
	const migrated = (await lastMigration(sql)) === newestMigration();
	if (!migrated) return { migrated, workers: false };
	const [found] = await sql<{ workers: boolean }[]>`
		select exists (select from workers where seen_at > now() - make_interval(secs => ${workerTimeoutSeconds})) as workers`;
	return { migrated, workers: found?.workers ?? false };
}

function after(milliseconds: number): Promise<null> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds, null).unref());
}
