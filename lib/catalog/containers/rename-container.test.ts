import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { rejectionReasons } from "#lib/catalog/rejections/rejected-files.ts";
import { listRuns } from "#lib/catalog/runs/runs.ts";
import { type AppliedPart, partLines } from "#lib/cli/configuration/applied-part.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { currentContainers, currentIds } from "#lib/cli/configuration/former-containers.ts";
import { knownContainers, requestApply } from "#lib/jobs/requests/requests.ts";
import { purge } from "#lib/jobs/upkeep/purge.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { formerId, formerIdText } from "./former-ids.ts";
import { renameContainer } from "./rename-container.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	for (const name of ["a", "b"]) await bench.archive.scene(`in/${name}.tif`);
	await bench.container("ONE", [{ path: "in" }], { title: "First" });
});

const rename = (id: string, to: string) => renameContainer(bench.database, { id, to, actor: "tester" });
const who = { actor: "tester", trigger: "dashboard" } as const;

test("history, datasets and plans follow, and the EO ID that it had means the container", async () => {
	const first = await bench.run("ONE");
	await bench.archive.scene("in/c.tif");
	const plan = await bench.check("ONE");
	await rename("ONE", "UNO");
	expect(await containerDetail(bench.database, "ONE")).toBeNull();
	expect(await containerDetail(bench.database, "UNO")).toMatchObject({
		title: "First",
		datasets: 2,
		formerIds: [{ id: "ONE", container: "UNO", how: "renamed", run: null }],
	});
	const { rows } = await listRuns(bench.database, { container: "ONE", after: null, limit: 10 });
	expect(rows.map(({ run, container }) => [run, container])).toEqual([
		[plan.run, "UNO"],
		[first.run, "UNO"],
	]);
	await requestApply(bench.database, { run: plan.run, actor: "tester", approval: null });
	expect((await bench.execute(plan.run)).view).toMatchObject({ state: "succeeded", container: "UNO", added: 1 });
	expect((await bench.run("UNO")).summary).toEqual([]);
	expect(await knownContainers(bench.database, ["ONE", "UNO"])).toEqual(["UNO"]);
	expect(await currentIds(bench.database, ["ONE", "OTHER"])).toEqual(["UNO", "OTHER"]);
	const former = await formerId(bench.database, "ONE");
	expect(former && formerIdText(former)).toMatch(/^ONE is UNO since \d{4}-\d\d-\d\d$/);
	await bench.database.sql`
		insert into rejections (container_id, storage_id, path, directory, source_id, files, rule, code, reason, run_id)
		select container_id, storage_id, 'x.tif', '', id, '[]', '', 'no-time', 'It has no time.', ${first.run} from sources`;
	const filter = { ignored: false, search: "", container: "ONE" };
	expect(await rejectionReasons(bench.database, filter)).toMatchObject([{ files: 1 }]);
	expect(await violations(bench.database)).toEqual([]);
});

test("a former ID is taken, for containers and for datasets, until the container is purged", async () => {
	await bench.run("ONE");
	await rename("ONE", "UNO");
	await expect(bench.container("ONE", [{ path: "elsewhere" }])).rejects.toThrow(
		"The EO ID ONE is taken by the container UNO, whose former ID it is; choose another one.",
	);
	await bench.container("TWO", [{ path: "two" }]);
	await expect(rename("TWO", "ONE")).rejects.toThrow("taken by the container UNO, whose former ID it is");
	await bench.archive.scene("in/one.tif");
	const { changes } = await bench.run("UNO");
	expect(changes).toMatchObject([
		{
			action: "rejected",
			code: "duplicate-eo-id",
			reason: expect.stringContaining("the container UNO, whose former ID it is"),
		},
	]);
	// The database itself refuses it to whoever did not look.
	await expect(
		bench.database.sql`insert into containers (eo_id, kind) values ('ONE', 'dataset-series')`,
	).rejects.toThrow("ONE is a former ID");

	await deleteContainer(bench.database, { id: "UNO", ...who });
	await expect(rename("TWO", "ONE")).rejects.toThrow("whose former ID it is");
	// While it is deleted nobody is meant by it.
	expect(await formerId(bench.database, "ONE")).toBeNull();
	await bench.database.sql`update containers set deleted_at = now() - interval '1 year' where deleted_at is not null`;
	await purge(bench.database);
	await rename("TWO", "ONE");
	expect((await containerDetail(bench.database, "ONE"))?.formerIds).toMatchObject([{ id: "TWO" }]);
});

test("a container gets its own former IDs back, chains lead to its present one, and upper case is another EO ID", async () => {
	await rename("ONE", "one");
	await rename("one", "TWO");
	await rename("TWO", "THREE");
	for (const id of ["ONE", "one", "TWO"])
		expect(await formerId(bench.database, id)).toMatchObject({ container: "THREE" });
	await rename("THREE", "ONE");
	expect(await formerId(bench.database, "ONE")).toBeNull();
	expect((await containerDetail(bench.database, "ONE"))?.formerIds.map(({ id }) => id).sort()).toEqual([
		"THREE",
		"TWO",
		"one",
	]);
	await deleteContainer(bench.database, { id: "ONE", ...who });
	expect((await restoreContainer(bench.database, { id: "ONE", as: "TWO", ...who })).container).toBe("TWO");
	expect(await formerId(bench.database, "one")).toMatchObject({ container: "TWO" });
});

test("refuses what is taken, its own EO ID, and to wait for a run that is being applied", async () => {
	await bench.run("ONE");
	await bench.container("TWO", [{ path: "two" }]);
	await expect(rename("ONE", "TWO")).rejects.toThrow("taken by another container");
	await expect(rename("ONE", "A")).rejects.toThrow("taken by the dataset in/a.tif");
	await expect(rename("ONE", "ONE")).rejects.toThrow("is called ONE already");
	await expect(rename("NONE", "NEW")).rejects.toThrow("There is no container NONE.");
	const { sql } = bench.database;
	await sql`
		insert into runs (container_id, kind, trigger, actor, state, started_at, lease_owner, lease_until)
		select id, 'sync', 'dashboard', 'tester', 'applying', now(), 'worker', now() + interval '1 minute' from containers where eo_id = 'ONE'`;
	await expect(rename("ONE", "UNO")).rejects.toThrow("is being applied");
	await sql`update runs set state = 'scanning' where lease_owner = 'worker'`;
	await rename("ONE", "UNO");
	await expect(rename("ONE", "DUE")).rejects.toThrow(/^There is no container ONE: ONE is UNO since/);
});

test("a file that names a former ID means the renamed container and leaves its EO ID; --prune does not delete it", async () => {
	await bench.run("ONE");
	await rename("ONE", "UNO");
	const file = (ids: readonly string[]) =>
		parseConfiguration({
			text: `containers:\n${ids.map((id) => `  - { id: ${id}, kind: dataset-series, title: Of the file, sources: [{ storage: archive, path: in, include: ["*.tif"] }] }\n`).join("")}`,
			file: "/eosync.yaml",
			variable: () => undefined,
		});
	const lines: string[] = [];
	const say = async (part: AppliedPart) => void lines.push(...partLines(part, { isTrial: false }));
	const storages = { type: "local", root: bench.archive.root, name: "archive" } as const;
	const { keys, ...rest } = file(["ONE"]);
	const configuration = { ...rest, keys: { ...keys, storages: [["type", "root"]] }, storages: [storages] };
	expect(await applyConfiguration(bench.database, configuration, { prune: true, say })).toBe(true);
	expect(lines).toContain("container UNO: updated");
	expect(lines.filter((line) => line.includes("deleted"))).toEqual([]);
	expect(await containerDetail(bench.database, "UNO")).toMatchObject({ title: "Of the file", datasets: 2 });
	await expect(currentContainers(bench.database, file(["ONE", "UNO"]).containers)).rejects.toThrow(
		"the file names both: leave ONE out",
	);
});
