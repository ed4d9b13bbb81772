import { nextCookies } from "better-auth/next-js";
import { catalog } from "#app/catalog.ts";
import { type Auth, createAuth } from "#lib/access/sign-in/auth.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { ensureSecretFile } from "#lib/catalog/secrets/secret-file.ts";
import { type Env, readEnv } from "#lib/env.ts";
import { EosyncError } from "#lib/errors.ts";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & { eosyncAuth?: Promise<Auth> };

/** The sign-in of this process. A failure is not kept: the next request tries again. */
export function auth(): Promise<Auth> {
	kept.eosyncAuth ??= open().catch((error: unknown) => {
		delete kept.eosyncAuth;
		throw error;
	});
	return kept.eosyncAuth;
}

async function open(): Promise<Auth> {
	const env = readEnv();
	const secret = await secretOf(env);
	const database = await catalog();
	const ownClient = await openDatabase({ url: database.url, applicationName: "eosync web sign-in", max: 4 });
	return createAuth({
		database,
		ownClient,
		secret,
		url: env.url ?? `http://${env.host.includes(":") ? `[${env.host}]` : env.host}:${env.port}`,
		oidc: env.oidc,
		plugins: [nextCookies()],
	});
}

async function secretOf({ secret, home }: Env): Promise<string> {
	const [own] = secret === null ? await ensureSecretFile(home) : [secret];
	if (own === undefined) throw new EosyncError("secret-file", `There is no secret in ${home}: set EOSYNC_SECRET.`);
	return own;
}
