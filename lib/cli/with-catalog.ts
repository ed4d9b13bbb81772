import { userInfo } from "node:os";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { MigrateOptions } from "#lib/catalog/database/migrate.ts";
import { withMeant } from "#lib/cli/configuration/with-meant.ts";
import { warn } from "#lib/cli/output/output.ts";
import { readEnv } from "#lib/env.ts";
import { openTracing } from "#lib/telemetry/trace.ts";
import { version } from "#lib/version.ts";
import { exitStatuses } from "./exit-status.ts";

export interface WithCatalogOptions {
	/** The command listens for signals itself. */
	readonly ownSignals?: boolean;
	readonly migrate?: MigrateOptions;
	/** Connections. */
	readonly max?: number;
}

/**
 * Runs a command on the catalogue and leaves it afterwards; interrupted, it leaves it at once, unless the command
 * listens for signals itself.
 */
export async function withCatalog<T>(
	command: string,
	action: (database: Database) => Promise<T>,
	{ ownSignals = false, migrate = {}, max }: WithCatalogOptions = {},
): Promise<T> {
	const env = readEnv();
	await using _tracing = await openTracing(env.tracesTo, { version });
	await using database = await connectCatalog(env, {
		applicationName: `eosync ${command}`,
		migrate: { onBlocked: warn, onNotice: warn, ...migrate },
		...(max === undefined ? {} : { max }),
	});
	const act = () =>
		action(database).catch(async (error: unknown) => {
			throw await withMeant(database, error);
		});
	if (ownSignals) return await act();
	const leave = () => void database.close().finally(() => process.exit(exitStatuses.interrupted));
	process.once("SIGINT", leave).once("SIGTERM", leave).once("SIGHUP", leave);
	try {
		return await act();
	} finally {
		process.off("SIGINT", leave).off("SIGTERM", leave).off("SIGHUP", leave);
	}
}

/** The caller for the history: the user of the operating system. */
export function actor(): string {
	try {
		return userInfo().username;
	} catch {
		return `user ${process.getuid?.() ?? "unknown"}`; // Containers run as users that have no name.
	}
}
