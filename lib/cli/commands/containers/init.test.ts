import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	cli.writeScene('archive/with \u0024{HOME} & "quotes"/A.tif');
	cli.writeScene("archive/other/B.tif");
	cli.write("archive/empty/C.tif", "");
	cli.write("archive/line\nbreak/readme.md", "hello");
	cli.write("nothing/readme.md", "hello");
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

it("writes a file that configures what it found, and a check finds as many", async () => {
	const { status, stdout, stderr } = await cli.run("init", "archive");
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(stdout).toMatch(/^6 files in 5 folders/);
	expect(stdout).toContain("other: GeoTIFF files in other, *.tif in /other");
	const text = readFileSync(join(cli.folder, "eosync.yaml"), "utf8");
	// What nothing can be read of is a comment.
	expect(text).toMatch(/^ {2}# - id: empty$/m);
	expect((await cli.run("configure", "eosync.yaml")).status).toBe(0);
	const { lines } = await cli.json("check", "--all");
	expect(lines.at(-1)).toMatchObject({
		ok: true,
		runs: [
			{ added: 1, rejected: 0 },
			{ added: 1, rejected: 0 },
		],
	});
});

it("never overwrites a file", async () => {
	cli.write("mine.yaml", "mine");
	const { status, stderr } = await cli.run("init", "archive", "--output", "mine.yaml");
	expect(status).toBe(2);
	expect(stderr).toContain("mine.yaml exists already");
	expect(readFileSync(join(cli.folder, "mine.yaml"), "utf8")).toBe("mine");
});

it("writes none where nothing is found", async () => {
	const { status, stdout } = await cli.run("init", "nothing", "--output", "nothing.yaml");
	expect(status).toBe(1);
	expect(stdout).toContain("no file was written");
});

it.each([
	["a folder that is not there", ["init", "nowhere", "--output", "x.yaml"], 1, /nowhere/],
	["an address of another kind", ["init", "gopher://x/y", "--output", "x.yaml"], 2, /gopher/],
	["no time", ["init", "archive", "--seconds", "soon", "--output", "x.yaml"], 2, /--seconds/],
])("refuses %s", async (_, options, expected, message) => {
	const { status, stderr } = await cli.run(...options);
	expect(status).toBe(expected);
	expect(stderr).toMatch(message);
});
