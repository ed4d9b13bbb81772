import { auth } from "#app/access/auth.ts";
import { catalog } from "#app/catalog.ts";
import { oidcCallback } from "#lib/access/sign-in/oidc-callback.ts";

/** Where the OpenID Connect issuer leads back to. Open to all: visitors prove themselves by the code they bring. */
export async function GET(request: Request): Promise<Response> {
	return oidcCallback(await auth(), await catalog(), request);
}
