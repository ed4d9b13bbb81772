"use server";

import { isAPIError } from "better-auth/api";
import { headers } from "next/headers";
import { z } from "zod";
import { auth } from "#app/access/auth.ts";
import { catalog } from "#app/catalog.ts";
import { withAudit } from "#lib/access/audit/with-audit.ts";
import { linkSecret, newPassword, userName } from "#lib/access/inputs.ts";
import { safeReturnPath } from "#lib/access/request/return-path.ts";
import { choosePassword } from "#lib/access/sign-in/choose-password.ts";
import { oidcProvider } from "#lib/access/sign-in/oidc.ts";
import { findLink } from "#lib/access/sign-in/one-time-links.ts";
import { passwordProblem } from "#lib/access/sign-in/password-strength.ts";
import { recordRefusedSignIn } from "#lib/access/sign-in/sign-in-audit.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { publicAction } from "./validated-action.ts";

/** What those may ask for who have not signed in. */

const credentials = z.strictObject({
	name: z.string().trim().min(1, "Enter your name").max(200),
	password: z.string().min(1, "Enter your password").max(200),
});

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
		const told = refusal(error.body ?? {});
		const how = error.body?.code === "locked" ? "locked" : "failed";
		await recordRefusedSignIn(await catalog(), { name: input.name, address, how, error: told });
		throw new UsageError(told);
	}
});

/** Where the browser goes to sign in at the issuer. */
export const startOidcAction = publicAction(z.strictObject({ next: z.string().max(2000) }), async ({ next }) => {
	if (readEnv().oidc === null) throw new UsageError("Signing in with OpenID Connect is not configured.");
	const { api } = await auth();
	const { url } = await api.signInSocial({
		body: {
			provider: oidcProvider,
			callbackURL: safeReturnPath(next),
			errorCallbackURL: "/sign-in",
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
	const database = await catalog();
	const link = await findLink(database, secret);
	if (link === null) throw new UsageError("This link was used already or has expired: ask for a new one.");
	const problem = await passwordProblem(password, [link.user?.name ?? name ?? ""]);
	if (problem !== null) throw new UsageError(problem);
	const { api, $context } = await auth();
	const passwordHash = await (await $context).password.hash(password);
	const incoming = await headers();
	const who = link.user?.name ?? name ?? "";
	const actor = {
		via: "dashboard",
		user: null,
		name: who,
		token: null,
		address: incoming.get("x-eosync-address"),
	} as const;
	const audited = { actor, action: "users.choose-password", input: { name: who } };
	const user = await withAudit(database, audited, () => choosePassword(database, { secret, name, passwordHash }));
	await api.signInAs({ body: { user }, headers: incoming });
	return {};
});

function refusal({ code, until }: { readonly code?: unknown; readonly until?: unknown }): string {
	if (code !== "locked") return "The name or the password is wrong.";
	const time = typeof until === "string" ? ` until ${until.slice(11, 16)} UTC` : "";
	return `Too many attempts: signing in is locked${time}. An administrator can reset the password now.`;
}
