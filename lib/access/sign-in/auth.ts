import { hkdfSync } from "node:crypto";
import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { drizzle } from "drizzle-orm/postgres-js";
import { roles } from "#lib/access/permissions.ts";
import { sameName } from "#lib/access/same-name.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import * as tables from "#lib/catalog/schema/access-schema.ts";
import { basePathOf, type OidcEnv } from "#lib/env.ts";
import { oidcPlugin } from "./oidc.ts";
import { nameSignIn } from "./sign-in.ts";
import { recordSignIn } from "./sign-in-audit.ts";
import { withoutParameters } from "./without-parameters.ts";

/**
 * better-auth on the catalogue's database: it hashes passwords, keeps sessions and speaks OpenID Connect. For the web
 * process only, because it loads Drizzle. Users and links are written by `users.ts` and `choose-password.ts`.
 */

export interface AuthOptions {
	readonly database: Database;
	/** A second client of the same database, which Drizzle changes. */
	readonly ownClient: Database;
	/** The key that signs cookies is derived from it. */
	readonly secret: string;
	/** Where users reach the dashboard. */
	readonly url: string;
	readonly oidc: OidcEnv | null;
	/** The framework's plugin; better-auth wants it last in the list. */
	readonly plugins?: readonly BetterAuthPlugin[];
}

const day = 86_400;

export type Auth = ReturnType<typeof createAuth>;

export function createAuth({ database, ownClient, secret, url, oidc, plugins = [] }: AuthOptions) {
	const { protocol, port, origin } = new URL(url);
	const basePath = basePathOf(url);
	const secure = protocol === "https:";
	// Browsers share cookies between all ports of a host: without a name of its own, the next program there would sign us out.
	const ownJar = port === "" ? "eosync" : `eosync-${port}`;
	const adapter = drizzleAdapter(drizzle(ownClient.sql, { schema: tables, casing: "snake_case" }), {
		provider: "pg",
		schema: tables,
		transaction: true,
	});
	return betterAuth({
		appName: "eosync",
		baseURL: origin,
		basePath: `${basePath}/api/auth`,
		secret: Buffer.from(hkdfSync("sha256", secret, "eosync", "sessions 1", 32)).toString("base64url"),
		trustedOrigins: [origin],
		database: (...options: Parameters<typeof adapter>) => withoutParameters(adapter(...options)),
		user: {
			modelName: "users",
			additionalFields: { role: { type: [...roles], required: true } },
		},
		session: { modelName: "sessions", expiresIn: 7 * day, updateAge: day / 24 },
		account: {
			modelName: "identities",
			// A name or an e-mail address at the issuer never opens an account that another user has here.
			accountLinking: { enabled: false },
			updateAccountOnSignIn: false,
		},
		verification: { modelName: "verifications" },
		emailAndPassword: { enabled: false },
		// eosync counts failed sign-ins itself, in the database, and has no other route that could be guessed at.
		rateLimit: { enabled: false },
		advanced: {
			// The prefix is set by name, not by the library's option: browsers bind `__Host-` to this host, `__Secure-` not, but allow no path.
			useSecureCookies: false,
			cookiePrefix: !secure ? ownJar : basePath === "" ? "__Host-eosync" : "__Secure-eosync",
			defaultCookieAttributes: { secure, sameSite: "lax", httpOnly: true, path: basePath || "/" },
			ipAddress: { ipAddressHeaders: ["x-eosync-address"] },
		},
		databaseHooks: {
			account: { create: { before: withoutTokens } },
			user: { create: { before: refuseTaken } },
			session: { create: { after: recordSession } },
		},
		onAPIError: { errorURL: `${url}/sign-in` },
		telemetry: { enabled: false },
		logger: { level: "warn" },
		plugins: [nameSignIn(database), ...(oidc === null ? [] : [oidcPlugin(oidc)]), ...plugins],
	});

	async function recordSession({ userId, ipAddress, userAgent }: NewSession) {
		await recordSignIn(database, { user: userId, address: ipAddress || null, userAgent: userAgent || null });
	}

	async function refuseTaken(user: { readonly name: string }) {
		const [taken] = await database.sql`select from users where ${sameName(database.sql, "name", user.name)}`;
		if (taken) throw new APIError("CONFLICT", { code: "name_taken", message: "Another user already has this name." });
	}
}

interface NewSession {
	readonly userId: string;
	readonly ipAddress?: string | null | undefined;
	readonly userAgent?: string | null | undefined;
}

/** Drops the issuer's tokens: after the sign-in the issuer is not asked again. */
async function withoutTokens<T extends object>(account: T) {
	const nothing = { accessToken: null, refreshToken: null, idToken: null };
	return { data: { ...account, ...nothing, accessTokenExpiresAt: null, refreshTokenExpiresAt: null } };
}
