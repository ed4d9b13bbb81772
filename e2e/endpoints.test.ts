import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leastRoles, may, roles } from "#lib/access/permissions.ts";
import { listActions, listPages, listRoutes } from "./endpoints.ts";

/** The checks of e2e/authorisation.spec.ts that need only the sources, without a browser. */

describe("every server action", () => {
	it("says who may do that", () => {
		const actions = listActions();
		expect(actions.length).toBeGreaterThan(20);
		for (const { permission, name } of actions)
			if (permission !== null) expect(leastRoles, name).toHaveProperty([permission]);
	});

	it("but these asks who it is", () => {
		const open = listActions().filter(({ permission }) => permission === null);
		expect(open.map(({ name }) => name.split("#")[1])).toEqual([
			"signInAction",
			"startOidcAction",
			"choosePasswordAction",
		]);
	});
});

describe("every route", () => {
	// `lib/api/api.test.ts` calls every operation of the REST API in every role, `lib/stac/api/api.test.ts` the STAC API with and without tokens.
	const routes = listRoutes().filter(({ file }) => !/^app\/(?:api\/v1|stac)\//.test(file));

	it("but these answer only callers who may", () => {
		// Three lists of a container share a handler.
		expect(readFileSync(join(import.meta.dirname, "../app/api/containers/[id]/open-files.ts"), "utf8")).toMatch(
			/\banswer\(/,
		);
		const open = routes.filter(({ source }) => !/\b(?:answer|openFilesRoute)\(/.test(source));
		expect(open.map(({ path }) => path)).toEqual([
			"/api/auth/callback/oidc",
			"/api/health",
			"/api/metrics",
			"/api/ready",
			"/eosync.schema.json",
		]);
	});

	it("of the REST API is described there", () => {
		const api = listRoutes().filter(({ file }) => file.startsWith("app/api/v1/"));
		expect(api.map(({ path }) => path)).toEqual(["/api/v1/999999", "/api/v1/openapi.json"]);
		for (const { source, file } of api) expect(source, file).toMatch(/\b(?:dispatch|authorise)\(/);
	});

	it("but one reads: private marks are written by a request that outlives its page, which no action does", () => {
		expect(routes.filter(({ methods }) => methods.join() !== "GET")).toMatchObject([
			{ file: "app/api/runs/[run]/viewed/route.ts", methods: ["GET", "PUT"] },
		]);
	});
});

it("every page but the entrances asks who it is", () => {
	const open = listPages().filter(({ source }) => !/await signedIn\(\)/.test(source));
	expect(open.map(({ path }) => path)).toEqual(["/set-up", "/sign-in"]);
});

it("each role may do what those before it may, and one role may do everything", () => {
	for (const permission of Object.keys(leastRoles) as (keyof typeof leastRoles)[]) {
		const allowed = roles.map((role) => may(role, permission));
		expect(allowed, permission).toEqual(allowed.toSorted((a, b) => Number(a) - Number(b)));
		expect(allowed.at(-1)).toBe(true);
	}
	expect(may("viewer", "runs.approve")).toBe(false);
	expect(may("operator", "runs.approve")).toBe(true);
	expect(may("operator", "storages.update")).toBe(false);
	expect(may("operator", "users.read")).toBe(false);
});
