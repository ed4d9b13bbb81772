import type postgres from "postgres";
import { correctedDriver } from "#lib/catalog/database/driver.ts";
import type { RunningServer } from "./process.ts";

/** One open connection per process that uses the embedded server, so that the last one to go knows it is the last. */
export interface ServerShare {
	readonly server: RunningServer;
	urlOf(database: string): string;
	/** Whether no other process is there; from then until the server stops none enters. */
	leave(): Promise<boolean>;
	close(): Promise<void>;
}

/** Held shared while entering, exclusively from `leave` to the server's end. Any constant. */
const LOCK = 7_302_002;

/** Fails when the server is stopping, does not answer, or serves another data folder. */
export async function enterServer(server: RunningServer, data: string): Promise<ServerShare> {
	const url = (database: string) =>
		`postgres://postgres@localhost:${server.port}/${database}?host=${encodeURIComponent(server.socketFolder)}`;
	const sql = correctedDriver()({
		path: `${server.socketFolder}/.s.PGSQL.${server.port}`,
		user: "postgres",
		database: "postgres",
		max: 1,
		max_lifetime: null,
		idle_timeout: 0,
		connect_timeout: 5,
		fetch_types: false,
		onnotice: () => {},
		connection: { application_name: "eosync presence" },
	});
	try {
		await sql`select pg_advisory_lock_shared(${LOCK})`;
		const [row] = await sql<[{ data: string }]>`select current_setting('data_directory') as data`;
		await sql`select from pg_advisory_unlock_shared(${LOCK})`;
		if (row.data !== data) {
			throw new Error(`The server at ${server.socketFolder} serves ${row.data}, not ${data}.`);
		}
	} catch (error) {
		await sql.end({ timeout: 0 });
		throw error;
	}
	return { server, urlOf: url, leave: () => leave(sql), close: () => sql.end({ timeout: 0 }) };
}

async function leave(sql: postgres.Sql): Promise<boolean> {
	try {
		await sql`select pg_advisory_lock(${LOCK})`;
		const [row] = await sql<[{ others: number }]>`
			select count(*)::int as others from pg_stat_activity
			where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> 'eosync leaving'`;
		if (row.others > 0) {
			// Our own backend may outlive the lock it held by a moment: who leaves next must not count it.
			await sql`set application_name = 'eosync leaving'`;
			return false;
		}
		return true;
	} catch (error) {
		if (isConnectionError(error)) {
			return true; // The server ended before us; nothing is left to stop.
		}
		throw error;
	}
}

function isConnectionError(error: unknown): boolean {
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	return /^(ECONN|ENOENT|EPIPE|CONNECTION_|57P0)/.test(code);
}
