import { hkdfSync } from "node:crypto";
import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { drizzle } from "drizzle-orm/postgres-js";
import { roles } from "#lib/access/permissions.ts";
import { sameName } from "#lib/access/same-name.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import * as tables from "#lib/catalog/schema/access-schema.ts";
import type { OidcEnv } from "#lib/env.ts";
import { oidcPlugin } from "./oidc.ts";
import { nameSignIn } from "./sign-in.ts";
import { recordSignIn } from "./sign-in-audit.ts";

/**
 * better-auth on the catalogue's database: it hashes passwords, keeps sessions and speaks OpenID Connect. For the web
 * process only, because it loads Drizzle. Users and links are written by `users.ts` and `choose-password.ts`.
 */

export interface AuthOptions {
	readonly database: Database;
	/** A second client of the same database, which Drizzle changes. */
	readonly ownClient: Database;
	/** What cookies are signed with is derived from it. */
	readonly secret: string;
	/** Where users reach the dashboard, an origin. */
	readonly url: string;
	readonly oidc: OidcEnv | null;
	/** The framework's, last in the list. */
	readonly plugins?: readonly BetterAuthPlugin[];
}

const day = 86_400;

export type Auth = ReturnType<typeof createAuth>;

export function createAuth({ database, ownClient, secret, url, oidc, plugins = [] }: AuthOptions) {
	const { protocol, port } = new URL(url);
	const secure = protocol === "https:";
	// Browsers keep one jar for all ports of a host: without its own name the next program on it would sign us out.
	const ownJar = port === "" ? "eosync" : `eosync-${port}`;
	return betterAuth({
		appName: "eosync",
		baseURL: url,
		basePath: "/api/auth",
		secret: Buffer.from(hkdfSync("sha256", secret, "eosync", "sessions 1", 32)).toString("base64url"),
		trustedOrigins: [url],
		database: drizzleAdapter(drizzle(ownClient.sql, { schema: tables, casing: "snake_case" }), {
			provider: "pg",
			schema: tables,
			transaction: true,
		}),
		user: {
			modelName: "users",
			additionalFields: { role: { type: [...roles], required: true } },
		},
		session: { modelName: "sessions", expiresIn: 7 * day, updateAge: day / 24 },
		account: {
			modelName: "identities",
			// A name or an address at the issuer never opens an account that another user has here.
			accountLinking: { enabled: false },
			updateAccountOnSignIn: false,
		},
		verification: { modelName: "verifications" },
		emailAndPassword: { enabled: false },
		// eosync counts failed sign-ins itself, in the database, and has no other route that could be tried.
		rateLimit: { enabled: false },
		advanced: {
			// The name, not the library's option, because browsers bind `__Host-` to this very host and `__Secure-` not.
			useSecureCookies: false,
			cookiePrefix: secure ? "__Host-eosync" : ownJar,
			defaultCookieAttributes: { secure, sameSite: "lax", httpOnly: true, path: "/" },
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

/** The issuer is asked nothing after the sign-in: what would let us is not kept. */
async function withoutTokens<T extends object>(account: T) {
	const nothing = { accessToken: null, refreshToken: null, idToken: null };
	return { data: { ...account, ...nothing, accessTokenExpiresAt: null, refreshTokenExpiresAt: null } };
}
