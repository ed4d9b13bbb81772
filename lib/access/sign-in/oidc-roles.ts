import { type Role, roles } from "#lib/access/permissions.ts";
import { UsageError } from "#lib/errors.ts";

/** Which role a user's groups at the OpenID Connect issuer give. */

/** Group to role; `*` is all users. */
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

export type Profile = Readonly<Record<string, unknown>>;

/** The highest role that one of the user's groups gives; null: none, they have no access here. */
export function roleOf(profile: Profile, claim: string, rules: RoleRules): Role | null {
	const value = claimOf(profile, claim);
	const groups = ["*", ...[value ?? []].flat().filter((group) => typeof group === "string")];
	const given = groups.map((group) => rules.get(group));
	return roles.findLast((role) => given.includes(role)) ?? null;
}

/** Reads a claim by its whole name, which may have dots (`https://example.org/roles`), else by its path into objects. */
function claimOf(profile: Profile, claim: string): unknown {
	if (Object.hasOwn(profile, claim)) return profile[claim];
	return claim.split(".").reduce<unknown>((value, key) => {
		const inside = value !== null && typeof value === "object" && Object.hasOwn(value, key);
		return inside ? (value as Profile)[key] : undefined;
	}, profile);
}
