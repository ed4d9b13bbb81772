import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { requireSessions } from "#lib/catalog/database/pooled-sessions.ts";
import { startEmbedded } from "#lib/catalog/embedded/embedded.ts";
import type { Env } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";

/**
 * Opens the catalogue without migrating or creating tables; an embedded server is started if need be.
 * @throws UsageError when there is none yet, EosyncError when the server does not come.
 */
export async function inspectCatalogue({ databaseUrl, home }: Pick<Env, "databaseUrl" | "home">): Promise<Database> {
	const applicationName = "eosync doctor";
	if (databaseUrl !== null) {
		const database = await openDatabase({ url: databaseUrl, applicationName, max: 2 });
		try {
			await requireSessions(database.sql);
			return database;
		} catch (error) {
			await database.close();
			throw error;
		}
	}
	if (!existsSync(join(home, "postgres"))) {
		throw new UsageError(`There is no catalogue in ${home} yet, and DATABASE_URL is not set.`);
	}
	const server = await startEmbedded({ home });
	try {
		const database = await openDatabase({ url: server.urlOf("eosync"), applicationName, max: 2 });
		const close = async () => {
			await database.close();
			await server.stop();
		};
		return { ...database, close, [Symbol.asyncDispose]: close };
	} catch (error) {
		await server.stop();
		throw error;
	}
}
