import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRoleRules, type RoleRules, roleOf } from "./oidc.ts";
import { oidcCallback } from "./oidc-callback.ts";
import { cookiesOf, createTestAuth, makeUser } from "./testing.ts";
import { listUsers } from "./users.ts";

/** A small issuer: signs in whoever `who` says. */
class Issuer {
	who: Readonly<Record<string, unknown>> = {};
	/** Claims that the next ID tokens get instead of the right ones. */
	wrong: Readonly<Record<string, unknown>> = {};
	readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
	readonly #nonceByCode = new Map<string, string>();
	readonly #server: Server;
	url = "";

	constructor() {
		this.#server = createServer((request, response) => {
			const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
			const answer = (body: object) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
			if (pathname === "/.well-known/openid-configuration") return answer(this.#discovery());
			if (pathname === "/keys")
				return answer({
					keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }],
				});
			if (pathname === "/authorize") {
				const code = randomBytes(8).toString("hex");
				this.#nonceByCode.set(code, searchParams.get("nonce") ?? "");
				const back = new URL(searchParams.get("redirect_uri") ?? "");
				back.searchParams.set("code", code);
				back.searchParams.set("state", searchParams.get("state") ?? "");
				return response.writeHead(302, { location: back.href }).end();
			}
			if (pathname === "/token") return void this.#token(request).then(answer);
			response.writeHead(404).end();
		});
	}

	async start(): Promise<void> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
		this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	stop(): void {
		this.#server.close();
	}

	#discovery() {
		return {
			issuer: this.url,
			authorization_endpoint: `${this.url}/authorize`,
			token_endpoint: `${this.url}/token`,
			jwks_uri: `${this.url}/keys`,
			id_token_signing_alg_values_supported: ["RS256"],
		};
	}

	async #token(request: IncomingMessage) {
		const form = new URLSearchParams(await text(request));
		const now = Math.floor(Date.now() / 1000);
		const nonce = this.#nonceByCode.get(form.get("code") ?? "");
		const claims = { iss: this.url, aud: "eosync", iat: now, exp: now + 60, nonce, ...this.who, ...this.wrong };
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
		const signed = `${part({ alg: "RS256", kid: "1" })}.${part(claims)}`;
		const signature = createSign("RSA-SHA256").update(signed).sign(this.#keys.privateKey).toString("base64url");
		return { access_token: "at", refresh_token: "rt", token_type: "Bearer", id_token: `${signed}.${signature}` };
	}
}

const issuer = new Issuer();
let world: Awaited<ReturnType<typeof createTestAuth>>;
beforeAll(async () => {
	await issuer.start();
	const oidc = {
		issuer: issuer.url,
		clientId: "eosync",
		clientSecret: "s3cret",
		name: "EO id",
		roleClaim: "realm.groups",
		roles: "eo-ops=operator,eo-admins=administrator",
	};
	world = await createTestAuth({ oidc });
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
	const answer = await oidcCallback(world.auth, back);
	return { to: answer.headers.get("location") ?? "", headers: cookiesOf(answer.headers) };
}

describe("sign-in at an issuer", () => {
	it("makes a user with the role of his groups, and leads back", async () => {
		const { to, headers } = await comeBy({ sub: "1", preferred_username: "grace", realm: { groups: ["eo-ops"] } });
		expect(to).toBe("/runs/7");
		const found = await world.auth.api.getSession({ headers });
		expect(found?.user).toMatchObject({ name: "grace", role: "operator" });
		expect(await listUsers(world.database)).toMatchObject([{ name: "Ada" }, { name: "grace", signsInBy: "issuer" }]);
	});

	it("follows the issuer when the groups change, and knows him by his subject", async () => {
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
			"is called like somebody here",
			{ sub: "3", preferred_username: "ADA", realm: { groups: "eo-ops" } },
			{},
			"name_taken",
		],
		[
			"brings a token for somebody else",
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

	it("takes no answer that it did not ask for", async () => {
		const answer = await oidcCallback(
			world.auth,
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
