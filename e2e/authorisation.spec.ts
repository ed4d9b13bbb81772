import { readFileSync } from "node:fs";
import { join } from "node:path";
import { may, type Role, roles } from "#lib/access/permissions.ts";
import { listActions, listPages, listRoutes } from "./endpoints.ts";
import { expect, test } from "./journey.ts";
import { invite, type SignedIn } from "./sign-in.ts";

/** Calls everything that can be called, signed out and in every role, with input that is never right: nothing is done. */

const build = join(import.meta.dirname, "../.next/server/server-reference-manifest.json");

interface Manifest {
	readonly node: Readonly<
		Record<string, { readonly exportedName: string; readonly filename: string; readonly workers: object }>
	>;
}

type Caller = Role | "signed-out";
const callers: readonly Caller[] = ["signed-out", ...roles];

const cookieOf = (state: SignedIn | null) =>
	(state?.cookies ?? []).map(({ name, value }) => `${name}=${value}`).join("; ");

test("every action, route and page, signed out, viewer, operator and administrator", async ({ browser, dashboard }) => {
	test.setTimeout(240_000);
	const cookies = new Map<Caller, string>([["signed-out", ""]]);
	for (const role of roles) cookies.set(role, cookieOf(await invite(browser, dashboard, `the ${role}`, role)));
	const ask = (caller: Caller, path: string, init: RequestInit = {}) =>
		fetch(`${dashboard.url}${path}`, {
			...init,
			redirect: "manual",
			signal: AbortSignal.timeout(30_000),
			headers: { cookie: cookies.get(caller) ?? "", ...init.headers },
		});

	const { node }: Manifest = JSON.parse(readFileSync(build, "utf8"));
	const actions = listActions();
	const built = Object.entries(node).map(([id, { filename, exportedName }]) => ({
		id,
		name: `${filename}#${exportedName}`,
	}));
	// The server answers exactly the endpoints that the sources have.
	expect(built.map(({ name }) => name).toSorted()).toEqual(actions.map(({ name }) => name).toSorted());

	for (const { id, name } of built) {
		const { permission } = actions.find((action) => action.name === name) ?? { permission: null };
		for (const caller of callers) {
			const post = (headers: Record<string, string>) =>
				ask(caller, permission === null ? "/sign-in" : "/containers", {
					method: "POST",
					body: "[null]",
					headers: { "next-action": id, "content-type": "text/plain;charset=UTF-8", ...headers },
				});
			const answer = await (await post({ origin: dashboard.url })).text();
			const what = `${name} as ${caller}`;
			expect.soft(answer, what).toContain('"ok":false');
			const refused = /You are not signed in|This needs the role/.exec(answer)?.[0];
			const allowed = permission === null || (caller !== "signed-out" && may(caller, permission));
			const expected = allowed ? undefined : caller === "signed-out" ? "You are not signed in" : "This needs the role";
			expect.soft(refused, what).toBe(expected);
			if (allowed) expect.soft(answer, what).toContain('"fields"');
			for (const origin of ["https://evil.example", "null"]) {
				expect.soft((await post({ origin })).status, `${what} from ${origin}`).toBe(403);
			}
		}
	}

	// What editors and other programs read from anywhere: neither a session nor a cookie counts there.
	const isPublic = (path: string) => path === "/eosync.schema.json" || path === "/stac" || path.startsWith("/stac/");
	const open = ["/api/auth/callback/oidc", "/api/health", "/api/ready", "/api/metrics"];
	for (const { path, permission, methods } of listRoutes()) {
		if (isPublic(path)) {
			const answer = await ask("signed-out", path, { headers: { "sec-fetch-site": "cross-site" } });
			await answer.body?.cancel();
			expect.soft([401, 403], `${path} from another site`).not.toContain(answer.status);
			expect.soft(answer.headers.get("set-cookie"), `${path} from another site`).toBeNull();
			continue;
		}
		for (const caller of callers) {
			const { status, body } = await ask(caller, path);
			await body?.cancel();
			const what = `${path} as ${caller}`;
			const wantsToken = path.startsWith("/api/v1/") && path !== "/api/v1/openapi.json";
			if (wantsToken || (caller === "signed-out" && !open.includes(path))) expect.soft(status, what).toBe(401);
			else if (caller === "signed-out" || may(caller, permission)) expect.soft([401, 403], what).not.toContain(status);
			else expect.soft(status, what).toBe(403);
		}
		// Only tokens count there, which no other site's page has: see `lib/api/api.test.ts`.
		if (path.startsWith("/api/v1/")) continue;
		const foreign = await ask("administrator", path, { headers: { "sec-fetch-site": "cross-site" } });
		await foreign.body?.cancel();
		if (!path.startsWith("/api/auth/")) expect.soft(foreign.status, `${path} from another site`).toBe(403);
		const written = await ask("administrator", path, { method: "POST", headers: { origin: dashboard.url } });
		expect.soft(written.status, `POST ${path}`).toBe(405);
		for (const method of methods.filter((one) => !["GET", "HEAD", "OPTIONS"].includes(one))) {
			const what = `${method} ${path}`;
			const write = (caller: Caller, headers: Record<string, string>) =>
				ask(caller, path, { method, headers, body: "[" });
			for (const caller of callers) {
				const { status } = await write(caller, { origin: dashboard.url });
				const allowed = caller !== "signed-out" && may(caller, permission);
				expect.soft(status, `${what} as ${caller}`).toBe(allowed ? 400 : caller === "signed-out" ? 401 : 403);
			}
			for (const origin of ["https://evil.example", "null"])
				expect.soft((await write("administrator", { origin })).status, `${what} from ${origin}`).toBe(403);
		}
	}

	for (const { path } of listPages()) {
		const answer = await ask("signed-out", path);
		const what = `${path} signed out`;
		if (["/sign-in", "/set-up"].includes(path)) expect.soft(answer.status, what).toBe(200);
		else expect.soft(answer.headers.get("location") ?? "", what).toMatch(/^\/sign-in(?:\?next=|$)/);
		expect.soft(answer.headers.get("cache-control"), what).toMatch(/no-store/);
		expect.soft(answer.headers.get("content-security-policy"), what).toContain("frame-ancestors 'none'");
	}
	for (const role of roles) await dashboard.eosync("users", "remove", `the ${role}`);
});
