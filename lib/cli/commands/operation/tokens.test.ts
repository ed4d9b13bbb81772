import { userInfo } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whoseToken } from "#lib/access/tokens.ts";
import { addUser } from "#lib/access/users.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	await addUser(database, { name: "Olga", role: "operator" });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

async function recorded() {
	const rows = await database.sql`
		select via, actor, action, object, details, outcome from audit_log order by id`;
	return rows.map((row) => ({ ...row }));
}

it("makes a token, shows it once, and revokes it", async () => {
	const added = await cli.run("tokens", "add", "nightly", "--user", "olga", "--role", "viewer", "--days", "7");
	const [token = ""] = /eos_\S+/.exec(added.stdout) ?? [];
	expect(await whoseToken(database, token, null)).toMatchObject({ name: "Olga", role: "viewer" });
	const { lines } = await cli.json("tokens", "list");
	expect(lines).toMatchObject([{ name: "nightly", userName: "Olga", role: "viewer", expired: false }]);
	expect(JSON.stringify(lines)).not.toContain(token.slice(4, 20));
	const [{ id }] = lines as [{ id: number }];
	expect(await cli.run("tokens", "revoke", String(id))).toMatchObject({ status: 0 });
	expect(await whoseToken(database, token, null)).toBeNull();
	const who = { via: "command-line", actor: userInfo().username, object: "nightly", outcome: "done" };
	expect(await recorded()).toMatchObject([
		{ ...who, action: "tokens.create", details: { input: { name: "nightly", role: "viewer", days: 7, of: "Olga" } } },
		{ ...who, action: "tokens.revoke-any" },
	]);
	expect(JSON.stringify(await recorded())).not.toContain(token.slice(4, 20));
});

it.each([
	[
		["add", "x", "--user", "olga", "--role", "administrator"],
		/A token cannot have a higher role than its user, operator/,
	],
	[["add", "x", "--user", "olga", "--role", "viewer", "--never"], /Only administrators can make tokens/],
	[["add", "x", "--user", "olga", "--role", "viewer", "--days", "400"], /days: At most 365 days/],
	[["add", "x", "--user", "olga", "--role", "root"], /role: /],
	[["add", "x", "--user", "nobody", "--role", "viewer"], /no user nobody/],
	[["revoke", "nightly"], /This token does not exist/],
])("refuses tokens %j", async (options, message) => {
	expect(await cli.run("tokens", ...options)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
});

describe("the audit log", () => {
	it("has what is done on the console, and nothing where nothing is different", async () => {
		cli.writeScene("archive/a.tif");
		const source = '{ storage: archive, include: ["*.tif"] }';
		const file = (title: string) =>
			cli.write(
				"eosync.yaml",
				`storages:\n  - { name: archive, type: local, root: ${JSON.stringify(`${cli.folder}/archive`)} }\ncontainers:\n  - { id: S, kind: dataset-series, title: ${title}, sources: [${source}] }\n`,
			);
		await database.sql`alter table audit_log disable trigger user`;
		await database.sql`delete from audit_log`;
		await database.sql`alter table audit_log enable trigger user`;
		file("One");
		await cli.run("configure", "eosync.yaml");
		await cli.run("configure", "eosync.yaml");
		file("Two");
		await cli.run("configure", "eosync.yaml");
		expect(await cli.run("sync", "S")).toMatchObject({ status: 0 });
		expect(await recorded()).toMatchObject([
			{ action: "storages.create", object: "archive" },
			{ action: "containers.create", object: "S", details: { changes: { title: { before: null, after: "One" } } } },
			{ action: "containers.update", object: "S", details: { changes: { title: { before: "One", after: "Two" } } } },
			{
				action: "runs.request",
				object: "S",
				details: { input: { kind: "sync" }, result: { batch: null, runs: [{ run: 1 }] } },
			},
		]);
	});
});
