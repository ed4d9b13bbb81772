import { rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listExceptions } from "#lib/catalog/changes/exceptions.ts";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import { type ExceptionEnd, type PlanSelection, planSelection } from "#lib/catalog/inputs.ts";
import { endException, endExceptions } from "#lib/jobs/requests/end-exception.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** What an operator keeps out of a container's plans. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	await bench.database.sql`truncate exceptions restart identity`;
	await bench.container("S", [{}]);
});

const keepOut = async (
	selection: Partial<PlanSelection>,
	until: ExceptionEnd,
	approval: string | null = "as wanted",
) => {
	const { run } = await bench.check("S");
	const chosen = planSelection.parse({ ...selection, keepOut: { until, note: "not for us" } });
	await requestApply(bench.database, { run, actor: "olga", approval, selection: chosen });
	return bench.execute(run);
};
const stateOf = async () => {
	const detail = await containerDetail(bench.database, "S");
	return `${detail?.state}, ${detail?.exceptions} exceptions`;
};
const sync = async () => {
	const result = await bench.run("S", { approval: "as wanted" });
	expect(await violations(bench.database)).toEqual([]);
	return result;
};
const exceptions = async (ended = false) =>
	(await listExceptions(bench.database, { container: "S", ended })).rows.map(
		({ action, path, endedReason }) => `${action} ${path}${endedReason === null ? "" : `: ${endedReason}`}`,
	);
const end = async (path: string) => {
	const { rows } = await listExceptions(bench.database, { container: "S" });
	return endException(bench.database, { exception: rows.find((row) => row.path === path)?.id ?? 0, actor: "paul" });
};
const rename = async (from: string, to: string) => {
	for (const end of ["tif", "xml"]) await bench.archive.rename(`${from}.${end}`, `${to}.${end}`);
};

describe("a new file", () => {
	beforeEach(async () => {
		for (const path of ["a.tif", "in/b.tif"]) await bench.archive.scene(path);
	});

	test("that is kept out is skipped by later runs without being read; the container is in sync, with its number", async () => {
		const { view, changes } = await keepOut({ except: ["in/*"] }, "for-good");
		expect(view).toMatchObject({ state: "succeeded", added: 1, skipped: 1, leftOut: 0, excepted: 1 });
		expect(changes[1]).toMatchObject({ exception: 1, reason: "kept out by exception 1: not for us" });
		expect(await stateOf()).toBe("in sync, 1 exceptions");
		const { rows } = await listExceptions(bench.database, { container: "S" });
		expect(rows).toMatchObject([
			{
				id: 1,
				storage: "archive",
				path: "in/b.tif",
				action: "added",
				dataset: "B",
				until: "for-good",
				note: "not for us",
				by: "olga",
				run: view.run,
				endedAt: null,
			},
		]);
		await bench.archive.spoil("in/b.tif");
		for (const kind of ["check", "sync"] as const) {
			const later = await bench.run("S", { kind });
			expect(later.summary).toEqual(["added in/b.tif (skipped)"]);
			expect(later.view).toMatchObject({ state: "succeeded", excepted: 1, leftOut: 0, added: 0 });
		}
		await bench.archive.scene("in/b.tif");
		expect((await sync()).summary).toEqual(["added in/b.tif (skipped)"]);
		expect(await stateOf()).toBe("in sync, 1 exceptions");
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
	});

	test("all that one note keeps out comes in when they are ended together", async () => {
		await bench.archive.scene("in/c.tif");
		await keepOut({ except: ["in/*"] }, "for-good");
		const all = { container: "S", actor: "paul" };
		await expect(endExceptions(bench.database, { ...all, note: "another" })).rejects.toThrow("No exception of S");
		expect(await endExceptions(bench.database, { ...all, note: "not for us" })).toEqual({ ended: 2 });
		expect(await exceptions()).toEqual([]);
		expect((await sync()).summary).toEqual(["added in/b.tif", "added in/c.tif"]);
	});

	test("comes in when the exception is ended, and until then the container is out of sync", async () => {
		await keepOut({ except: ["in/*"] }, "for-good");
		await sync();
		expect(await end("in/b.tif")).toMatchObject({ id: 1, endedBy: "paul" });
		await expect(endException(bench.database, { exception: 1, actor: "paul" })).rejects.toThrow(
			"Exception 1 has ended already: ended by paul.",
		);
		await expect(endException(bench.database, { exception: 7, actor: "paul" })).rejects.toThrow(
			"There is no exception 7.",
		);
		expect(await stateOf()).toBe("out of sync, 0 exceptions");
		expect((await sync()).summary).toEqual(["added in/b.tif"]);
		expect(await stateOf()).toBe("in sync, 0 exceptions");
	});

	test("that is kept out until it changes comes in when it has changed", async () => {
		await keepOut({ except: ["in/*"] }, "until-changed");
		expect((await sync()).summary).toEqual(["added in/b.tif (skipped)"]);
		await bench.archive.scene("in/b.tif", { begin: "2011-01-01T00:00:00Z" });
		expect((await sync()).summary).toEqual(["added in/b.tif"]);
		expect(await exceptions(true)).toEqual(["added in/b.tif: the file has changed"]);
		expect(await stateOf()).toBe("in sync, 0 exceptions");
	});

	test("that is gone ends what waited for its change, and not what is for good", async () => {
		await bench.archive.scene("in/c.tif");
		await keepOut({ except: ["in/b.tif"] }, "until-changed");
		await bench.archive.scene("in/d.tif");
		await keepOut({ except: ["in/d.tif"] }, "for-good");
		for (const name of ["b", "d"]) await bench.archive.remove(`in/${name}.tif`);
		expect((await sync()).summary).toEqual([]);
		expect(await exceptions(true)).toEqual(["added in/d.tif", "added in/b.tif: nothing is left to keep out"]);
		await bench.archive.scene("in/d.tif");
		expect((await sync()).summary).toEqual(["added in/d.tif (skipped)"]);
	});

	test("is kept out of this container alone, also when another one has registered it", async () => {
		await keepOut({ except: ["in/*"] }, "for-good");
		await bench.container("T", [{}]);
		expect((await bench.run("T")).summary).toEqual(["linked a.tif", "added in/b.tif"]);
		expect((await sync()).summary).toEqual(["linked in/b.tif (skipped)"]);
		expect(await bench.registered()).toEqual(["a.tif: A in S T", "in/b.tif: B in T"]);
	});

	test("that no source looks for any more needs no exception, unless that is for good", async () => {
		await keepOut({ except: ["b.tif"] }, "until-changed");
		await bench.archive.scene("in/c.tif");
		await keepOut({ except: ["c.tif"] }, "for-good");
		await bench.archive.scene("out/d.tif");
		await bench.container("S", [{ path: "out" }]);
		await sync();
		expect(await exceptions(true)).toEqual(["added in/c.tif", "added in/b.tif: no source looks for the file any more"]);
	});

	test("whose folder is not known completely keeps its exception, though the file is gone", async () => {
		await keepOut({ except: ["in/*"] }, "until-changed");
		await bench.archive.remove("in/b.tif");
		const unspeakable = Buffer.concat([
			Buffer.from(`${bench.archive.at("in")}/`),
			Buffer.from([0xe4]),
			Buffer.from(".tif"),
		]);
		await writeFile(unspeakable, "");
		expect((await sync()).view.problems).toBe(1);
		expect(await exceptions()).toEqual(["added in/b.tif"]);
		await rm(unspeakable);
		await sync();
		expect(await exceptions()).toEqual([]);
	});
});

describe("what leaves", () => {
	beforeEach(async () => {
		for (const path of ["a.tif", "in/b.tif", "in/c.tif"]) await bench.archive.scene(path);
		await sync();
	});

	test("a removal that is kept out ends when the file comes back, for good or not", async () => {
		await bench.archive.remove("in");
		await keepOut({ leaveFolders: ["in"] }, "for-good");
		expect(await stateOf()).toBe("in sync, 2 exceptions");
		expect((await sync()).summary).toEqual(["removed in/b.tif (skipped)", "removed in/c.tif (skipped)"]);
		await bench.archive.scene("in/b.tif", { begin: "2011-01-01T00:00:00Z" });
		expect((await sync()).summary).toEqual(["updated in/b.tif", "removed in/c.tif (skipped)"]);
		expect(await exceptions(true)).toEqual(["removed in/c.tif", "removed in/b.tif: the file came back"]);
		await bench.archive.remove("in/b.tif");
		expect((await sync()).summary).toEqual(["removed in/b.tif", "removed in/c.tif (skipped)"]);
		await end("in/c.tif");
		expect((await sync()).summary).toEqual(["removed in/c.tif"]);
	});

	test("its dataset follows the file to where it turns up again", async () => {
		await rename("in/b", ".b");
		await keepOut({ except: ["in/b.tif"] }, "for-good");
		await rename(".b", "out/b");
		expect((await sync()).summary).toEqual(["moved in/b.tif → out/b.tif"]);
		expect(await exceptions(true)).toEqual(["removed in/b.tif: the file came back"]);
	});

	test("does not ripen any more", async () => {
		await bench.container("S", [{}], { removals: { looks: 2, after: "1h" } });
		await sync();
		await bench.archive.remove("in/b.tif");
		await sync();
		await bench.database
			.sql`update suspects set since = since - interval '2 hours', looked_at = looked_at - interval '2 hours'`;
		await keepOut({ except: ["in/b.tif"] }, "for-good");
		expect(await stateOf()).toBe("in sync, 1 exceptions");
		await sync();
		expect(await stateOf()).toBe("in sync, 1 exceptions");
		expect((await containerDetail(bench.database, "S"))?.suspect).toBe(0);
	});

	test("a source that is empty is told although removals are kept out", async () => {
		await bench.archive.remove("in/b.tif");
		await keepOut({ except: ["in/b.tif"] }, "for-good");
		for (const path of ["a.tif", "in/c.tif"]) await bench.archive.remove(path);
		const { view } = await bench.run("S");
		expect(view).toMatchObject({ state: "held", removed: 2, excepted: 1, guard: { emptied: ["archive:/"] } });
	});

	test("unlinking that is kept out lasts until a source matches the file again", async () => {
		await bench.container("S", [{ exclude: ["in/*"] }]);
		await keepOut({ except: ["in/*"] }, "until-changed");
		expect((await sync()).summary).toEqual(["unlinked in/b.tif (skipped)", "unlinked in/c.tif (skipped)"]);
		expect(await stateOf()).toBe("in sync, 2 exceptions");
		await bench.container("S", [{}]);
		expect((await sync()).summary).toEqual([]);
		expect(await exceptions()).toEqual([]);
	});

	test("an EO ID that is kept cannot go to another file, which is rejected until the exception is ended", async () => {
		await bench.archive.remove("in/b.tif");
		await keepOut({ except: ["in/b.tif"] }, "for-good");
		await bench.archive.scene("a.tif", { eoId: "B" });
		const { changes } = await sync();
		expect(changes).toMatchObject([
			{ action: "rejected", path: "a.tif", reason: "duplicate EO ID B: in/b.tif has it" },
			{ action: "removed", path: "in/b.tif", outcome: "skipped" },
		]);
		// It is not read again as long as that is so.
		expect((await sync()).summary).toEqual(["removed in/b.tif (skipped)"]);
		await end("in/b.tif");
		expect((await sync()).summary).toEqual(["updated a.tif", "removed in/b.tif"]);
		expect(await bench.registered()).toEqual(["a.tif: B in S", "in/c.tif: C in S"]);
	});
});

describe("what changes", () => {
	beforeEach(async () => {
		for (const path of ["a.tif", "in/b.tif"]) await bench.archive.scene(path);
		await sync();
	});

	test("an update that is kept out leaves the dataset as it is", async () => {
		await bench.archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
		await keepOut({ except: ["a.tif"] }, "until-changed");
		expect((await sync()).summary).toEqual(["updated a.tif (skipped)"]);
		await bench.archive.scene("a.tif", { begin: "2012-01-01T00:00:00Z" });
		expect((await sync()).summary).toEqual(["updated a.tif"]);
		expect(await exceptions()).toEqual([]);
	});

	test("a move that is kept out leaves the dataset where it was, by both ends", async () => {
		await rename("in/b", "out/b");
		await keepOut({ leaveFolders: ["in"] }, "for-good");
		for (let i = 0; i < 2; i++) expect((await sync()).summary).toEqual(["moved in/b.tif → out/b.tif (skipped)"]);
		expect(await bench.registered()).toEqual(["a.tif: A in S", "in/b.tif: B in S"]);
		expect(await stateOf()).toBe("in sync, 1 exceptions");
		await end("out/b.tif");
		expect((await sync()).summary).toEqual(["moved in/b.tif → out/b.tif"]);
	});

	test("a rejection that is kept out is in no list, and is not read again until its file or its rules change", async () => {
		await bench.archive.scene("bad.tif", { begin: null });
		await keepOut({ except: ["bad.tif"] }, "for-good");
		expect(await bench.database.sql`select from rejections`).toHaveLength(0);
		const { summary, view } = await sync();
		expect(summary).toEqual(["added bad.tif (skipped)"]);
		expect(view).toMatchObject({ excepted: 1, rejected: 0 });
		await bench.archive.touch("bad.tif");
		expect((await sync()).summary).toEqual(["rejected bad.tif (skipped)"]);
		await bench.archive.scene("bad.tif");
		expect((await sync()).summary).toEqual(["added bad.tif"]);
	});

	test("what needs a change that is kept out is left for later, and judged anew", async () => {
		await bench.archive.remove("a.tif");
		await bench.archive.scene("in/b.tif", { eoId: "A" });
		const { view } = await keepOut({ except: ["a.tif"] }, "for-good");
		expect(view).toMatchObject({ state: "succeeded", excepted: 1, leftOut: 1 });
		expect(view.selection?.examples).toMatchObject([{ path: "in/b.tif" }]);
		expect(await stateOf()).toBe("out of sync, 1 exceptions");
		expect((await sync()).summary).toEqual(["removed a.tif (skipped)", "rejected in/b.tif"]);
		expect(await stateOf()).toBe("in sync, 1 exceptions");
	});

	test("the same change kept out once more is one exception, with the last note", async () => {
		await bench.archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
		await keepOut({ except: ["a.tif"] }, "until-changed");
		await bench.archive.scene("a.tif", { begin: "2012-01-01T00:00:00Z" });
		await keepOut({ except: ["a.tif"] }, "for-good");
		expect(await exceptions(true)).toEqual(["updated a.tif", "updated a.tif: the file has changed"]);
	});
});
