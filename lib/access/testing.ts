import { type Auth, createAuth } from "#lib/access/sign-in/auth.ts";
import { choosePassword } from "#lib/access/sign-in/choose-password.ts";
import { makeLink } from "#lib/access/sign-in/one-time-links.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { OidcEnv } from "#lib/env.ts";
import type { Role } from "./permissions.ts";
import { addUser } from "./users.ts";

/** A test's own catalogue and the sign-in on it. */
export async function createTestAuth({
	oidc = null,
	url = "http://127.0.0.1:3000",
}: {
	oidc?: OidcEnv | null;
	url?: string;
} = {}) {
	const database = await createTestDatabase();
	const ownClient = await openDatabase({ url: database.url, applicationName: "tests", max: 2 });
	const auth = createAuth({ database, ownClient, secret: "a secret of the tests", url, oidc });
	const close = async () => {
		await ownClient.close();
		await database.close();
	};
	return { database, auth, close };
}

export const goodPassword = "moor ladder violin fern";

/** The first one is the administrator, by set-up; the others are invited. */
export async function makeUser(
	{ database, auth }: Pick<Awaited<ReturnType<typeof createTestAuth>>, "database" | "auth">,
	name: string,
	role: Role | "first" = "first",
): Promise<string> {
	const { password } = await auth.$context;
	const link =
		role === "first"
			? await makeLink(database.sql, { kind: "set-up", user: null })
			: await addUser(database, { name, role });
	const passwordHash = await password.hash(goodPassword);
	return choosePassword(database, { secret: link.secret, name: role === "first" ? name : null, passwordHash });
}

/** Returns the request headers that the browser would send from then on. */
export async function signIn(
	auth: Auth,
	name: string,
	password = goodPassword,
	address: string | null = null,
): Promise<Headers> {
	const { headers } = await auth.api.signInByName({
		body: { name, password, address },
		headers: new Headers(),
		returnHeaders: true,
	});
	return cookiesOf(headers);
}

/** The cookies that a response set, to be sent back. */
export function cookiesOf(headers: Headers): Headers {
	const pairs = headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf(";")));
	return new Headers({ cookie: pairs.join("; ") });
}
