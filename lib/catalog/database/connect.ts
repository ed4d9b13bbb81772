import { type EmbeddedServer, startEmbedded } from "#lib/catalog/embedded/embedded.ts";
import type { Env } from "#lib/env.ts";
import { EosyncError } from "#lib/errors.ts";
import { type Database, openDatabase } from "./database.ts";
import { type MigrateOptions, migrateDatabase } from "./migrate.ts";
import { requireStillHere } from "./moved-away.ts";
import { requireSessions } from "./pooled-sessions.ts";

export interface ConnectOptions {
	readonly applicationName: string;
	/** Connections. */
	readonly max?: number;
	readonly signal?: AbortSignal;
	/** How tables that are not up to date are dealt with. */
	readonly migrate?: MigrateOptions;
}

/**
 * The catalogue, its tables up to date: DATABASE_URL's, else database `eosync` of the embedded server, which is started
 * if need be. `close` also leaves that server, so call it.
 */
export async function connectCatalog(
	{ databaseUrl, home }: Pick<Env, "databaseUrl" | "home">,
	{ signal, migrate, ...options }: ConnectOptions,
): Promise<Database> {
	if (databaseUrl !== null) {
		return openMigrated({ url: databaseUrl, ...options }, migrate);
	}
	requireStillHere(home);
	let server = await startEmbedded({ home, ...(signal === undefined ? {} : { signal }) });
	const restart = async () => {
		const gone = server;
		server = await startEmbedded({ home });
		await gone.stop();
	};
	let reviving: Promise<void> | null = null;
	const revive = async () => {
		if (reviving === null && server.isRunning()) return;
		reviving ??= restart().finally(() => {
			reviving = null;
		});
		await reviving;
	};
	try {
		signal?.throwIfAborted();
		const open = () => openMigrated({ url: server.urlOf("eosync"), ...options }, migrate);
		// It is missing only the first time; to ask before would cost each command one more connection.
		const database = await open().catch(async (error: unknown) => {
			if (!isNotThere(error)) throw error;
			signal?.throwIfAborted();
			await createDatabase(server, "eosync");
			signal?.throwIfAborted();
			return open();
		});
		const close = async () => {
			await database.close();
			await server.stop();
		};
		return { ...database, revive, close, [Symbol.asyncDispose]: close };
	} catch (error) {
		await server.stop();
		throw error;
	}
}

async function openMigrated(
	options: Parameters<typeof openDatabase>[0],
	migrate: MigrateOptions = {},
): Promise<Database> {
	const database = await openDatabase(options);
	try {
		await requireSessions(database.sql);
		await migrateDatabase(database, migrate);
		return database;
	} catch (error) {
		await database.close();
		throw error;
	}
}

/** Another process may create it at the same time. */
async function createDatabase(server: EmbeddedServer, name: string): Promise<void> {
	const { sql, close } = await openDatabase({ url: server.urlOf("postgres"), applicationName: "eosync", max: 1 });
	try {
		const found = await sql`select from pg_database where datname = ${name}`;
		if (found.length === 0) {
			await sql`create database ${sql(name)}`;
		}
	} catch (error) {
		if (!isAlreadyThere(error)) {
			throw new EosyncError("database-not-created", `The database ${name} could not be created.`, { cause: error });
		}
	} finally {
		await close();
	}
}

/** invalid_catalog_name. */
function isNotThere(error: unknown): boolean {
	const cause = error instanceof EosyncError ? error.cause : null;
	return cause instanceof Error && "code" in cause && cause.code === "3D000";
}

/** duplicate_database, or unique_violation when two create it in the same moment. */
function isAlreadyThere(error: unknown): boolean {
	return error instanceof Error && "code" in error && (error.code === "42P04" || error.code === "23505");
}
