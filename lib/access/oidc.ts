import { APIError } from "better-auth/api";
import { type GenericOAuthConfig, genericOAuth } from "better-auth/plugins/generic-oauth";
import type { OidcEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { userName } from "./inputs.ts";
import { type Role, roles } from "./permissions.ts";

/** Sign-in at another server, by OpenID Connect; it says who somebody is, and by his groups which role he has. */

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
		// What the issuer says holds from the next sign-in on.
		overrideUserInfo: true,
		requireIdTokenVerification: true,
		mapProfileToUser: (profile) => userOf(profile, oidc.roleClaim, rules),
	} satisfies GenericOAuthConfig;
	return genericOAuth({ config: [config] });
}

/** Group to role; `*` is everybody. */
export type RoleRules = ReadonlyMap<string, Role>;

/** @throws UsageError */
export function parseRoleRules(text: string): RoleRules {
	const rules = new Map<string, Role>();
	for (const rule of text
		.split(",")
		.map((each) => each.trim())
		.filter(Boolean)) {
		const [, group, name] = /^(.+?)\s*=\s*(\w+)$/.exec(rule) ?? [];
		const role = roles.find((each) => each === name);
		if (group === undefined || role === undefined) {
			throw new UsageError(`EOSYNC_OIDC_ROLES: "${rule}" is not GROUP=ROLE with one of the roles ${roles.join(", ")}.`);
		}
		rules.set(group, role);
	}
	return rules;
}

type Profile = Readonly<Record<string, unknown>>;

/** The highest role that one of the user's groups gives; null: he has no business here. */
export function roleOf(profile: Profile, claim: string, rules: RoleRules): Role | null {
	const value = claimOf(profile, claim);
	const groups = ["*", ...[value ?? []].flat().filter((group) => typeof group === "string")];
	const given = groups.map((group) => rules.get(group));
	return roles.findLast((role) => given.includes(role)) ?? null;
}

/** By its whole name, which may have dots (`https://example.org/roles`), else by its way into objects. */
function claimOf(profile: Profile, claim: string): unknown {
	if (Object.hasOwn(profile, claim)) return profile[claim];
	return claim.split(".").reduce<unknown>((value, key) => {
		const inside = value !== null && typeof value === "object" && Object.hasOwn(value, key);
		return inside ? (value as Profile)[key] : undefined;
	}, profile);
}

/** What better-auth writes into `users`. The address is made of the subject: two people never meet in one account by it. */
export function userOf(profile: Profile, claim: string, rules: RoleRules) {
	const role = roleOf(profile, claim, rules);
	if (role === null) throw refusal("no_role", "None of your groups has a role here.");
	const names = [profile.preferred_username, profile.name, profile.email, profile.sub];
	const name = names.map((each) => userName.safeParse(each)).find(({ success }) => success)?.data;
	if (name === undefined || typeof profile.sub !== "string")
		throw refusal("no_name", "The issuer did not say who you are.");
	const email = `${Buffer.from(profile.sub).toString("hex").slice(0, 120)}@issuer.invalid`;
	return { name, email, emailVerified: false, role, image: "" };
}

function refusal(code: string, message: string): APIError {
	return new APIError("FORBIDDEN", { code, message });
}
