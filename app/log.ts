import { readEnv } from "#lib/env.ts";
import { type Logger, openLog } from "#lib/telemetry/log.ts";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & { eosyncLog?: Promise<Logger> };

/** The log of the web process. */
export function log(): Promise<Logger> {
	const { logLevel, secret, metricsToken, oidc, databaseUrl } = readEnv();
	const password = databaseUrl === null ? null : decodeURIComponent(new URL(databaseUrl).password) || null;
	const secrets = [secret, metricsToken, oidc?.clientSecret ?? null, password];
	kept.eosyncLog ??= openLog({ name: "web", level: logLevel, secrets });
	return kept.eosyncLog;
}
