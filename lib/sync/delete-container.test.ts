import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deleteStorage } from "#lib/catalog/configuration.ts";
import { containerDetail, listContainers } from "#lib/catalog/containers/containers.ts";
import { deletionEffect, deletionSentence, listDeletedContainers } from "#lib/catalog/containers/deleted-containers.ts";
import { requestRevert, requestRuns } from "#lib/jobs/requests/requests.ts";
import { purge } from "#lib/jobs/upkeep/purge.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { deleteContainer, restoreContainer } from "./delete-container.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const who = { actor: "tester", trigger: "dashboard" } as const;
const remove = (id: string) => deleteContainer(bench.database, { id, ...who });

async function restore(id: string, as?: string) {
	const { run } = await restoreContainer(bench.database, { id, as, ...who });
	return bench.execute(run);
}

/** ONE has a, b and the rejected r; TWO has b. */
async function two() {
	for (const name of ["a", "b"]) await bench.archive.scene(`in/${name}.tif`);
	await bench.archive.scene("in/r.tif", { begin: null });
	await bench.container("ONE", [{ path: "in", rangeType: "FIRST" }], { title: "First", retentionDays: 30 });
	await bench.container("TWO", [{ path: "in", include: ["b*.tif"] }]);
	await bench.run("ONE");
	await bench.run("TWO");
}

const everything = async () => ({
	registered: await bench.registered(),
	one: (await containerDetail(bench.database, "ONE"))?.input,
	rejected: (await containerDetail(bench.database, "ONE"))?.rejected,
	footprint: (await containerDetail(bench.database, "ONE"))?.footprint,
});

test("a deletion says before what it archives, is a run, and can be taken back whole", async () => {
	await two();
	const before = await everything();
	const effect = await deletionEffect(bench.database, "ONE");
	expect(effect).toMatchObject({ datasets: 2, onlyHere: 1, rejectedElsewhere: 0 });
	expect(effect && deletionSentence(effect)).toBe(
		"It has 2 datasets; 1 is in no other container and will be archived.",
	);
	const run = await remove("ONE");
	expect(await bench.changes(run)).toMatchObject([
		{ action: "removed", path: "in/a.tif", outcome: "applied" },
		{ action: "unlinked", path: "in/b.tif", outcome: "applied" },
	]);
	expect(await bench.registered()).toEqual(["in/b.tif: B in TWO"]);
	expect((await listContainers(bench.database)).map(({ id }) => id)).toEqual(["TWO"]);
	expect(await listDeletedContainers(bench.database)).toMatchObject([
		{ id: "ONE", title: "First", deletedBy: "tester", datasets: 2, run },
	]);
	expect(await violations(bench.database)).toEqual([]);
	await expect(requestRuns(bench.database, { containers: ["ONE"], kind: "sync", ...who })).rejects.toThrow(
		"There is no container ONE",
	);
	await expect(requestRevert(bench.database, { run, ...who })).rejects.toThrow("restore the container instead");
	// The home of what stays is the other container's from now on, whose rules differ.
	expect((await bench.run("TWO")).summary).toEqual(["updated in/b.tif"]);

	expect((await restore("ONE")).view.state).toBe("succeeded");
	expect(await everything()).toEqual(before);
	expect(await violations(bench.database)).toEqual([]);
	expect((await bench.run("ONE")).summary).toEqual([]);
	expect(await listDeletedContainers(bench.database)).toEqual([]);
});

test("the EO ID is free meanwhile; where it is taken the container is restored under another one", async () => {
	await two();
	await remove("ONE");
	await bench.container("ONE", [{ path: "elsewhere" }]);
	await expect(restore("ONE")).rejects.toThrow("taken by another container");
	await restore("ONE", "FORMER");
	expect(await bench.registered()).toEqual(["in/a.tif: A in FORMER", "in/b.tif: B in FORMER TWO"]);
	await expect(restore("ONE")).rejects.toThrow("There is no deleted container ONE.");
});

test("what changed in the archive meanwhile is found by the next sync", async () => {
	await two();
	await remove("ONE");
	await bench.archive.remove("in/a.tif");
	await bench.archive.scene("in/c.tif");
	await restore("ONE");
	expect((await bench.run("ONE")).summary).toEqual(["removed in/a.tif", "updated in/b.tif", "added in/c.tif"]);
});

test("of several that had the same EO ID the one that is meant comes back", async () => {
	for (const title of ["First", "Second"]) {
		await bench.container("ONE", [], { title });
		await remove("ONE");
	}
	const [second, first] = await listDeletedContainers(bench.database);
	expect([second?.title, first?.title]).toEqual(["Second", "First"]);
	await restoreContainer(bench.database, { id: "ONE", deletion: first?.run, ...who });
	expect((await containerDetail(bench.database, "ONE"))?.title).toBe("First");
	await expect(
		restoreContainer(bench.database, { id: "ONE", as: "OTHER", deletion: first?.run, ...who }),
	).rejects.toThrow("There is no deleted container ONE.");
});

test("the storage stays as long as the container can be restored; then both go", async () => {
	await bench.archive.scene("a.tif");
	await bench.container("ONE", [{}], { retentionDays: 30 });
	await bench.run("ONE");
	await remove("ONE");
	await expect(deleteStorage(bench.database, "archive")).rejects.toThrow(
		"the deleted container ONE, which can be restored until",
	);
	await bench.database.sql`update containers set deleted_at = now() - interval '31 days'`;
	await purge(bench.database);
	expect(await bench.database.sql`select from containers`).toHaveLength(0);
	expect(await bench.database.sql`select from runs`).toHaveLength(0);
	await expect(restore("ONE")).rejects.toThrow("There is no deleted container ONE.");
});

test("what waits of a container that is deleted is cancelled; a run at work refuses it", async () => {
	await two();
	const { sql } = bench.database;
	const [first] = await sql`select id from containers where eo_id = 'ONE'`;
	const [waiting] =
		await sql`insert into runs (container_id, kind, trigger, actor, state) values (${first?.id}, 'sync', 'dashboard', 'me', 'reading') returning id`;
	await expect(remove("ONE")).rejects.toThrow("A run of ONE is active;");
	await sql`update runs set state = 'queued' where id = ${waiting?.id}`;
	await remove("ONE");
	expect(await sql`select state from runs where id = ${waiting?.id}`).toEqual([{ state: "cancelled" }]);
});
