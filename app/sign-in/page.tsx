import { redirect } from "next/navigation";
import { callerOfPage } from "#app/access/current-caller.ts";
import { signInAction, startOidcAction } from "#app/actions/people/sign-in.ts";
import { catalog } from "#app/catalog.ts";
import { PublicPage } from "#components/access/public-page.tsx";
import { SignInForm } from "#components/access/sign-in-form.tsx";
import { safeReturnPath } from "#lib/access/request/return-path.ts";
import { hasUsers } from "#lib/access/users.ts";
import { readEnv } from "#lib/env.ts";

interface SignInPageProps {
	readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
	const { next, error } = await searchParams;
	const { oidc } = readEnv();
	if ((await callerOfPage()) !== null) redirect(safeReturnPath(next));
	if (oidc === null && !(await hasUsers(await catalog()))) redirect("/set-up");
	return (
		<PublicPage title="Sign in">
			<SignInForm
				next={safeReturnPath(next)}
				refused={typeof error === "string" ? (refusals.get(error) ?? refusals.get("failed") ?? null) : null}
				issuer={oidc?.name ?? null}
				signIn={signInAction}
				startOidc={startOidcAction}
			/>
		</PublicPage>
	);
}

/** Messages by the codes of `oidcCallback`. */
const refusals = new Map([
	["no_role", "None of your groups has a role here: ask an administrator."],
	["no_name", "The OpenID Connect provider sent no name for you."],
	["name_taken", "Another user already has your name: ask an administrator."],
	["access_denied", "The OpenID Connect provider refused the sign-in."],
	["state_mismatch", "Signing in took too long, or was started in another browser: try again."],
	["failed", "Signing in failed; the server's log says why."],
]);
