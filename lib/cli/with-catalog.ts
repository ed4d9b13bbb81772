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
	using leaving = listenForLeaving({ ownSignals, isEmbedded: env.databaseUrl === null });
	const connecting = connectCatalog(env, {
		applicationName: `eosync ${command}`,
		signal: leaving.signal,
		migrate: { onBlocked: warn, onNotice: warn, ...migrate },
		...(max === undefined ? {} : { max }),
	});
	await using database = await connecting.catch((error: unknown) => {
		if (leaving.signal.aborted) process.exit(exitStatuses.interrupted);
		throw error;
	});
	if (leaving.signal.aborted) {
		await database.close();
		process.exit(exitStatuses.interrupted);
	}
	leaving.leaves(database);
	return await action(database).catch(async (error: unknown) => {
		throw await withMeant(database, error);
	});
}

/** A terminal and `npx` both deliver one Ctrl-C: two signals within so many milliseconds are one keystroke. */
const sameKeystroke = 300;

/**
 * The first signal closes the catalogue, also while it is being opened, so that an embedded server ends if no other process uses it;
 * the next one ends the process at once. A command that handles signals itself is left alone as soon as it does.
 */
function listenForLeaving({ ownSignals, isEmbedded }: { readonly ownSignals: boolean; readonly isEmbedded: boolean }) {
	const stop = new AbortController();
	let database: Database | null = null;
	let since: number | null = null;
	const leave = (signal: NodeJS.Signals) => {
		if (ownSignals && process.listenerCount(signal) > 1) return;
		if (since !== null && performance.now() - since > sameKeystroke) process.exit(exitStatuses.interrupted);
		if (database === null && !isEmbedded) process.exit(exitStatuses.interrupted);
		since ??= performance.now();
		stop.abort();
		if (database !== null) void database.close().finally(() => process.exit(exitStatuses.interrupted));
	};
	process.on("SIGINT", leave).on("SIGTERM", leave).on("SIGHUP", leave);
	return {
		signal: stop.signal,
		leaves: (opened: Database) => {
			database = opened;
		},
		[Symbol.dispose]: () => {
			process.off("SIGINT", leave).off("SIGTERM", leave).off("SIGHUP", leave);
		},
	};
}

/** The caller for the history: the user of the operating system. */
export function actor(): string {
	try {
		return userInfo().username;
	} catch {
		return `user ${process.getuid?.() ?? "unknown"}`; // Containers run as users that have no name.
	}
}
