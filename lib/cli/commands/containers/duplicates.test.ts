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
storages: [{ name: archive, type: local, root: archive }]
containers: [{ id: series, kind: dataset-series, sources: [{ storage: archive, include: ["*.tif"] }] }]
`;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
	for (const name of ["a_20200101", "b_20200102"]) cli.writeScene(`archive/${name}.tif`);
	const wanted = { text: configuration, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

it("lists duplicates as text, JSON lines and CSV; and of changes what has the same content", async () => {
	expect((await cli.run("sync", "series")).status).toBe(0);
	const [{ id: run = 0 } = {}] = await database.sql<{ id: number }[]>`select max(id) as id from runs`;
	// There was no search yet: it makes one.
	const { status, stdout } = await cli.run("duplicates");
	expect(status).toBe(0);
	expect(stdout).toMatch(
		/^\d+ B +content +archive:a_20200101\.tif {2}= {2}archive:b_20200102\.tif\n1 content under several/,
	);
	const { lines } = await cli.json("duplicates");
	expect(lines).toMatchObject([
		{ kind: "content", names: 2, copies: 2, files: [{ dataset: "a_20200101" }, { dataset: "b_20200102" }] },
		{ kind: "summary", outcome: "complete", groups: 1, scenes: 0, unread: 0 },
	]);
	await database.sql`update duplicate_files set message = 'Cannot read it' where path = 'b_20200102.tif'`;
	expect((await cli.run("duplicates")).stderr).toBe(
		"1 file could not be read.\n  archive:b_20200102.tif: Cannot read it\n",
	);
	const { stdout: csv } = await cli.run("duplicates", "--format", "csv");
	expect(csv.split("\r\n")).toHaveLength(4);
	expect(csv).toMatch(
		/^kind,group,wasted,storage,path,dataset,note\r\ncontent,[0-9a-f]{64},\d+,archive,a_20200101\.tif,a_20200101,\r\n/,
	);
	expect((await cli.run("changes", String(run))).stdout).toMatch(/a_20200101\.tif +same content as b_20200102\n/);
	expect((await cli.json("changes", String(run), "--action", "added")).lines).toMatchObject([
		{ sameContent: [{ dataset: "b_20200102", storage: "archive", path: "b_20200102.tif" }] },
		{ sameContent: [{ dataset: "a_20200101" }] },
	]);
});

it("goes on within a budget, is cancelled only while a search is under way, and refuses what makes no sense", async () => {
	expect((await cli.run("duplicates", "--search", "--bytes", "1000000")).status).toBe(0);
	expect(await cli.run("duplicates", "--cancel")).toMatchObject({ status: 0, stdout: "No search is under way.\n" });
	expect(await cli.run("duplicates", "--search", "--bytes", "0")).toMatchObject({ status: 2 });
	expect(await cli.run("duplicates", "--kind", "name")).toMatchObject({ status: 2 });
	expect(await cli.run("duplicates", "--json", "--format", "csv")).toMatchObject({ status: 2 });
});
