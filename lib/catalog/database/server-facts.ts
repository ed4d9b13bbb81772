import type { Database } from "./database.ts";

/** What the settings page says of the database and of those who are connected to it. */
export interface ServerFacts {
	/** PostgreSQL's, e.g. `18.1`. */
	readonly version: string;
	/** Database name. */
	readonly database: string;
	/** Bytes of the whole database. */
	readonly size: number;
	/** Connections of eosync's own processes, by application name: a worker that is there shows here. */
	readonly connected: readonly { readonly name: string; readonly connections: number }[];
}

export async function serverFacts({ sql }: Database): Promise<ServerFacts> {
	const [facts] = await sql<Omit<ServerFacts, "connected">[]>`
		select current_setting('server_version') as version, current_database() as database, pg_database_size(current_database()) as size`;
	const connected = await sql<ServerFacts["connected"][number][]>`
		select application_name as name, count(*) as connections from pg_stat_activity
		where datname = current_database() and application_name like 'eosync%' group by 1 order by 1`;
	if (!facts) throw new Error("The database answered without a row.");
	return { ...facts, connected };
}
