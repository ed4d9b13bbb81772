import { afterAll, beforeAll, expect, it } from "vitest";
import { findLink } from "#lib/access/sign-in/one-time-links.ts";
import { listUsers } from "#lib/access/users.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database, { EOSYNC_URL: "https://eosync.example.org" });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

async function linkIn(stdout: string) {
	const [, secret = ""] = /https:\/\/eosync\.example\.org\/set-up\?link=([\w-]{43})/.exec(stdout) ?? [];
	return findLink(database, secret);
}

it("lets users in, and out, on the console", async () => {
	expect(await cli.run("users")).toMatchObject({ status: 0, stdout: expect.stringContaining("no users yet") });
	const setUp = await cli.run("users", "set-up");
	expect(await linkIn(setUp.stdout)).toEqual({ kind: "set-up", user: null });

	const added = await cli.run("users", "add", "Ada Lovelace", "--role", "administrator");
	expect(await linkIn(added.stdout)).toMatchObject({ kind: "invitation", user: { name: "Ada Lovelace" } });
	expect(await linkIn(setUp.stdout)).toBeNull();
	expect(await cli.run("users", "set-up")).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("users already"),
	});

	await cli.run("users", "add", "grace", "--role", "viewer");
	expect(await cli.run("users", "set-role", "GRACE", "operator")).toMatchObject({ status: 0 });
	const reset = await cli.run("users", "reset-password", "grace");
	expect(await linkIn(reset.stdout)).toMatchObject({ kind: "password-reset", user: { name: "grace" } });
	const { lines } = await cli.json("users", "list");
	expect(lines).toMatchObject([
		{ name: "Ada Lovelace", role: "administrator", signsInBy: "link", sessions: 0 },
		{ name: "grace", role: "operator" },
	]);

	expect(await cli.run("users", "remove", "grace")).toMatchObject({ status: 0 });
	expect(await cli.run("users", "remove", "ada lovelace")).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("only administrator"),
	});
	expect(await listUsers(database)).toMatchObject([{ name: "Ada Lovelace" }]);
});

it.each([
	[["add", "eve"], /--role/],
	[["add", "eve", "--role", "root"], /no role root/],
	[["add", "<b>", "--role", "viewer"], /cannot be a user's name/],
	[["add", "ADA LOVELACE", "--role", "viewer"], /There is already a user ADA LOVELACE/],
	[["remove", "nobody"], /no user nobody/],
])("refuses users %j", async (options, message) => {
	expect(await cli.run("users", ...options)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
});
