import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cli, openCli } from "#lib/cli/testing.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
let cli: Cli;
beforeAll(async () => {
	bench = await makeBench();
	cli = openCli(bench.database);
	for (const name of ["a", "b"]) await bench.archive.scene(`S/${name}.tif`);
	await bench.container("S", [{ path: "S" }], { title: "Scenes" });
	await bench.container("T", []);
	await bench.run("S");
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await bench[Symbol.asyncDispose]();
});

it("publishes containers, says how they are published, and takes them back", async () => {
	const { sql } = bench.database;
	expect(await cli.run("publish", "S", "NONE", "--stac", "public")).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("There is no container NONE."),
	});
	const published = await cli.run("publish", "S", "--stac", "public");
	expect(published).toMatchObject({ status: 0, stdout: "S: published to everyone, 2 items\n" });
	expect(published.stderr).toContain("EOSYNC_URL is not set");
	expect(await sql`select eo_id as id from items order by 1`).toEqual([{ id: "A" }, { id: "B" }]);
	const [audited] = await sql<{ action: string }[]>`select action from audit_log order by id desc limit 1`;
	expect(audited?.action).toBe("containers.update");
	await sql`delete from items where eo_id = 'A'`;
	expect((await cli.json("publish", "S", "--compare")).lines).toMatchObject([
		{ container: "S", stac: "public", items: 2, filling: null, lastChange: { seq: 4 } },
	]);
	expect((await cli.run("publish")).stdout).toMatch(/^S +to everyone, 2 items/);
	expect((await cli.run("publish", "S", "--stac", "off")).stdout).toBe("S: not published\n");
	expect(await sql`select from items`).toHaveLength(0);
});
