import { hash } from "node:crypto";
import { APIError } from "better-auth/api";
import { type GenericOAuthConfig, genericOAuth } from "better-auth/plugins/generic-oauth";
import { userName } from "#lib/access/inputs.ts";
import { unstorableIn } from "#lib/catalog/storable.ts";
import type { OidcEnv } from "#lib/env.ts";
import { type Profile, parseRoleRules, type RoleRules, roleOf } from "./oidc-roles.ts";

/** Sign-in at an OpenID Connect issuer; it identifies the user, and their groups there decide their role. */

export const oidcProvider = "oidc";

export function oidcPlugin(oidc: OidcEnv) {
	const rules = parseRoleRules(oidc.roles);
	const config = {
		providerId: oidcProvider,
		discoveryUrl: `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
		clientId: oidc.clientId,
		clientSecret: oidc.clientSecret,
		scopes: ["openid", "profile", "email"],
		pkce: true,
		// Changes at the issuer take effect at the user's next sign-in.
		overrideUserInfo: true,
		requireIdTokenVerification: true,
		mapProfileToUser: (profile) => userOf(profile, oidc.roleClaim, rules),
	} satisfies GenericOAuthConfig;
	return genericOAuth({ config: [config] });
}

/** The row that better-auth writes into `users`. The address is derived from the subject, so that two people never share an account. */
export function userOf(profile: Profile, claim: string, rules: RoleRules) {
	const role = roleOf(profile, claim, rules);
	if (role === null) throw refusal("no_role", "None of your groups has a role here.");
	const names = [profile.preferred_username, profile.name, profile.email, profile.sub];
	const name = names.map((each) => userName.safeParse(each)).find(({ success }) => success)?.data;
	if (name === undefined || typeof profile.sub !== "string" || unstorableIn(profile.sub) !== null)
		throw refusal("no_name", "The OpenID Connect provider sent no name for you.");
	return { name, email: `${addressPart(profile.sub)}@issuer.invalid`, emailVerified: false, role, image: "" };
}

/** A subject that is too long for an address is replaced by its hash: subjects of one issuer often begin alike. */
function addressPart(subject: string): string {
	const letters = Buffer.from(subject).toString("hex");
	return letters.length <= 120 ? letters : hash("sha256", subject);
}

function refusal(code: string, message: string): APIError {
	return new APIError("FORBIDDEN", { code, message });
}
