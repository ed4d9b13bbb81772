import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

let database: Database;
let cli: Cli;
const configuration = `
storages: [{ name: archive, type: local, root: archive }]
containers: [{ id: series, kind: dataset-series, sources: [{ storage: archive, path: a, include: ["*.tif"] }] }]
`;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	for (const name of ["one", "two", "three"]) cli.writeScene(`archive/a/${name}.tif`);
	const wanted = { text: configuration, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
	await cli.run("sync", "series");
	cli.remove("archive/a/one.tif");
	await cli.run("sync", "series", "--approve", "it is on tape");
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

describe("eosync dataset", () => {
	it("says who removed it, when and why, by its EO ID or number", async () => {
		const { status, stdout } = await cli.run("dataset", "one");
		expect(status).toBe(0);
		expect(stdout).toMatch(/^Removed +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC by \S+, run 2 of series$/m);
		expect(stdout).toMatch(/removed +series +run 2 by \S+ +the file is gone; approved by \S+: it is on tape/);
		const { lines } = await cli.json("dataset", "one");
		expect(lines).toMatchObject([
			{
				type: "dataset",
				id: "one",
				standing: "archived",
				removed: { run: 2, container: "series" },
				state: { id: "one" },
			},
			{ type: "event", action: "removed", run: 2, approval: { reason: "it is on tape" } },
			{ type: "event", action: "added", run: 1, restored: false },
		]);
		const [{ dataset }] = lines as [{ dataset: number }];
		expect((await cli.json("dataset", String(dataset))).lines).toEqual(lines);
	});

	it("is restored when its files are as they were", async () => {
		const { status, lines } = await cli.json("dataset", "restore", "one");
		expect({ status, lines }).toMatchObject({ status: 1 });
		expect(lines.at(-1)).toMatchObject({
			type: "summary",
			ok: false,
			runs: [{ container: "series", state: "failed" }],
		});
		expect(await cli.run("dataset", "restore", "two")).toMatchObject({ status: 2 });
	});

	it("has status 2 where there never was one", async () => {
		expect(await cli.run("dataset", "NOBODY")).toMatchObject({ status: 2, stdout: "" });
	});

	it("finds by a part of EO ID or path, what is there first", async () => {
		const { stdout } = await cli.run("dataset", "find", "o");
		expect(
			stdout
				.split("\n")
				.slice(0, 2)
				.map((line) => line.split(/ {2,}/).slice(1, 3)),
		).toEqual([
			["two", "registered"],
			["one", "archived"],
		]);
		expect((await cli.json("dataset", "find", "A/ONE")).lines).toMatchObject([
			{ id: "one", standing: "archived", removed: { run: 2, by: expect.any(String) } },
		]);
		expect(await cli.run("dataset", "find", "nothing")).toMatchObject({
			status: 0,
			stdout: "",
			stderr: expect.stringContaining("No dataset"),
		});
	});
});
