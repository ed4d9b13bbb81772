import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { type Gate, makeGate } from "#lib/catalog/testing/gate.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { type Cli, openCli } from "./testing.ts";

/** Targets from the command line, as cron uses them: no worker is there. */

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database, { EOSYNC_SECRET: "a secret of these tests" });
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

const configuration = (url: string) => `
storages:
  - { name: archive, type: local, root: ${JSON.stringify(`${cli.folder}/archive`)} }
containers:
  - { id: SERIES, kind: dataset-series, guard: { maxRemovals: "1" }, sources: [{ storage: archive, path: a, include: ["*.tif"] }] }
targets:
  - { name: eox, url: ${JSON.stringify(url)}, containers: [SERIES] }
`;

it("says that there are no targets, and which one was meant", async () => {
	expect((await cli.run("targets")).stdout).toBe(
		"There are no targets; add them to the configuration file: see docs/eoxserver.md.\n",
	);
	await database.sql`insert into targets (name, type, url, settings) values ('eoxserver', 'eoxserver', 'postgres://db.example.org/e', '{}')`;
	expect(await cli.run("targets", "pause", "eoxservr")).toMatchObject({
		status: 2,
		stderr: "eosync: There is no target eoxservr. Did you mean eoxserver?\n",
	});
	expect((await cli.run("targets", "pause", "eoxserver", "--note", "moves")).status).toBe(0);
	expect((await cli.json("targets")).lines).toMatchObject([
		{ name: "eoxserver", containers: null, pause: { until: null, note: "moves" }, lag: 0, failures: 0, held: null },
	]);
	expect((await cli.run("targets", "resume", "eoxserver")).stdout).toMatch(/is pushed to again/);
	expect((await cli.run("targets", "resume", "eoxserver")).stdout).toMatch(/was not paused/);
	await database.sql`delete from targets`;
});

describeWithPostgis("an EOxServer", () => {
	let eox: Database;
	let gate: Gate;
	beforeAll(async () => {
		eox = await createTestEox();
		gate = await makeGate(eox);
		for (const name of ["one", "two", "three"]) cli.writeScene(`archive/a/${name}.tif`);
		cli.write("eosync.yaml", configuration(gate.url));
		expect(await cli.run("configure", "eosync.yaml")).toMatchObject({ status: 0 });
	});
	afterAll(async () => {
		await gate[Symbol.asyncDispose]();
		await eox[Symbol.asyncDispose]();
	});
	const theirs = async () =>
		(
			await eox.sql<
				{ id: string }[]
			>`select o.identifier as id from coverages_coverage c join coverages_eoobject o on o.id = c.eoobject_ptr_id order by 1`
		).map(({ id }) => id);
	const sync = async (...options: readonly string[]) => {
		const { status, lines } = await cli.json("sync", "SERIES", ...options);
		return { status, summary: lines.at(-1) };
	};

	it("has what a sync changed when the command ends", async () => {
		expect(await sync()).toMatchObject({
			status: 0,
			summary: { ok: true, targets: [{ name: "eox", pushed: expect.any(Number), lag: 0, error: null }] },
		});
		expect(await theirs()).toEqual(["one", "three", "two"]);
		cli.writeScene("archive/a/four.tif");
		const { status, stdout, stderr } = await cli.alone.run("sync", "SERIES");
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		expect(stdout).toMatch(/^Target eox: \d objects? pushed; in step\.$/m);
		expect(await theirs()).toContain("four");
		expect((await cli.run("sync", "SERIES")).stdout).toMatch(/^Target eox: in step\.$/m);
		const check = await cli.json("sync", "SERIES", "--check");
		expect(check.lines.at(-1)).toMatchObject({ targets: [] });
	});

	it("that is down fails no sync, unless that is asked for, and has the rest from the next one", async () => {
		await gate.shut();
		cli.writeScene("archive/a/five.tif");
		const { status, stderr } = await cli.alone.run("sync", "SERIES");
		expect(status).toBe(0);
		expect(stderr).toMatch(/^Target eox: .*cannot be reached.*; \d changes? waits?\.\n$/);
		expect(await sync("--strict-targets")).toMatchObject({
			status: 1,
			summary: { ok: false, targets: [{ name: "eox", pushed: 0, error: expect.stringMatching(/cannot be reached/) }] },
		});
		expect((await cli.run("targets", "test", "eox")).status).toBe(1);
		await gate.open();
		expect(await sync("--strict-targets")).toMatchObject({
			status: 0,
			summary: { targets: [{ lag: 0, error: null }] },
		});
		expect(await theirs()).toContain("five");
	});

	it("is tested, checked and pushed to by name", async () => {
		const tested = await cli.json("targets", "test", "eox");
		expect(tested.lines).toMatchObject([{ name: "eox", ok: true }]);
		expect(JSON.stringify(tested.lines)).toContain(`The storage archive is ${cli.folder}/archive there.`);
		const clean = await cli.json("targets", "check", "eox");
		expect(clean, JSON.stringify(clean.lines)).toMatchObject({ status: 0 });
		expect(clean.lines.at(-1)).toMatchObject({ type: "summary", kind: "check", state: "succeeded" });
		await eox.sql`update coverages_eoobject set begin_time = begin_time - interval '1 day' where identifier = 'one'`;
		const differs = await cli.run("targets", "check", "eox");
		expect(differs.status).toBe(1);
		expect(differs.stdout).toMatch(/^changed there {2}coverage one/m);
		expect(await cli.run("targets", "push", "eox", "--overwrite")).toMatchObject({ status: 0 });
		expect((await cli.run("targets", "check", "eox")).status).toBe(0);
		expect((await cli.run("targets", "accept", "eox", "--all", "--undo")).stdout).toBe(
			"Nothing of that is accepted and waits for a push.\n",
		);
		expect((await cli.run("targets", "pushes", "eox")).stdout).toMatch(/check +succeeded/);
	});

	it("holds a push that removes too much, and does it when it is approved", async () => {
		for (const name of ["one", "two"]) cli.remove(`archive/a/${name}.tif`);
		expect(await cli.run("sync", "SERIES", "--target-timeout", "0")).toMatchObject({ status: 3 });
		const [run] = await database.sql<{ id: number }[]>`select max(id) as id from runs`;
		const { status, stderr } = await cli.alone.run("apply", String(run?.id), "--approve", "moved to tape");
		expect(status).toBe(0);
		expect(stderr).toMatch(/^Target eox: push \d+ is held: 2 of \d .*would be removed/);
		expect(await theirs()).toContain("one");
		expect((await cli.run("targets", "differences", "eox")).stdout).toMatch(/removed {2}coverage one/);
		expect((await cli.run("targets", "approve", "eox", "")).status).toBe(2);
		expect(await cli.run("targets", "approve", "eox", "moved to tape")).toMatchObject({ status: 0 });
		expect(await theirs()).not.toContain("one");
		expect((await cli.run("targets", "reject", "eox", "not yet")).stderr).toMatch(
			/No push to eox waits for an approval/,
		);
	});
});

describe("a sync without targets", () => {
	it("says so by an empty list", async () => {
		cli.write("archive/none.txt", "");
		cli.write(
			"none.yaml",
			`storages: [{ name: other, type: local, root: ${JSON.stringify(`${cli.folder}/archive`)} }]\ncontainers: [{ id: EMPTY, kind: dataset-series, sources: [{ storage: other, path: none, include: ["*.tif"] }] }]\n`,
		);
		cli.write("archive/none/readme.txt", "");
		expect((await cli.run("configure", "none.yaml")).status).toBe(0);
		expect((await cli.json("sync", "EMPTY")).lines.at(-1)).toMatchObject({ targets: [] });
	});
});
