import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Database } from "#lib/catalog/database/database.ts";
import { lastMigration, newestMigration } from "#lib/catalog/database/migrate.ts";
import { EosyncError } from "#lib/errors.ts";
import { version } from "#lib/version.ts";

/** Workers that have not been heard of for so long are forgotten. */
const forgetAfter = "1 hour";

/** A worker's row in `workers`: that it is there, and what it does. */
export class WorkerHeartbeat implements AsyncDisposable {
	readonly id = `${hostname()}:${process.pid}:${randomUUID()}`;
	readonly #database: Database;
	readonly #concurrency: number;

	constructor(database: Database, concurrency: number) {
		this.#database = database;
		this.#concurrency = concurrency;
	}

	/**
	 * Says that this worker is there, working on so many runs. To be called every few seconds.
	 * @throws EosyncError `database-too-new`: the tables have been brought to a later version, which this one must not touch.
	 */
	async beat(running: number): Promise<void> {
		const { sql } = this.#database;
		if ((await lastMigration(sql)) > newestMigration()) {
			throw new EosyncError(
				"database-too-new",
				`The database was brought up to date by a later version of eosync: this worker (${version}) hands back its runs and ends. Update it.`,
			);
		}
		await sql`
			insert into workers (id, host, pid, version, migration, concurrency, running)
			values (${this.id}, ${hostname()}, ${process.pid}, ${version}, ${newestMigration()}, ${this.#concurrency}, ${running})
			on conflict (id) do update set running = excluded.running, seen_at = now()`;
		await sql`delete from workers where seen_at < now() - ${forgetAfter}::interval`;
	}

	/** While the database fails the row stays; it is forgotten later. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#database.sql`delete from workers where id = ${this.id}`.catch(() => {});
	}
}
