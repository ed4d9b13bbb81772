import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { datasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import { datasetLife } from "#lib/catalog/lives/dataset-life.ts";
import { findDataset } from "#lib/catalog/lives/dataset-search.ts";
import { deleteContainer } from "#lib/sync/delete-container.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { requestRevert } from "./requests.ts";
import { requestDatasetRestoration } from "./restore-dataset.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
beforeEach(async () => {
	await emptyBench(bench);
	await bench.archive.scene("a/x.tif", { eoId: "X" });
	await bench.archive.scene("a/y.tif", { eoId: "Y" });
	await bench.container("S", [{}]);
	await bench.container("T", [{ path: "a" }]);
	await bench.run("S");
	await bench.run("T");
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Removes X and gives its number. */
async function removed(): Promise<number> {
	await bench.archive.rename("a/x.tif", ".x");
	await bench.run("S", { approval: "it is half of them" });
	expect(await bench.registered()).toEqual(["a/y.tif: Y in S T"]);
	return numberOf("X");
}
async function numberOf(eoId: string): Promise<number> {
	return (await findDataset(bench.database, eoId)) ?? 0;
}
const request = (dataset: number) =>
	requestDatasetRestoration(bench.database, { dataset, actor: "ada", trigger: "dashboard" });
const stateOf = async (id: string) => (await containerViews(bench.database, [id]))[0]?.state;

test("a dataset whose files are as they were is back in all its containers, by a run of its own", async () => {
	const dataset = await removed();
	await bench.archive.rename(".x", "a/x.tif");
	const { run } = await request(dataset);
	const { view, summary } = await bench.execute(run);
	expect(view).toMatchObject({ kind: "restore", state: "succeeded", added: 1, actor: "ada" });
	expect(summary).toEqual(["added a/x.tif"]);
	expect(await bench.registered()).toEqual(["a/x.tif: X in S T", "a/y.tif: Y in S T"]);
	const [first] = (await datasetLife(bench.database, dataset, {})).rows;
	expect(first).toMatchObject({ action: "added", restored: true, kind: "restore", run, actor: "ada" });
	expect(await datasetDetail(bench.database, dataset)).toMatchObject({ standing: "registered", dataset });
	expect(await stateOf("S")).toBe("in sync");
	expect(await violations(bench.database)).toEqual([]);
	// The next sync finds that the archive agrees.
	expect((await bench.run("S")).summary).toEqual([]);
});

test("the next sync removes it again when the archive does not have it by then", async () => {
	const dataset = await removed();
	await bench.archive.rename(".x", "a/x.tif");
	await bench.execute((await request(dataset)).run);
	await bench.archive.remove("a/x.tif");
	expect((await bench.run("S", { approval: "yes" })).summary).toEqual(["removed a/x.tif"]);
});

test("without its file, or with another one, nothing is changed, and the reason is told; the container is as it was", async () => {
	const dataset = await removed();
	const before = await stateOf("S");
	const { view } = await bench.execute((await request(dataset)).run);
	expect(view).toMatchObject({
		state: "failed",
		error: { code: "not-restored", message: "X was not restored: x.tif is gone. Nothing was changed." },
	});
	expect(await stateOf("S")).toBe(before);
	await bench.archive.scene("a/x.tif", { eoId: "X" });
	const again = await bench.execute((await request(dataset)).run);
	expect(again.view.error?.message).toBe("X was not restored: x.tif changed. Nothing was changed.");
	expect(await bench.registered()).toEqual(["a/y.tif: Y in S T"]);
});

test("it is refused while it is registered, when its EO ID or file is another's, its container is gone, or nothing is kept of it", async () => {
	await expect(request(await numberOf("Y"))).rejects.toThrow("Y is registered: there is nothing to restore.");
	await expect(request(4711)).rejects.toThrow("There is no such dataset any more");
	const dataset = await removed();
	await bench.archive.scene("b/z.tif", { eoId: "X" });
	await bench.run("S");
	await expect(request(dataset)).rejects.toThrow(/its EO ID or its file is that of the dataset \d+, b\/z\.tif by now/);
	await bench.archive.remove("b/z.tif");
	await bench.run("S", { approval: "yes" });
	await bench.database.sql`update datasets set archived_at = archived_at - interval '91 days'`;
	await expect(request(dataset)).rejects.toThrow("its retention time is over");
	await bench.database
		.sql`update datasets set archived_at = archived_at + interval '91 days' where archived_at is not null`;
	await deleteContainer(bench.database, { id: "S", actor: "ada", trigger: "dashboard" });
	await expect(request(dataset)).rejects.toThrow("X went with its container S: restore the container instead.");
});

test("it is refused when no pattern matches its file any more", async () => {
	await bench.container("T", []);
	await bench.run("T", { approval: "yes" });
	await bench.container("S", [{ include: ["y*"] }]);
	await bench.run("S", { approval: "yes" });
	const dataset = await numberOf("X");
	expect(await datasetDetail(bench.database, dataset)).toMatchObject({ standing: "archived" });
	await expect(request(dataset)).rejects.toThrow("no pattern of its source in S matches a/x.tif any more");
});

test("it waits for no run that is at work, and can itself be taken back", async () => {
	const dataset = await removed();
	await bench.archive.rename(".x", "a/x.tif");
	const { run } = await request(dataset);
	await expect(request(dataset)).rejects.toThrow("A run of S is active");
	await bench.execute(run);
	const revert = await requestRevert(bench.database, { run, actor: "ada", trigger: "dashboard" });
	expect((await bench.execute(revert.run)).summary).toEqual(["removed a/x.tif"]);
	expect(await violations(bench.database)).toEqual([]);
});
