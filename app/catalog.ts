import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { commandName } from "#lib/installation.ts";

/** Kept outside the module: development reloads modules, and each would open connections of its own. */
const kept = globalThis as typeof globalThis & { eosyncCatalog?: Promise<Database> };

/** This process's connections to the catalogue. A failure is not kept: the next request tries again. */
export function catalog(): Promise<Database> {
	kept.eosyncCatalog ??= open().catch((error: unknown) => {
		delete kept.eosyncCatalog;
		throw error;
	});
	return kept.eosyncCatalog;
}

async function open(): Promise<Database> {
	const { databaseUrl } = readEnv();
	if (databaseUrl === null) {
		throw new UsageError(
			`DATABASE_URL is not set. Start the dashboard with "${commandName} serve", which brings its own database.`,
		);
	}
	return openDatabase({ url: databaseUrl, applicationName: "eosync web", max: 8 });
}
