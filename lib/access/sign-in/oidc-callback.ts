import { ownPathname } from "#lib/access/request/own-pathname.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { basePathOf, readEnv } from "#lib/env.ts";
import type { Auth } from "./auth.ts";
import { recordRefusedSignIn } from "./sign-in-audit.ts";

/** The codes that the sign-in page explains; every other one is shown as `failed`. */
const knownCodes = ["no_role", "no_name", "name_taken", "access_denied", "state_mismatch"];

/** Handles a user's return from the issuer: with a session they go to the page they wanted, else to the sign-in page with the reason. */
export async function oidcCallback(
	auth: Auth,
	database: Pick<Database, "sql">,
	request: Request,
	basePath = basePathOf(readEnv().url),
): Promise<Response> {
	const signIn = `${basePath}/sign-in`;
	const answer = await auth.handler(new Request(withBasePath(request.url, basePath), request));
	const location = answer.headers.get("location");
	const code = location === null ? await codeOf(answer) : errorIn(location, signIn);
	if (code === null) return answer;
	const error = knownCodes.includes(code) ? code : "failed";
	const address = request.headers.get("x-eosync-address");
	await recordRefusedSignIn(database, { name: null, address, how: "failed", error: `By OpenID Connect: ${error}` });
	return new Response(null, { status: 302, headers: { location: `${signIn}?${new URLSearchParams({ error })}` } });
}

/** The framework takes off the path of the public address, which the library knows its own calls by. */
function withBasePath(url: string, basePath: string): URL {
	return Object.assign(new URL(url), { pathname: `${basePath}${ownPathname(url, basePath)}` });
}

function errorIn(location: string, signIn: string): string | null {
	const { pathname, searchParams } = new URL(location, "http://this.invalid");
	return pathname === signIn ? (searchParams.get("error") ?? "failed") : null;
}

/** better-auth refuses some in a JSON body. */
async function codeOf(answer: Response): Promise<string> {
	const body: unknown = await answer.json().catch(() => null);
	return body !== null && typeof body === "object" && "code" in body ? String(body.code) : "failed";
}
