import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { type Cli, openCli } from "./testing.ts";

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	const text = `
storages: [{ name: archive, type: local, root: archive }]
containers: [{ id: series, kind: dataset-series, sources: [{ storage: archive, include: ["*.tif"] }] }]`;
	const wanted = { text, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

describe("usage errors have status 2, name what is wrong and do nothing", () => {
	it.each([
		["no such command", ["frobnicate"], /frobnicate/],
		["no such option", ["sync", "series", "--fast"], /--fast/],
		["nothing to sync", ["sync"], /--all/],
		["nothing to check", ["check"], /--all/],
		["IDs and all", ["sync", "series", "--all"], /--all/],
		["an unknown ID among known ones", ["sync", "series", "nowhere"], /nowhere/],
		["no reason", ["sync", "series", "--approve", "x"], /--approve/],
		["no container", ["containers", "nowhere"], /nowhere/],
		["datasets of no container", ["datasets", "nowhere"], /nowhere/],
		["runs of no container", ["runs", "--container", "nowhere"], /nowhere/],
		["a limit that is none", ["runs", "--limit", "many"], /many/],
		["no run", ["changes", "999999999"], /999999999/],
		["a run that is no number", ["apply", "latest"], /latest/],
		["a push that is no number", ["targets", "approve", "eox", "why", "--push", "latest"], /latest is not the number/],
		["an action that is none", ["changes", "1", "--action", "eaten"], /eaten/],
		["a port that is none", ["serve", "--port", "http"], /http/],
		["workers that are none", ["worker", "--concurrency", "0"], /concurrency/],
		["no file", ["configure", "nowhere.yaml"], /nowhere\.yaml cannot be read: there is no such file or folder\.$/m],
		["a nested command that is none", ["targets", "cheque", "eox"], /unknown command 'cheque': targets has .*check/],
		["help about no command", ["help", "snyc"], /unknown command 'snyc'\n\(Did you mean sync\?\)/],
	])("%s", async (_, options, message) => {
		const { status, stdout, stderr } = await cli.run(...options);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(message);
		expect(stderr).not.toMatch(/\n\s+at /);
		expect(await database.sql`select from runs`).toHaveLength(0);
	});
});

it("an empty file deletes nothing, as a template that failed may have written it", async () => {
	const file = join(cli.folder, "empty.yaml");
	writeFileSync(file, "# nothing\n");
	expect(await cli.run("configure", file, "--prune")).toMatchObject({
		status: 2,
		stderr: expect.stringMatching(/is empty: --prune would delete everything\. Write "storages: \[\]"/),
	});
	expect(await cli.run("configure", file)).toMatchObject({
		status: 0,
		stderr: `${file} is empty: nothing was done.\n`,
	});
	expect(await database.sql`select from containers where deleted_at is null`).toHaveLength(1);
	writeFileSync(file, "storages: []\ncontainers: []\n");
	expect((await cli.run("configure", file, "--prune", "--check")).stdout).toMatch(/container series: would be deleted/);
});

it("help says of a command what the list says, where it has no longer text, and nothing of empty defaults", async () => {
	const help = async (...options: readonly string[]) => (await cli.run(...options)).stdout;
	expect(await help("changes", "--help")).toMatch(/^Usage: .*\n\nList what a run does, or did, to each file\.\n/);
	expect(await help("apply", "--help")).not.toContain("[])");
	expect(await help("help", "exceptions", "end")).toBe(await help("exceptions", "end", "--help"));
});
