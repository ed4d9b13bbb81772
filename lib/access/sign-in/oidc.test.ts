import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cookiesOf, createTestAuth, makeUser } from "#lib/access/testing.ts";
import { listUsers } from "#lib/access/users.ts";
import { oidcCallback } from "./oidc-callback.ts";
import { parseRoleRules, type RoleRules, roleOf } from "./oidc-roles.ts";
import { Issuer } from "./testing-issuer.ts";

const issuer = new Issuer();
let world: Awaited<ReturnType<typeof createTestAuth>>;
const oidcAt = ({ url }: Issuer) => ({
	issuer: url,
	clientId: "eosync",
	clientSecret: "s3cret",
	name: "EO id",
	roleClaim: "realm.groups",
	roles: "eo-ops=operator,eo-admins=administrator",
});
beforeAll(async () => {
	await issuer.start();
	world = await createTestAuth({ oidc: oidcAt(issuer) });
	await makeUser(world, "Ada");
});
afterAll(async () => {
	issuer.stop();
	await world.close();
});

/** The whole way: to the issuer, and back with a code. Returns where it ends and what cookies are set. */
async function comeBy(who: Readonly<Record<string, unknown>>, wrong = {}) {
	issuer.who = { email: "someone@example.org", ...who };
	issuer.wrong = wrong;
	const { headers, response } = await world.auth.api.signInSocial({
		body: { provider: "oidc", callbackURL: "/runs/7", errorCallbackURL: "/sign-in" },
		headers: new Headers(),
		returnHeaders: true,
	});
	const sent = await fetch(response.url ?? "", { redirect: "manual" });
	const back = new Request(sent.headers.get("location") ?? "", { headers: cookiesOf(headers) });
	const answer = await oidcCallback(world.auth, world.database, back);
	return { to: answer.headers.get("location") ?? "", headers: cookiesOf(answer.headers) };
}

it("leads back below a path, whether the framework took that off or not, with cookies for it only", async () => {
	const basePath = "/below/eosync";
	await using below = disposable(
		await createTestAuth({ oidc: oidcAt(issuer), url: `https://eo.example.org${basePath}` }),
	);
	issuer.wrong = {};
	for (const taken of [true, false]) {
		issuer.who = { email: "s@example.org", sub: "1", preferred_username: "grace", realm: { groups: "eo-ops" } };
		const { headers, response } = await below.auth.api.signInSocial({
			body: { provider: "oidc", callbackURL: `${basePath}/runs`, errorCallbackURL: `${basePath}/sign-in` },
			headers: new Headers(),
			returnHeaders: true,
		});
		const sent = await fetch(response.url ?? "", { redirect: "manual" });
		const back = sent.headers.get("location") ?? "";
		expect(back).toMatch(/^https:\/\/eo\.example\.org\/below\/eosync\/api\/auth\/callback\/oidc\?/);
		const asked = new Request(taken ? back.replace(basePath, "") : back, { headers: cookiesOf(headers) });
		const answer = await oidcCallback(below.auth, below.database, asked, basePath);
		expect(answer.headers.get("location")).toBe(`${basePath}/runs`);
		for (const cookie of answer.headers.getSetCookie())
			expect(cookie).toMatch(/^__Secure-eosync.*; Path=\/below\/eosync;/);
		expect((await below.auth.api.getSession({ headers: cookiesOf(answer.headers) }))?.user.name).toBe("grace");
		const refused = await oidcCallback(below.auth, below.database, asked, basePath);
		expect(refused.headers.get("location")).toMatch(/^\/below\/eosync\/sign-in\?error=/);
	}
});

function disposable<T extends { readonly close: () => Promise<void> }>(world: T) {
	return { ...world, [Symbol.asyncDispose]: world.close };
}

describe("sign-in at an issuer", () => {
	it("makes a user with the role of their groups, and leads back", async () => {
		const { to, headers } = await comeBy({ sub: "1", preferred_username: "grace", realm: { groups: ["eo-ops"] } });
		expect(to).toBe("/runs/7");
		const found = await world.auth.api.getSession({ headers });
		expect(found?.user).toMatchObject({ name: "grace", role: "operator" });
		expect(await listUsers(world.database)).toMatchObject([{ name: "Ada" }, { name: "grace", signsInBy: "issuer" }]);
	});

	it("follows the issuer when the groups change, and knows the user by the subject", async () => {
		const { headers } = await comeBy({ sub: "1", preferred_username: "grace h", realm: { groups: ["eo-admins"] } });
		expect((await world.auth.api.getSession({ headers }))?.user).toMatchObject({
			name: "grace h",
			role: "administrator",
		});
		expect(await listUsers(world.database)).toHaveLength(2);
	});

	it("keeps no token", async () => {
		const tokens = await world.database.sql`
			select from identities where access_token is not null or refresh_token is not null or id_token is not null`;
		expect(tokens).toHaveLength(0);
	});

	it.each([
		["has no group with a role", { sub: "2", preferred_username: "eve", realm: { groups: ["others"] } }, {}, "no_role"],
		[
			"is called like a user here",
			{ sub: "3", preferred_username: "ADA", realm: { groups: "eo-ops" } },
			{},
			"name_taken",
		],
		[
			"brings a token for another user",
			{ sub: "4", preferred_username: "eve", realm: { groups: "eo-ops" } },
			{ aud: "other" },
			"failed",
		],
		[
			"brings a token of another sign-in",
			{ sub: "4", preferred_username: "eve", realm: { groups: "eo-ops" } },
			{ nonce: "old" },
			"failed",
		],
		[
			"brings a token of another issuer",
			{ sub: "4", preferred_username: "eve", realm: { groups: "eo-ops" } },
			{ iss: "http://evil.example" },
			"failed",
		],
		[
			"brings a token that is too old",
			{ sub: "4", preferred_username: "eve", realm: { groups: "eo-ops" } },
			{ exp: 1 },
			"failed",
		],
	])("refuses who %s", async (_, who, wrong, error) => {
		const before = await listUsers(world.database);
		const { to, headers } = await comeBy(who, wrong);
		expect(to).toMatch(new RegExp(`/sign-in\\?error=${error}`));
		expect(await world.auth.api.getSession({ headers })).toBeNull();
		expect(await listUsers(world.database)).toHaveLength(before.length);
	});

	it("knows people apart whose subjects begin alike, however long", async () => {
		const realm = { groups: ["eo-ops"] };
		const subject = (end: string) => `${"urn:example:people:".repeat(8)}${end}`;
		await comeBy({ sub: subject("hopper"), preferred_username: "hopper", realm });
		const { headers } = await comeBy({ sub: subject("hamilton"), preferred_username: "hamilton", realm });
		expect((await world.auth.api.getSession({ headers }))?.user).toMatchObject({ name: "hamilton" });
	});

	it("is not there where the issuer publishes no keys to verify its tokens with", async () => {
		const keyless = new Issuer();
		keyless.tellsKeys = false;
		await keyless.start();
		const { auth, close } = await createTestAuth({ oidc: oidcAt(keyless) });
		const begin = auth.api.signInSocial({ body: { provider: "oidc", callbackURL: "/" }, headers: new Headers() });
		await expect(begin).rejects.toMatchObject({ status: "NOT_FOUND" });
		keyless.stop();
		await close();
	});

	it("takes no answer that it did not ask for", async () => {
		const answer = await oidcCallback(
			world.auth,
			world.database,
			new Request("http://127.0.0.1:3000/api/auth/callback/oidc?code=x&state=y"),
		);
		expect(answer.headers.get("location")).toMatch(/\/sign-in\?.*error=/);
	});
});

describe("roles", () => {
	const rules = parseRoleRules("eo-admins = administrator, eo ops=operator,*=viewer");
	const none: RoleRules = new Map();
	it.each([
		[{ groups: ["eo ops", "others"] }, "groups", rules, "operator"],
		[{ groups: ["eo ops", "eo-admins"] }, "groups", rules, "administrator"],
		[{ groups: "eo-admins" }, "groups", rules, "administrator"],
		[{}, "groups", rules, "viewer"],
		[{ groups: [7, null, { administrator: true }] }, "groups", rules, "viewer"],
		[{ "https://example.org/roles": ["eo-admins"] }, "https://example.org/roles", rules, "administrator"],
		[{ realm_access: { roles: ["eo-admins"] } }, "realm_access.roles", rules, "administrator"],
		[{ groups: ["administrator"] }, "groups", none, null],
		[{}, "constructor.name", none, null],
	] as const)("of %j by %s", (profile, claim, by, role) => {
		expect(roleOf(profile, claim, by)).toBe(role);
	});

	it.each(["admins", "admins=root", "=viewer"])("refuses the rule %s", (text) => {
		expect(() => parseRoleRules(text)).toThrow(/EOSYNC_OIDC_ROLES/);
	});
});
