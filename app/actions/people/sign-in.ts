"use server";

import { isAPIError } from "better-auth/api";
import { headers } from "next/headers";
import { z } from "zod";
import { auth } from "#app/access/auth.ts";
import { publicAction } from "#app/actions/validated-action.ts";
import { catalog } from "#app/catalog.ts";
import { credentials, linkSecret, newPassword, userName } from "#lib/access/inputs.ts";
import { safeReturnPath } from "#lib/access/request/return-path.ts";
import { choosePasswordByLink } from "#lib/access/sign-in/choose-password.ts";
import { oidcProvider } from "#lib/access/sign-in/oidc.ts";
import { recordRefusedSignIn } from "#lib/access/sign-in/sign-in-audit.ts";
import { basePathOf, readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";

/** The actions for visitors who have not signed in. */

/** Signs in by name and password. */
export const signInAction = publicAction(credentials, async (input) => {
	const incoming = await headers();
	const { api } = await auth();
	const address = incoming.get("x-eosync-address");
	try {
		await api.signInByName({ body: { ...input, address }, headers: incoming });
		return {};
	} catch (error) {
		if (!isAPIError(error)) throw error;
		const reason = refusal(error.body ?? {});
		const how = error.body?.code === "locked" ? "locked" : "failed";
		await recordRefusedSignIn(await catalog(), { name: input.name, address, how, error: reason });
		throw new UsageError(reason);
	}
});

/** Where the browser goes to sign in at the issuer. */
export const startOidcAction = publicAction(z.strictObject({ next: z.string().max(2000) }), async ({ next }) => {
	const { oidc, url: address } = readEnv();
	const basePath = basePathOf(address);
	if (oidc === null) throw new UsageError("Signing in with OpenID Connect is not configured.");
	const { api } = await auth();
	const { url } = await api.signInSocial({
		body: {
			provider: oidcProvider,
			callbackURL: `${basePath}${safeReturnPath(next)}`,
			errorCallbackURL: `${basePath}/sign-in`,
			disableRedirect: true,
		},
		headers: await headers(),
	});
	if (!url) throw new UsageError("The OpenID Connect provider did not answer; the server's log says why.");
	return { url };
});

const choice = z.strictObject({ link: linkSecret, name: userName.nullable(), password: newPassword });

/** The set-up, an invitation, a reset: a password for the link's user, who is signed in by it. */
export const choosePasswordAction = publicAction(choice, async ({ link: secret, name, password }) => {
	const { api, $context } = await auth();
	const incoming = await headers();
	const user = await choosePasswordByLink(await catalog(), (await $context).password, {
		secret,
		name,
		password,
		address: incoming.get("x-eosync-address"),
	});
	await api.signInAs({ body: { user }, headers: incoming });
	return {};
});

function refusal({ code, until }: { readonly code?: unknown; readonly until?: unknown }): string {
	if (code !== "locked") return "The name or the password is wrong.";
	const time = typeof until === "string" ? ` until ${until.slice(11, 16)} UTC` : "";
	return `Too many attempts: signing in is locked${time}. An administrator can reset the password now.`;
}
