import { chmod, rename } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listProblems } from "#lib/catalog/runs/runs.ts";
import { becomeNobody } from "#lib/storage/local/bench.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const problems = async (run: number) =>
	(await listProblems(bench.database, run, {})).rows.map(({ path, code }) => `${path}: ${code}`);

/** Root reads everything: so the test is another user for a while, with all connections to the database open already. */
async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
	await Promise.all(Array.from({ length: 5 }, () => bench.database.sql`select pg_sleep(0.2)`));
	becomeNobody();
	try {
		return await work();
	} finally {
		if (process.getuid?.() === 0) process.seteuid?.(0);
	}
}

describe("rule 10: the container's summary", () => {
	const summary = async (id: string) =>
		(
			await bench.database.sql`
			select dataset_count as count, begin_time as begin, end_time as "end", footprint->'coordinates' as polygons from containers where eo_id = ${id}`
		)[0];

	test("follows every change, in every container that it touches", async () => {
		await bench.archive.scene("a.tif", { at: [0, 1], begin: "2001-01-01T00:00:00Z" });
		await bench.archive.scene("b.tif", { at: [5, 1], begin: "2002-01-01T00:00:00Z", end: "2003-01-01T00:00:00Z" });
		await bench.container("S", [{}]);
		await bench.container("T", [{}]);
		await bench.run("S");
		await bench.run("T");
		const both = await summary("S");
		expect(both).toMatchObject({ count: 2, begin: "2001-01-01T00:00:00Z", end: "2003-01-01T00:00:00Z" });
		expect(both?.polygons).toHaveLength(2);
		expect(await summary("T")).toEqual(both);

		await bench.archive.scene("c.tif", { at: [10, 1], begin: "2005-01-01T00:00:00Z" });
		await bench.run("S");
		expect(await summary("S")).toMatchObject({ count: 3, end: "2005-01-01T00:00:00Z" });
		expect((await summary("S"))?.polygons).toHaveLength(3);
		expect(await summary("T")).toEqual(both);

		await bench.archive.scene("b.tif", { at: [1, 1], begin: "2002-01-01T00:00:00Z" });
		await bench.run("S");
		expect(await summary("T")).toMatchObject({ count: 2, end: "2002-01-01T00:00:00Z" });
		expect((await summary("T"))?.polygons).toHaveLength(1);

		await bench.archive.remove("a.tif");
		await bench.run("S");
		expect(await summary("T")).toMatchObject({ count: 1, begin: "2002-01-01T00:00:00Z" });
		expect(await summary("S")).toMatchObject({ count: 2, begin: "2002-01-01T00:00:00Z" });

		await bench.container("S", [{ exclude: ["c*"] }]);
		await bench.run("S");
		expect(await summary("S")).toMatchObject({ count: 1, end: "2002-01-01T00:00:00Z" });
	});

	test("a container that became empty keeps its last one", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		const before = await summary("S");
		await bench.archive.remove("a.tif");
		await bench.run("S", { approval: "on purpose" });
		expect(await summary("S")).toEqual({ ...before, count: 0 });
		await bench.archive.scene("b.tif", { at: [40, 40], begin: "2011-01-01T00:00:00Z" });
		await bench.run("S");
		expect(await summary("S")).toMatchObject({ count: 1, begin: "2011-01-01T00:00:00Z" });
		expect((await summary("S"))?.polygons).toHaveLength(1);
	});
});

describe("rule 11: never lose data to a bad listing", () => {
	beforeEach(async () => {
		for (const path of ["one/a.tif", "one/sub/b.tif", "two/c.tif"]) await bench.archive.scene(path);
	});
	const all = ["one/a.tif: A in S", "one/sub/b.tif: B in S", "two/c.tif: C in S"];

	test("a missing root fails the run, its datasets stay", async () => {
		await bench.container("S", [{ path: "one" }]);
		await bench.run("S");
		await bench.archive.rename("one", ".one");
		const { view, run } = await bench.run("S");
		expect(view).toMatchObject({ state: "failed", error: { code: "unreachable" }, removed: 0 });
		expect(await problems(run)).toEqual(["one: not-found"]);
		expect(await bench.registered()).toEqual(all.slice(0, 2));
		await bench.archive.rename(".one", "one");
		expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	});

	test("a storage whose own root is missing is not reached, also for the other containers on it; a folder of it is not the storage", async () => {
		const unreached = async () =>
			(
				await bench.database.sql`select unreachable_reason as reason from storages where unreachable_since is not null`
			).map(({ reason }) => String(reason));
		await bench.container("S", [{ path: "one" }]);
		await bench.archive.rename("one", ".one");
		await bench.run("S");
		expect(await unreached()).toEqual([]);
		await bench.container("W", [{}]);
		const root = bench.archive.at("").replace(/\/$/, "");
		await rename(root, `${root}.away`);
		await bench.run("W");
		expect(await unreached()).toEqual([expect.stringContaining("ENOENT")]);
		await rename(`${root}.away`, root);
		await bench.run("W");
		expect(await unreached()).toEqual([]);
	});

	test("of two sources the one that can be reached is synced, the run says what failed", async () => {
		await bench.container("S", [{ path: "one" }, { path: "two" }]);
		await bench.run("S");
		await bench.archive.rename("one", ".one");
		await bench.archive.scene("two/d.tif");
		const { view, summary } = await bench.run("S");
		expect(summary).toEqual(["added two/d.tif"]);
		expect(view).toMatchObject({ state: "failed", problems: 1 });
		expect(view.error?.message).toMatch(/^archive:one: /);
		expect(await bench.registered()).toEqual([...all, "two/d.tif: D in S"]);
	});

	test("a missing marker counts as unreachable", async () => {
		await bench.archive.write("one/MOUNTED", "");
		await bench.container("S", [{ path: "one", marker: "MOUNTED" }]);
		await bench.run("S");
		for (const name of ["MOUNTED", "a.tif", "sub"]) await bench.archive.rename(`one/${name}`, `.unmounted/${name}`);
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: "failed", removed: 0 });
		expect(view.error?.message).toMatch(/marker one\/MOUNTED is missing/);
		expect(await bench.registered()).toEqual(all.slice(0, 2));
	});

	test("an unreadable folder: what lies below it is unknown, the rest is synced, the run is partial", async () => {
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.remove("two/c.tif");
		await bench.archive.scene("two/d.tif");
		await chmod(bench.archive.at("one"), 0o000);
		const { view, summary, run } = await withoutPrivileges(() => bench.run("S"));
		await chmod(bench.archive.at("one"), 0o755);
		expect(summary).toEqual(["removed two/c.tif", "added two/d.tif"]);
		expect(view).toMatchObject({ state: "partial", problems: 1 });
		expect(await problems(run)).toEqual(["one: forbidden"]);
		expect(await bench.registered()).toEqual([...all.slice(0, 2), "two/d.tif: D in S"]);
		await bench.archive.remove("one/sub/b.tif");
		expect((await bench.run("S")).summary).toEqual(["removed one/sub/b.tif"]);
	});

	test("an unreadable file is a problem, not a judgement; it is tried again next time", async () => {
		await bench.container("S", [{}]);
		await chmod(bench.archive.at("one/a.tif"), 0o000);
		const { view, summary, run } = await withoutPrivileges(() => bench.run("S"));
		await chmod(bench.archive.at("one/a.tif"), 0o644);
		expect(summary).toEqual(["added one/sub/b.tif", "added two/c.tif"]);
		expect(view.state).toBe("partial");
		expect(await problems(run)).toEqual(["one/a.tif: forbidden"]);
		// Whatever the folder looks like then: a file that can be read again need not look otherwise.
		const { sql } = bench.database;
		expect([...(await sql`select digest from directories where path = 'one'`)]).toEqual([{ digest: null }]);
		expect((await bench.run("S")).summary).toEqual(["added one/a.tif"]);
	});
});

describe("rule 16: the archive is only ever read", () => {
	test("no name, content or time of it changes", async () => {
		const { readdir, readFile, stat } = await import("node:fs/promises");
		const snapshot = async () => {
			const names = (await readdir(bench.archive.root, { recursive: true })).sort();
			return Promise.all(
				names.map(async (name) => {
					const { mtimeMs, ctimeMs, mode, ino, size } = await stat(bench.archive.at(name));
					const content = name.includes(".") ? (await readFile(bench.archive.at(name))).toString("base64") : null;
					return { name, mtimeMs, ctimeMs, mode, ino, size, content };
				}),
			);
		};
		await bench.archive.scene("in/a.tif");
		await bench.archive.scene("in/b.tif", { begin: null });
		await bench.archive.write("in/c.tif", "broken");
		const before = await snapshot();
		await bench.container("S", [{ checksum: true }]);
		await bench.run("S");
		await bench.run("S", { full: true });
		await bench.check("S");
		expect(await snapshot()).toEqual(before);
	});
});
