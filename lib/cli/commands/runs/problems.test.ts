import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	cli.writeScene("archive/a/a.tif");
	cli.write(
		"eosync.yaml",
		`storages: [{ name: gamma, type: local, root: archive }]
containers:
${["A", "B"].map((id) => `  - { id: ${id}, kind: dataset-series, sources: [{ storage: gamma, path: away, include: ["*.tif"] }] }`).join("\n")}`,
	);
	await cli.run("configure", "eosync.yaml");
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

it("lists what containers fail by, acknowledges it, and looks again", async () => {
	expect(await cli.run("problems")).toMatchObject({ status: 0, stdout: expect.stringContaining("No problems") });
	expect((await cli.run("sync", "--all")).status).toBe(1);
	const { lines } = await cli.json("problems");
	expect(lines).toMatchObject([{ storage: "gamma", place: "away", code: "not-found", containers: 2, group: "open" }]);
	const [{ key }] = lines as [{ key: string }];
	expect((await cli.run("problems", "acknowledge", key, "--note", "x")).status).toBe(2);
	expect((await cli.run("problems", "acknowledge", "nothing", "--note", "on purpose")).status).toBe(2);
	expect((await cli.run("problems", "acknowledge", key, "--note", "on purpose", "--until", "soon")).status).toBe(2);
	expect(await cli.run("problems", "acknowledge", key, "--note", "on purpose", "--until", "2999-01-01")).toMatchObject({
		status: 0,
		stderr: "",
	});
	expect((await cli.run("problems")).stdout).toMatch(
		/2 containers .* acknowledged by .* until 2999-01-01.*: on purpose/,
	);
	expect((await cli.json("problems", key)).lines).toMatchObject([{ ids: ["A", "B"], group: "acknowledged" }]);
	// States and exit statuses stay.
	expect((await cli.run("sync", "A")).status).toBe(1);
	expect((await cli.run("problems", "revoke", key)).status).toBe(0);
	expect((await cli.run("problems", "revoke", key)).status).toBe(2);
	expect((await cli.run("problems", "recheck", key)).stdout).toContain("check of 2 containers is requested");
	const recorded = await database.sql<
		{ action: string }[]
	>`select action from audit_log where action like 'problems.%' and outcome = 'done' order by id`;
	expect(recorded.map(({ action }) => action)).toEqual(["problems.acknowledge", "problems.revoke", "problems.recheck"]);
});
