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
	cli.writeScene("archive/a/good.tif");
	for (const name of ["one", "two", "deep/three"]) cli.write(`archive/a/${name}.tif`, "no TIFF");
	const wanted = { text: configuration, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
	await cli.run("sync", "series");
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

describe("eosync rejections", () => {
	it("lists reasons for people, and files for programs and providers", async () => {
		expect((await cli.run("rejections")).stdout).toMatch(/^3 files +1 container +since .* UTC|^3 files +1 container/m);
		const { lines } = await cli.json("rejections", "--container", "series");
		expect(lines).toMatchObject([
			{ container: "series", storage: "archive", path: "a/deep/three.tif", ignored: null },
			{ path: "a/one.tif" },
			{ path: "a/two.tif" },
		]);
		expect((await cli.run("rejections", "--files", "--folder", "a/deep")).stdout.trim().split("\n")).toHaveLength(1);
		expect((await cli.run("rejections", "--format", "csv")).stdout).toMatch(
			/^container,storage,path,code,reason,since\r\n/,
		);
		expect((await cli.run("rejections", "--format", "text")).stdout).toMatch(/^These 3 files cannot be catalogued/);
		expect(await cli.run("rejections", "--container", "NOBODY")).toMatchObject({ status: 2 });
	});

	it("ignores until the file changes; --json keeps them, the exit status is as it was", async () => {
		expect(await cli.run("rejections", "ignore", "--note", "all of them")).toMatchObject({ status: 2, stdout: "" });
		expect(await cli.run("rejections", "ignore", "--path", "a/one.tif", "--note", " ")).toMatchObject({ status: 2 });
		const ignored = await cli.run("rejections", "ignore", "--path", "a/one.tif", "--note", "it is known");
		expect(ignored).toMatchObject({ status: 0, stdout: "1 file ignored until it changes.\n" });
		expect((await cli.json("containers", "series")).lines).toMatchObject([{ rejected: 3, ignored: 1 }]);
		expect((await cli.json("rejections")).lines).toHaveLength(2);
		expect((await cli.json("rejections", "--ignored")).lines).toMatchObject([
			{ path: "a/one.tif", ignored: { note: "it is known", by: expect.any(String) } },
		]);
		expect(await cli.run("sync", "series")).toMatchObject({ status: 0 });
		cli.write("archive/a/one.tif", "no TIFF either");
		await cli.run("sync", "series");
		expect((await cli.run("rejections", "--ignored", "--json")).stdout).toBe("");
	});

	it("takes it back", async () => {
		await cli.run("rejections", "ignore", "--container", "series", "--note", "all of it");
		const { stdout } = await cli.run("rejections", "stop-ignoring", "--search", "deep");
		expect(stdout).toBe("1 file no longer ignored.\n");
		expect((await cli.json("rejections")).lines).toMatchObject([{ path: "a/deep/three.tif" }]);
		const entries = await database.sql`
			select action, object from audit_log where action like 'rejections.%' order by id desc limit 2`;
		expect(entries).toEqual([
			{ action: "rejections.stop-ignoring", object: null },
			{ action: "rejections.ignore", object: "series" },
		]);
	});

	it("reads them again by a sync", async () => {
		const { status, lines } = await cli.json("rejections", "retry", "--folder", "a/deep");
		expect(status).toBe(0);
		expect(lines.at(-1)).toMatchObject({ type: "summary", ok: true, runs: [{ container: "series", rejected: 1 }] });
		expect(await cli.run("rejections", "retry", "--folder", "nowhere")).toMatchObject({ status: 2 });
	});
});
