import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderCounts, listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { listRejections } from "#lib/catalog/containers/open-files.ts";
import { containerDatasetSorts, listDatasets } from "#lib/catalog/datasets/datasets.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import { matchesRun, noRunsFilter } from "#lib/catalog/runs/run-filter.ts";
import { countRunFacets, listProblems, listRuns, type RunsQuery } from "#lib/catalog/runs/runs.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { cursorOf, numberKey, pagingBy, textKey } from "./paging.ts";

let bench: Bench;
let run: number;
const names = ["100%.tif", "100_percent.tif", "a\\b.tif", "in/c.tif", "in/d.tif", "in/deep/e.tif", "in/é.tif", "z.tif"];

beforeAll(async () => {
	bench = await makeBench();
	for (const [i, name] of names.entries())
		await bench.archive.scene(name, { eoId: `ID_${i}`, begin: `200${i}-01-01T00:00:00Z` });
	for (const name of ["bad1.tif", "bad2.tif", "in/bad3.tif"]) await bench.archive.scene(name, { begin: null });
	await bench.container("S", [{}]);
	await bench.container("EMPTY", [{ include: ["nothing"] }]);
	({ run } = await bench.run("S"));
	await bench.archive.touch("z.tif");
	for (let i = 0; i < 4; i++) await bench.run("S");
	await bench.run("EMPTY");
});
afterAll(() => bench[Symbol.asyncDispose]());

/** All rows, page by page; each page but the last is full. */
async function readAll<T>(limit: number, read: (after: string | null) => Promise<Page<T>>): Promise<T[]> {
	const all: T[] = [];
	for (let after: string | null = null, first = true; first || after !== null; first = false) {
		const page: Page<T> = await read(after);
		all.push(...page.rows);
		if (page.next !== null) expect(page.rows).toHaveLength(limit);
		after = page.next;
	}
	return all;
}
const query = (more: object = {}) => changesQuery.parse(more);
const paths = (rows: readonly { readonly path: string }[]) => rows.map(({ path }) => path);

describe("listChanges", () => {
	test.each([1, 2, 3, 7, 11, 100])(
		"gives every row exactly once, in the order of folders, %i at a time",
		async (limit) => {
			const rows = await readAll(limit, (after) => listChanges(bench.database, run, query({ limit, after })));
			expect(rows).toHaveLength(names.length + 3);
			expect(new Set(rows.map(({ key }) => key)).size).toBe(names.length + 3);
			const whole = await listChanges(bench.database, run, query({ limit: 1000 }));
			expect(rows).toEqual(whole.rows);
			expect(whole).toMatchObject({ total: names.length + 3, next: null });
		},
	);

	test("filters by action, and counts what matches", async () => {
		const rejected = await listChanges(bench.database, run, query({ action: "rejected", limit: 2 }));
		expect(rejected).toMatchObject({ total: 3, next: expect.any(String) });
		expect(paths(rejected.rows)).toEqual(["bad1.tif", "bad2.tif"]);
		const rest = await listChanges(bench.database, run, query({ action: "rejected", limit: 2, after: rejected.next }));
		expect(rest).toMatchObject({ total: -1, next: null });
		expect(paths(rest.rows)).toEqual(["in/bad3.tif"]);
		expect((await listChanges(bench.database, run, query({ action: "moved" }))).total).toBe(0);
	});

	test.each([
		["%", ["100%.tif"]],
		["0_p", ["100_percent.tif"]],
		["\\", ["a\\b.tif"]],
		["IN/", ["in/bad3.tif", "in/c.tif", "in/d.tif", "in/é.tif", "in/deep/e.tif"]],
		["id_7", ["z.tif"]],
		["É", ["in/é.tif"]],
		["' or true --", []],
	])("searches for %s as it stands", async (search, expected) => {
		const { rows, total } = await listChanges(bench.database, run, query({ search }));
		expect(paths(rows).sort()).toEqual(expected.toSorted());
		expect(total).toBe(expected.length);
	});

	test("finds a row by its number, for a scroll bar", async () => {
		const { rows } = await listChanges(bench.database, run, query({ limit: 1000 }));
		const page = await listChanges(bench.database, run, query({ limit: 2, offset: 4 }));
		expect(page.rows).toEqual(rows.slice(4, 6));
	});

	test("never shows what is mere bookkeeping", async () => {
		const refreshed = await bench.database.sql`select run_id from changes where action = 'refreshed'`;
		expect(refreshed).toHaveLength(1);
		expect(await listChanges(bench.database, refreshed[0]?.run_id, query())).toMatchObject({ rows: [], total: 0 });
	});

	test("counts by folder", async () => {
		const counts = await folderCounts(bench.database, run, query());
		expect(counts.map(({ directory, counts: { added, rejected } }) => [directory, added, rejected])).toEqual([
			["", 4, 2],
			["in", 3, 1],
			["in/deep", 1, 0],
		]);
	});
});

describe("listDatasets", () => {
	test.each([1, 3, 8, 100])("gives every dataset once, by EO ID, %i at a time", async (limit) => {
		const rows = await readAll(limit, (after) => listDatasets(bench.database, "S", { search: "", after, limit }));
		expect(rows.map(({ id }) => id)).toEqual(names.map((_, i) => `ID_${i}`));
	});

	test.each(containerDatasetSorts)("gives every dataset once, ordered by %s, one or three at a time", async (sort) => {
		const read = (limit: number) =>
			readAll(limit, (after) => listDatasets(bench.database, "S", { search: "", after, limit, sort }));
		const rows = await read(3);
		const keyOf = {
			id: rows.map(({ id }) => id),
			begin: rows.map(({ begin }) => begin),
			end: rows.map(({ end }) => end),
			path: rows.map(({ path }) => path),
			read: rows.map(({ lastRead }) => lastRead),
		}[sort.replace("-", "") as "id"];
		const sorted = await bench.database.sql<
			{ key: string }[]
		>`select key from unnest(${keyOf}::text[]) key order by key`;
		const keys = sorted.map(({ key }) => key);
		expect(keyOf).toEqual(sort.startsWith("-") ? keys.reverse() : keys);
		expect(new Set(rows.map(({ id }) => id)).size).toBe(names.length);
		expect(await read(1)).toEqual(rows);
	});

	test("a cursor of another order is refused where it is no place in this one", async () => {
		const { next } = await listDatasets(bench.database, "S", { search: "", limit: 2, sort: "path" });
		await expect(
			listDatasets(bench.database, "S", { search: "", limit: 2, sort: "begin", after: next }),
		).rejects.toThrow("position in the list");
	});

	test("says what a dataset is", async () => {
		const { rows } = await listDatasets(bench.database, "S", { search: "in/c" });
		expect(rows).toMatchObject([
			{
				id: "ID_3",
				storage: "archive",
				path: "in/c.tif",
				metadataPaths: ["in/c.xml"],
				memberPaths: [],
				size: [4, 4],
				begin: "2003-01-01T00:00:00Z",
			},
		]);
	});

	test("searches as it stands, and by time; knows nothing of other containers", async () => {
		const ids = async (filter: object, container = "S") => {
			const { rows, total } = await listDatasets(bench.database, container, { search: "", ...filter });
			expect(total).toBe(rows.length);
			return rows.map(({ id }) => id);
		};
		expect(await ids({ search: "%" })).toEqual(["ID_0"]);
		expect(await ids({ search: "0_P" })).toEqual(["ID_1"]);
		expect(await ids({ begin: "2002-06-01T00:00:00Z", end: "2004-01-01T00:00:00Z" })).toEqual(["ID_3", "ID_4"]);
		expect(await ids({}, "EMPTY")).toEqual([]);
		expect(await ids({}, "UNKNOWN")).toEqual([]);
	});
});

describe("other lists", () => {
	test("listRuns: newest first, of one container or of all", async () => {
		const read = (container?: string) =>
			readAll(2, (after) => listRuns(bench.database, { after, limit: 2, ...(container ? { container } : {}) }));
		const all = (await read()).map(({ run }) => run);
		expect(all).toHaveLength(6);
		expect(all).toEqual(all.toSorted((a, b) => b - a));
		expect(await read("S")).toHaveLength(5);
		expect((await read("EMPTY")).map(({ container }) => container)).toEqual(["EMPTY"]);
		expect(await read("UNKNOWN")).toEqual([]);
	});

	test("listRuns: what matches, and how many there are of what it could be narrowed to", async () => {
		const numbers = async (query: RunsQuery) => {
			const { rows, total } = await listRuns(bench.database, query);
			expect(total).toBe(rows.length);
			return rows.map(({ run, state, container }) => `${run} ${state} ${container}`);
		};
		const { rows } = await listRuns(bench.database, {});
		for (const filter of [
			{ search: "emp" },
			{ search: "%" },
			{ state: ["succeeded"] },
			{ state: ["held", "succeeded"] },
			{ trigger: ["schedule"] },
			{ trigger: ["schedule", "command-line", "dashboard"] },
			{ show: "with changes" },
			{ show: "needs attention" },
			{ since: "2000-01-01", until: "2999-12-31" },
			{ until: "2000-01-01" },
		] as const) {
			const expected = rows.filter((run) => matchesRun(run, { ...noRunsFilter, ...filter }));
			expect(await numbers(filter), JSON.stringify(filter)).toEqual(
				expected.map(({ run, state, container }) => `${run} ${state} ${container}`),
			);
		}
		const { trigger, actor, state } = await countRunFacets(bench.database, { state: ["partial", "failed"] });
		expect(Object.values(state)).toEqual([6]);
		expect(trigger).toEqual({});
		expect(actor).toEqual({});
		const several = await countRunFacets(bench.database, { state: ["succeeded", "failed"] });
		expect(Object.values(several.trigger)).toEqual([6]);
		const all = await countRunFacets(bench.database, { search: "s" });
		expect([all.trigger, all.actor, all.state].map((counts) => Object.values(counts))).toEqual([[5], [5], [5]]);
	});

	test("listRejections: by path, each once", async () => {
		const rows = await readAll(1, (after) => listRejections(bench.database, "S", { after, limit: 1 }));
		expect(rows.map(({ path, code }) => [path, code])).toEqual(
			["bad1.tif", "bad2.tif", "in/bad3.tif"].map((path) => [path, "no-time"]),
		);
	});

	test("listProblems: in the order they were met", async () => {
		for (let i = 0; i < 5; i++)
			await bench.database
				.sql`insert into problems (run_id, path, code, message) values (${run}, ${`p${i}`}, 'io', 'broken')`;
		const rows = await readAll(2, (after) => listProblems(bench.database, run, { after, limit: 2 }));
		expect(paths(rows)).toEqual(["p0", "p1", "p2", "p3", "p4"]);
	});

	test("a position that is none of ours is refused", () => {
		const { keyOf, pageOf } = pagingBy(textKey, numberKey);
		const { next } = pageOf(["a", "é", "z"], 2, (text) => [text, 7]);
		expect(keyOf(next)).toEqual(["é", 7]);
		expect(pageOf(["a", "é"], 2, (text) => [text, 7]).next).toBeNull();
		for (const first of [null, undefined, ""]) expect(keyOf(first)).toEqual([]);
		const keys = [[], ["a"], ["a", 1, 1], [1, 1], ["a", "1"], ["a", 1.5], ["a", -1], ["a", 2 ** 53], ["a", null]];
		const bad = [...keys, ["a\0", 1], ["\ud800", 1], [["a"], 1], { 0: "a", 1: 1 }].map((key) =>
			cursorOf(key as unknown[]),
		);
		for (const cursor of ["%%%", "bnVsbA", ...bad])
			expect(() => keyOf(cursor), cursor).toThrow("The position in the list is not valid; read it from the beginning.");
	});
});
