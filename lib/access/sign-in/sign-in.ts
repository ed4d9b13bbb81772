import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";
import { sameName } from "#lib/access/same-name.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { countFailure, forgetFailures, lockedUntil } from "./throttle.ts";

/** Longer passwords are cut off first: hashing very long ones would take long. */
const credentials = z.object({
	name: z.string().max(200),
	password: z.string().max(200),
	address: z.string().nullable(),
});

const server = { method: "POST", requireHeaders: true } as const;

/**
 * Sign-in by name; better-auth only knows e-mail addresses. For server actions: none of these is a route.
 * An unknown name is answered like a wrong password, and as slowly.
 */
export function nameSignIn(database: Pick<Database, "sql">) {
	return {
		id: "eosync-name-sign-in",
		endpoints: {
			/** @throws APIError `locked` with `until`, or `wrong`. */
			signInByName: createAuthEndpoint.serverOnly({ ...server, body: credentials }, async (context) => {
				const { name, password, address } = context.body;
				const attempt = { name, address };
				const until = (await lockedUntil(database, attempt)) ?? (await countFailure(database, attempt));
				if (until !== null) throw new APIError("TOO_MANY_REQUESTS", { code: "locked", until });
				const found = await findPassword(database, name);
				const right =
					found === null
						? await context.context.password.hash(password).then(() => false)
						: await context.context.password.verify({ password, hash: found.hash });
				if (!right || found === null) throw new APIError("UNAUTHORIZED", { code: "wrong" });
				await forgetFailures(database, attempt);
				return openSession(context, database, found.user);
			}),
			/** Opens a session for a user who has just proven their identity in another way. */
			signInAs: createAuthEndpoint.serverOnly({ ...server, body: z.object({ user: z.string() }) }, (context) =>
				openSession(context, database, context.body.user),
			),
		},
	};
}

async function openSession(
	context: Parameters<typeof setSessionCookie>[0],
	{ sql }: Pick<Database, "sql">,
	id: string,
): Promise<{ readonly user: string }> {
	const { internalAdapter } = context.context;
	const user = await internalAdapter.findUserById(id);
	if (!user) throw new APIError("UNAUTHORIZED", { code: "wrong" });
	await sql`delete from sessions where expires_at < now()`;
	await sql`delete from verifications where expires_at < now()`;
	const session = await internalAdapter.createSession(user.id);
	await setSessionCookie(context, { session, user });
	return { user: user.id };
}

async function findPassword({ sql }: Pick<Database, "sql">, name: string) {
	const [row] = await sql<{ user: string; hash: string }[]>`
		select u.id as user, i.password as hash from users u
		join identities i on i.user_id = u.id and i.provider_id = 'credential' and i.password is not null
		where ${sameName(sql, "u.name", name)}`;
	return row ?? null;
}
