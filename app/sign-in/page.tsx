import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { whoLooks } from "#app/access/who-asks.ts";
import { signInAction, startOidcAction } from "#app/actions/entrance.ts";
import { catalog } from "#app/catalog.ts";
import { Entrance } from "#components/access/entrance.tsx";
import { SignInForm } from "#components/access/sign-in-form.tsx";
import { safeReturnPath } from "#lib/access/return-path.ts";
import { hasUsers } from "#lib/access/users.ts";
import { readEnv } from "#lib/env.ts";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps {
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
	const { next, error } = await searchParams;
	const { oidc } = readEnv();
	if ((await whoLooks()) !== null) redirect(safeReturnPath(next));
	if (oidc === null && !(await hasUsers(await catalog()))) redirect("/set-up");
	return (
		<Entrance title="Sign in">
			<SignInForm
				next={safeReturnPath(next)}
				refused={typeof error === "string" ? (refusals.get(error) ?? refusals.get("failed") ?? null) : null}
				issuer={oidc?.name ?? null}
				signIn={signInAction}
				startOidc={startOidcAction}
			/>
		</Entrance>
	);
}

/** By what `oidcCallback` calls them. */
const refusals = new Map([
	["no_role", "None of your groups has a role here: ask an administrator."],
	["no_name", "The OpenID Connect provider sent no name for you."],
	["name_taken", "Another user already has your name: ask an administrator."],
	["access_denied", "The OpenID Connect provider refused the sign-in."],
	["state_mismatch", "Signing in took too long, or was started in another browser: try again."],
	["failed", "Signing in did not work; the server's log says why."],
]);
