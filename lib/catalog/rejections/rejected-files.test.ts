import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { containerViews } from "#lib/catalog/containers/containers.ts";
import { listRejections } from "#lib/catalog/containers/open-files.ts";
import { retryRejections } from "#lib/jobs/requests/retry-rejections.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import {
	ignoreRejections,
	listRejectedFiles,
	type RejectionsFilter,
	rejectionPlaces,
	rejectionReasons,
	rejectionReasonsOfRun,
	rejectionsSummary,
	stopIgnoring,
} from "./rejected-files.ts";
import { exportRejections, type RejectionFormat } from "./rejections-export.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
beforeEach(async () => {
	await emptyBench(bench);
	const { archive } = bench;
	await archive.scene("good.tif");
	for (const name of ["a/bad_1.tif", "a/bad_2.tif", "b/bad_3.tif"]) await archive.write(name, "no picture");
	for (const name of ["c/no_time_1.tif", "c/no_time_2.tif"]) await archive.scene(name, { begin: null });
	await bench.container("S", [{}], { title: "All" });
	await bench.container("T", [{ path: "a" }]);
	await bench.run("S");
	await bench.run("T");
});
afterAll(() => bench[Symbol.asyncDispose]());

const filter = (over: Partial<RejectionsFilter> = {}): RejectionsFilter => ({
	search: "",
	ignored: false,
	...over,
});
const paths = async (over: Partial<RejectionsFilter> = {}) =>
	(await listRejectedFiles(bench.database, filter(over), {})).rows.map(({ container, path }) => `${container} ${path}`);
const ignore = (over: Partial<RejectionsFilter>) =>
	ignoreRejections(bench.database, filter(over), { note: "it is known", by: "ada" });
async function viewOf(id: string) {
	const [view] = await containerViews(bench.database, [id]);
	if (view === undefined) throw new Error(`There is no ${id}.`);
	return view;
}
async function text(format: RejectionFormat, over: Partial<RejectionsFilter> = {}) {
	let all = "";
	for await (const part of exportRejections(bench.database, filter(over), format)) all += part;
	return all;
}

describe("rejected files of all containers", () => {
	test("are few reasons, the most frequent first, whatever the files are called", async () => {
		const reasons = await rejectionReasons(bench.database, filter());
		expect(reasons.map(({ files, containers }) => [files, containers])).toEqual([
			[5, 2],
			[2, 1],
		]);
		expect(reasons[0]?.pattern).not.toContain("bad");
		expect(reasons[1]).toMatchObject({ code: "no-time", pattern: expect.not.stringContaining("no_time") });
	});

	test("say which sources have them, also those that one run rejects", async () => {
		const [unsupported, noTime] = await rejectionReasons(bench.database, filter());
		expect(unsupported?.sources).toEqual([
			{ container: "S", source: expect.any(Number), storage: "archive", path: "", files: 3 },
			{ container: "T", source: expect.any(Number), storage: "archive", path: "a", files: 2 },
		]);
		expect(noTime?.sources).toMatchObject([{ container: "S", files: 2 }]);
		const { run } = await bench.run("S", { kind: "check", full: true });
		const ofRun = await rejectionReasonsOfRun(bench.database, run);
		expect(ofRun.map(({ code, files, sources }) => [code, files, sources.map(({ files }) => files)])).toEqual([
			["unsupported", 3, [3]],
			["no-time", 2, [2]],
		]);
		expect(await rejectionReasonsOfRun(bench.database, 0)).toEqual([]);
	});

	test("are in containers and folders", async () => {
		const { rows, total } = await rejectionPlaces(bench.database, filter(), { limit: 2 });
		expect(total).toBe(4);
		expect(rows).toMatchObject([
			{ container: "S", title: "All", storage: "archive", directory: "a", files: 2 },
			{ container: "S", directory: "b", files: 1 },
		]);
	});

	test.each([1, 2, 3, 100])("come in pages without gaps, %i at a time", async (limit) => {
		const read = async <T>(list: (after: string | null) => Promise<{ rows: readonly T[]; next: string | null }>) => {
			const all: T[] = [];
			for (let after: string | null = null, more = true; more; more = after !== null) {
				const page = await list(after);
				all.push(...page.rows);
				after = page.next;
			}
			return all;
		};
		const files = await read((after) => listRejectedFiles(bench.database, filter(), { after, limit }));
		expect(files.map(({ container, path }) => `${container} ${path}`)).toEqual([
			"S a/bad_1.tif",
			"S a/bad_2.tif",
			"S b/bad_3.tif",
			"S c/no_time_1.tif",
			"S c/no_time_2.tif",
			"T a/bad_1.tif",
			"T a/bad_2.tif",
		]);
		const places = await read((after) => rejectionPlaces(bench.database, filter(), { after, limit }));
		expect(places.map(({ container, directory }) => `${container} ${directory}`)).toEqual(["S a", "S b", "S c", "T a"]);
	});

	test("can be filtered", async () => {
		expect(await paths({ container: "T", directory: "a", path: "a/bad_2.tif" })).toEqual(["T a/bad_2.tif"]);
		expect(await paths({ code: "no-time" })).toEqual(["S c/no_time_1.tif", "S c/no_time_2.tif"]);
		expect(await paths({ search: "BAD_3" })).toEqual(["S b/bad_3.tif"]);
		expect(await paths({ search: "%" })).toEqual([]);
		const [frequent] = await rejectionReasons(bench.database, filter());
		if (frequent === undefined) throw new Error("There are none.");
		expect(await paths({ code: frequent.code, pattern: frequent.pattern })).toHaveLength(5);
	});

	test("of deleted containers are none", async () => {
		await bench.database
			.sql`update containers set deleted_at = now(), deleted_eo_id = eo_id, eo_id = '_deleted~1' where eo_id = 'S'`;
		expect(await rejectionsSummary(bench.database)).toMatchObject({ files: 2 });
		expect(await paths()).toHaveLength(2);
	});
});

describe("a file that is ignored", () => {
	test("is in no mark, state or list, but counted; this can be taken back", async () => {
		expect(await viewOf("T")).toMatchObject({ state: "out of sync", rejected: 2, ignored: 0 });
		expect(await ignore({ container: "T" })).toBe(2);
		expect(await ignore({ container: "T" })).toBe(0);
		expect(await viewOf("T")).toMatchObject({
			state: "in sync",
			rejected: 2,
			ignored: 2,
			stateReason: expect.stringContaining("2 files are rejected and ignored until they change"),
		});
		expect(await viewOf("S")).toMatchObject({ rejected: 5, ignored: 0 });
		expect(await rejectionsSummary(bench.database)).toMatchObject({ files: 5, ignored: 2, oldest: expect.any(String) });
		expect(await paths({ container: "T" })).toEqual([]);
		expect(await paths({ ignored: true })).toEqual(["T a/bad_1.tif", "T a/bad_2.tif"]);
		const { rows } = await listRejections(bench.database, "T", {});
		expect(rows).toMatchObject([{ ignored: { note: "it is known", by: "ada" } }, { ignored: { by: "ada" } }]);
		expect(await stopIgnoring(bench.database, filter({ path: "a/bad_2.tif" }))).toBe(1);
		expect(await viewOf("T")).toMatchObject({ state: "out of sync", rejected: 2, ignored: 1 });
	});

	test("stays so as long as the file does, also when it is read again", async () => {
		await ignore({ container: "T" });
		await bench.run("T", { full: true });
		expect(await viewOf("T")).toMatchObject({ rejected: 2, ignored: 2 });
	});

	test("is not ignored any more when it changes, nor when it is a good one that turns bad", async () => {
		await ignore({ container: "T" });
		await bench.archive.write("a/bad_1.tif", "no picture either");
		await bench.archive.scene("a/bad_2.tif");
		await bench.run("T");
		expect(await viewOf("T")).toMatchObject({ datasets: 1, rejected: 1, ignored: 0 });
		await bench.archive.write("a/bad_2.tif", "no picture again");
		await bench.run("T");
		expect(await viewOf("T")).toMatchObject({ datasets: 1, rejected: 2, ignored: 0 });
	});
});

describe("to retry", () => {
	const retry = (over: Partial<RejectionsFilter>) =>
		retryRejections(bench.database, { filter: filter(over), actor: "ada", trigger: "dashboard" });

	test("reads just those files again, though they are as they were", async () => {
		await bench.database.sql`update rejections set reason = 'as it was'`;
		const { files, runs } = await retry({ container: "S", directory: "a" });
		expect({ files, runs }).toMatchObject({ files: 2, runs: [{ container: "S", joined: false }] });
		await bench.execute(runs[0]?.run ?? 0);
		const { rows } = await listRejectedFiles(bench.database, filter(), {});
		expect(
			rows.filter(({ reason }) => reason !== "as it was").map(({ container, path }) => `${container} ${path}`),
		).toEqual(["S a/bad_1.tif", "S a/bad_2.tif"]);
		expect((await bench.run("S")).view).toMatchObject({ rejected: 0, unchanged: 1 });
	});

	test("has another run follow the one that is at work: it may have passed those folders", async () => {
		await bench.database.sql`
			insert into runs (container_id, kind, trigger, actor, state, started_at, lease_owner, lease_until)
			select id, 'sync', 'schedule', 'cron', 'scanning', now(), 'x', now() + interval '1 minute' from containers where eo_id = 'S'`;
		expect((await retry({ container: "S" })).runs).toMatchObject([{ joined: true, again: true }]);
	});

	test("of several containers is one batch of those that no run is at work on", async () => {
		const { sql } = bench.database;
		await sql`
			insert into runs (container_id, kind, trigger, actor, state, started_at, lease_owner, lease_until)
			select id, 'sync', 'schedule', 'cron', 'scanning', now(), 'x', now() + interval '1 minute' from containers where eo_id = 'S'`;
		for (const id of ["U", "V"]) {
			await bench.container(id, [{ path: "a" }]);
			await bench.run(id);
		}
		const { batch, runs } = await retry({ storage: "archive" });
		expect(runs).toMatchObject([{ container: "S", joined: true, again: true }]);
		const rows = await sql<{ id: string }[]>`
			select c.eo_id as id from batch_containers b join containers c on c.id = b.container_id where b.batch_id = ${batch} order by 1`;
		expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(["U", "V"]));
		expect(rows.map(({ id }) => id)).not.toContain("S");
	});

	test("of none is refused", async () => {
		await expect(retry({ container: "S", path: "nothing" })).rejects.toThrow("No rejected file matches");
	});
});

describe("for the data's provider", () => {
	test("CSV has a line for each, and nothing that a spreadsheet calculates", async () => {
		await bench.database.sql`update rejections set reason = '=1+1' where path = 'b/bad_3.tif'`;
		const lines = (await text("csv", { container: "S" })).split("\r\n");
		expect(lines[0]).toBe("container,storage,path,code,reason,since");
		expect(lines).toHaveLength(7);
		expect(lines[3]).toMatch(/^S,archive,b\/bad_3\.tif,\w+,'=1\+1,/);
	});

	test("a text says in sentences which files, and why; no name makes lines of its own", async () => {
		await bench.database
			.sql`update rejections set path = E'b/x\\ny.tif', reason = 'not whole' where path = 'b/bad_3.tif'`;
		const letter = await text("text", { container: "S" });
		expect(letter).toMatch(/^These 5 files cannot be catalogued\. /);
		expect(letter).toMatch(
			/\nThese 2 files cannot be catalogued because of this \(no-time\):\n {2}.*\n\n- archive:c\/no_time_1\.tif\n/,
		);
		expect(letter).toContain(
			"\nThis file cannot be catalogued because of this (unsupported):\n  not whole\n\n- archive:b/x?y.tif\n",
		);
		expect(await text("text", { container: "S", path: "none" })).toBe("There are no such files.\n");
	});
});
