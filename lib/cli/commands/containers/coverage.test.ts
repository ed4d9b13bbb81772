import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { type Cli, openCli } from "#lib/cli/testing.ts";

let database: Database;
let cli: Cli;
const configuration = `
storages: [{ name: archive, type: local, root: archive, coverage: nightly }]
containers: [{ id: series, kind: dataset-series, sources: [{ storage: archive, path: a, include: ["*.tif"], exclude: ["*_tmp.tif"] }] }]
`;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	for (const path of ["a/new.tif", "a/old_tmp.tif", "b/left.tif", "b/=1+2.txt"])
		cli.write(`archive/${path}`, "content");
	const wanted = { text: configuration, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

it("looks at a storage that was never looked at, and says what is in no container", async () => {
	const { status, stdout } = await cli.run("coverage", "archive");
	expect(status).toBe(0);
	expect(stdout).toMatch(/archive: looked at .*\n {2}new +1 +7 B +Matched, not synced yet\n {2}excluded +1 /);
	expect(stdout).toMatch(/ {2}total +4 +28 B/);
	const { lines } = await cli.json("coverage", "--json");
	expect(lines).toMatchObject([
		{
			storage: "archive",
			outcome: "complete",
			total: { files: 4, bytes: 28 },
			totals: { uncovered: { files: 1, bytes: 7 } },
		},
	]);
	const { stdout: csv } = await cli.run("coverage", "archive", "--format", "csv", "--folder", "b", "--search", "B/");
	expect(csv).toBe(
		"storage,path,class,size,pattern,containers\r\narchive,b/=1+2.txt,other,7,,\r\narchive,b/left.tif,uncovered,7,,\r\n",
	);
	expect((await cli.json("coverage", "archive", "--folders", "--json")).lines).toMatchObject([
		{ path: "a", total: { files: 2 } },
		{ path: "b", total: { files: 2 } },
	]);
});

it("refuses what makes no sense, and says so of a storage that is not there", async () => {
	expect(await cli.run("coverage", "nowhere")).toMatchObject({
		status: 2,
		stderr: "eosync: There is no storage nowhere.\n",
	});
	expect(await cli.run("coverage", "archive", "--files", "lost")).toMatchObject({ status: 2 });
	expect(await cli.run("coverage", "archive", "--look", "--minutes", "0")).toMatchObject({ status: 2 });
});
