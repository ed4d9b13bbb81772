import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { planSelection } from "#lib/catalog/inputs.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { findDatasets } from "#lib/catalog/search/find-datasets.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { purge } from "#lib/jobs/upkeep/purge.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { datasetDetail } from "./dataset-detail.ts";
import { datasetLife } from "./dataset-life.ts";
import { findDataset, searchDatasets } from "./dataset-search.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
beforeEach(() => emptyBench(bench));
afterAll(() => bench[Symbol.asyncDispose]());

const life = async (dataset: number) => (await datasetLife(bench.database, dataset, {})).rows;
async function numberOf(eoId: string): Promise<number> {
	const dataset = await findDataset(bench.database, eoId);
	if (dataset === null) throw new Error(`There is no ${eoId}.`);
	return dataset;
}
const found = async (search: string) => (await searchDatasets(bench.database, { search })).rows;

/** Added, updated, moved, linked to another container, unlinked from it, removed, and restored. */
async function eventfulLife() {
	const { archive } = bench;
	await archive.scene("a/x.tif", { eoId: "X" });
	await archive.scene("a/y.tif", { eoId: "Y" });
	await bench.container("S", [{}]);
	await bench.run("S", { actor: "ada" });
	await archive.scene("a/x.tif", { eoId: "X", at: [20, 40] });
	await bench.run("S");
	await archive.rename("a/x.tif", "b/x.tif");
	await archive.rename("a/x.xml", "b/x.xml");
	await bench.run("S");
	await bench.container("T", [{ path: "b" }]);
	await bench.run("T");
	await bench.container("T", [{ path: "b", include: ["z*"] }]);
	await bench.run("T", { approval: "they moved on" });
	await archive.rename("b", ".b");
	await bench.run("S", { actor: "cron", trigger: "schedule", approval: "it is all right" });
}

describe("the life of a dataset", () => {
	test("has what happened, by whom and whose run, the latest first", async () => {
		await eventfulLife();
		const dataset = await numberOf("X");
		await bench.archive.rename(".b", "b");
		await bench.run("S");
		const events = await life(dataset);
		expect(
			events.map(({ action, container, restored }) => `${action} ${container}${restored ? " again" : ""}`),
		).toEqual(["added S again", "removed S", "unlinked T", "linked T", "moved S", "updated S", "added S"]);
		expect(events[1]).toMatchObject({
			actor: "cron",
			trigger: "schedule",
			reason: "the file is gone",
			approval: { reason: "it is all right", by: "cron" },
			path: "b/x.tif",
		});
		expect(events[4]).toMatchObject({ fromPath: "a/x.tif", path: "b/x.tif" });
		expect(events[5]?.fields).toHaveProperty("footprint");
		const corner = (footprint: unknown) => JSON.stringify(footprint).includes("[20,40]");
		expect([corner(events[5]?.footprint.before), corner(events[5]?.footprint.after)]).toEqual([false, true]);
		expect(events[6]).toMatchObject({ actor: "ada", reason: null, footprint: { before: null } });
	});

	test("comes in pages without gaps", async () => {
		await eventfulLife();
		const dataset = await numberOf("X");
		const all = await life(dataset);
		const read: string[] = [];
		for (let after: string | null = null, more = true; more; more = after !== null) {
			const page = await datasetLife(bench.database, dataset, { after, limit: 1 });
			expect(page).toMatchObject({ total: all.length, rows: [expect.anything()] });
			read.push(...page.rows.map(({ action }) => action));
			after = page.next;
		}
		expect(read).toEqual(all.map(({ action }) => action));
	});

	test("has no plan as if it were done, but says which run would do what", async () => {
		await bench.archive.scene("x.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("x.tif");
		const { run } = await bench.check("S");
		const dataset = await numberOf("X");
		expect(await life(dataset)).toHaveLength(1);
		expect(await datasetDetail(bench.database, dataset)).toMatchObject({
			standing: "registered",
			planned: [{ run, container: "S", action: "removed", state: "held" }],
		});
	});
});

describe("a dataset", () => {
	test("says what it is, where, and by which sources", async () => {
		await bench.archive.scene("a/x.tif");
		await bench.container("S", [{ path: "a" }], { title: "Scenes" });
		const { run } = await bench.run("S", { actor: "ada" });
		const detail = await datasetDetail(bench.database, await numberOf("X"));
		expect(detail).toMatchObject({
			id: "X",
			standing: "registered",
			path: "a/x.tif",
			storage: "archive",
			added: { run, by: "ada", container: "S", trigger: "command-line" },
			removed: null,
			state: { id: "X", metadataPaths: ["a/x.xml"], size: [4, 4] },
			files: [
				{ name: "x.tif", role: "data" },
				{ name: "x.xml", role: "metadata" },
			],
			containers: [{ id: "S", title: "Scenes", source: "archive:a", isHome: true, rejected: null, missingSince: null }],
			planned: [],
			namesakes: [],
		});
	});

	test("says why its file as it is now cannot be read", async () => {
		await bench.archive.scene("x.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.write("x.tif", "no TIFF");
		await bench.run("S");
		const detail = await datasetDetail(bench.database, await numberOf("X"));
		expect(detail?.containers).toMatchObject([{ rejected: { code: expect.any(String), reason: expect.any(String) } }]);
		expect(detail?.state?.size).toEqual([4, 4]);
		expect((await life(detail?.dataset ?? 0))[0]).toMatchObject({ action: "rejected" });
	});

	test("that was removed says when and by whom; another one may have its EO ID by now", async () => {
		await eventfulLife();
		const dataset = await numberOf("X");
		const detail = await datasetDetail(bench.database, dataset);
		expect(detail).toMatchObject({
			standing: "archived",
			removed: { by: "cron", trigger: "schedule", container: "S", run: expect.any(Number) },
			containers: [],
			state: { id: "X" },
		});
		await bench.archive.scene("c/other.tif", { eoId: "X" });
		await bench.run("S");
		const other = await numberOf("X");
		expect(other).not.toBe(dataset);
		expect((await datasetDetail(bench.database, other))?.namesakes).toEqual([
			{ dataset, standing: "archived", path: "b/x.tif" },
		]);
	});

	test("that was given another EO ID is found by the one that it had, also when it is gone and forgotten", async () => {
		const { archive, database } = bench;
		await archive.scene("a/x.tif", { eoId: "OLD_NAME" });
		await archive.scene("a/y.tif", { eoId: "Y" });
		await bench.container("S", [{}]);
		await bench.run("S");
		const dataset = await numberOf("OLD_NAME");
		await archive.scene("a/x.tif", { eoId: "NEW" });
		const { run } = await bench.run("S");
		const former = { id: "OLD_NAME", until: expect.any(String), run };
		expect(await datasetDetail(database, dataset)).toMatchObject({ id: "NEW", formerIds: [former] });
		expect(await numberOf("OLD_NAME")).toBe(dataset);
		for (const text of ["OLD_N", "old_name", "d_nam", "b/OLD_NAME.tif"])
			expect(await found(text), text).toMatchObject([{ dataset, id: "NEW", formerId: "OLD_NAME" }]);
		expect(await found("NEW")).toMatchObject([{ dataset, formerId: null }]);
		const listed = await findDatasets(database, readDatasetQuery({ search: "old_name" }), {
			limit: 9,
			timeoutMs: 5000,
		});
		expect(listed.rows).toMatchObject([{ dataset, id: "NEW" }]);

		// Another one that has it now comes first.
		await archive.scene("b/new.tif", { eoId: "OLD_NAME" });
		await bench.run("S");
		expect(await found("OLD_NAME")).toMatchObject([{ formerId: null }, { dataset, formerId: "OLD_NAME" }]);
		expect(await numberOf("OLD_NAME")).not.toBe(dataset);

		await archive.remove("b/new.tif");
		await archive.remove("a/x.tif");
		await bench.run("S", { approval: "all of it" });
		await database.sql`update datasets set archived_at = archived_at - interval '91 days' where id = ${dataset}`;
		await purge(database);
		expect(await datasetDetail(database, dataset)).toMatchObject({ standing: "forgotten", formerIds: [former] });
		expect(await found("OLD_NAM")).toMatchObject([{ standing: "archived" }, { dataset, standing: "forgotten" }]);
	});

	test("that has its EO ID back has no former one", async () => {
		const { archive, database } = bench;
		await archive.scene("x.tif", { eoId: "X" });
		await bench.container("S", [{}]);
		await bench.run("S");
		const dataset = await numberOf("X");
		await archive.scene("x.tif", { eoId: "Z" });
		await bench.run("S");
		await archive.scene("x.tif", { eoId: "X" });
		await bench.run("S");
		expect(await datasetDetail(database, dataset)).toMatchObject({ id: "X", formerIds: [{ id: "Z" }] });
	});

	test("whose retention time is over keeps one line, with the name of who removed it even when the run is gone", async () => {
		await eventfulLife();
		const dataset = await numberOf("X");
		const { sql } = bench.database;
		await sql`update datasets set archived_at = archived_at - interval '91 days' where id = ${dataset}`;
		await sql`update runs set finished_at = finished_at - interval '91 days'`;
		await purge(bench.database);
		expect(await numberOf("X")).toBe(dataset);
		const detail = await datasetDetail(bench.database, dataset);
		const line = { id: "X", standing: "forgotten", storage: "archive", path: "b/x.tif", state: null, files: [] };
		const removed = { by: "cron", container: "S", run: expect.any(Number) };
		expect(detail).toMatchObject({ ...line, added: { by: "ada" }, removed });
		await sql`delete from runs`;
		expect(await datasetDetail(bench.database, dataset)).toMatchObject({
			...line,
			added: { by: null },
			removed: { ...removed, trigger: null },
		});
		expect(await found("X")).toMatchObject([
			{ dataset, standing: "forgotten", removed: { by: "cron" }, containers: ["S"] },
		]);
		expect(await life(dataset)).toEqual([]);
	});

	test("says what operators keep out of plans of it, by its file as it is and as it would be", async () => {
		const { archive, database } = bench;
		for (const path of ["a.tif", "b.tif", "c.tif"]) await archive.scene(path);
		await bench.container("S", [{}]);
		await bench.run("S");
		await archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
		for (const end of ["tif", "xml"]) await archive.rename(`b.${end}`, `new/b.${end}`);
		const { run } = await bench.check("S");
		const selection = planSelection.parse({ except: ["*.tif"], keepOut: { until: "for-good", note: "not yet" } });
		await requestApply(database, { run, actor: "olga", approval: null, selection });
		await bench.execute(run);
		const exceptionsOf = async (eoId: string) => (await datasetDetail(database, await numberOf(eoId)))?.exceptions;
		const kept = { container: "S", until: "for-good", note: "not yet", by: "olga", run };
		expect(await exceptionsOf("A")).toMatchObject([{ ...kept, action: "updated" }]);
		expect(await exceptionsOf("B")).toMatchObject([{ ...kept, action: "moved" }]);
		expect(await exceptionsOf("C")).toEqual([]);
	});

	test("that never was is none", async () => {
		expect(await datasetDetail(bench.database, 4711)).toBeNull();
		expect(await findDataset(bench.database, "4711")).toBeNull();
		expect(await findDataset(bench.database, "NOBODY")).toBeNull();
	});
});

describe("the search over all containers", () => {
	const ids = async (search: string) =>
		(await found(search)).map(({ id, removed }) => (removed === null ? id : `${id} gone`));

	test.each([
		["MER_A", ["MER_A", "MER_A2"]],
		["er_a", ["MER_A", "MER_A2"]],
		["deep/mer_a2.tif", ["MER_A2"]],
		["archive:deep/mer_a2", ["MER_A2"]],
		["mer_gone", ["MER_GONE gone"]],
		["MER_GONE", ["MER_GONE gone"]],
		["somewhere/MER_GONE.tif", ["MER_GONE gone"]],
		["%", ["P gone"]],
		["R_", ["MER_A", "MER_A2", "MER_GONE gone"]],
		["' or true --", []],
		["   ", []],
	])("for %s", async (search, expected) => {
		await bench.archive.scene("deep/mer_a.tif");
		await bench.archive.scene("deep/mer_a2.tif");
		await bench.archive.scene("mer_gone.tif");
		await bench.archive.scene("100%.tif", { eoId: "P" });
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("mer_gone.tif");
		await bench.archive.remove("100%.tif");
		await bench.run("S", { approval: "yes" });
		expect(await ids(search)).toEqual(expected);
	});

	test("tells who removed what, and when, at once", async () => {
		await eventfulLife();
		const [row] = await found("X");
		const { removed } = (await datasetDetail(bench.database, await numberOf("X"))) ?? {};
		expect(row).toMatchObject({ standing: "archived", containers: ["S"], removed: { by: "cron", run: removed?.run } });
		expect(Date.parse(row?.removed?.at ?? "")).toBe(Math.floor(Date.parse(removed?.at ?? "") / 1000) * 1000);
	});

	test("is bounded, exact EO IDs first, also of what is gone", async () => {
		for (let i = 0; i < 6; i++) await bench.archive.scene(`n${i}.tif`);
		await bench.archive.scene("n.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("n.tif");
		await bench.run("S", { approval: "yes" });
		const { rows, complete } = await searchDatasets(bench.database, { search: "N", limit: 3 });
		expect(rows.map(({ id }) => id)).toEqual(["N", "N0", "N1"]);
		expect(complete).toBe(true);
	});
});
