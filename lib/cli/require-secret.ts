import type { Database } from "#lib/catalog/database/database.ts";
import { unopenableAdvice, unopenableCredentials } from "#lib/catalog/secrets/sealed-credentials.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { Env } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";

/**
 * Without the secret that stored credentials were sealed with another one would be made at the next opportunity, and nothing
 * say that the old one is missed. @throws UsageError that says what to do.
 */
export async function requireSecret(database: Database, env: Env): Promise<void> {
	const unopenable = await unopenableCredentials(database, await storageAccess(env).keys());
	if (unopenable.length > 0)
		throw new UsageError(
			`The secret at hand does not open the credentials of ${unopenable.slice(0, 5).join(", ")}${unopenable.length > 5 ? " …" : ""}. ${unopenableAdvice(env.home)}`,
		);
}
