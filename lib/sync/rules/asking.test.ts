import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { listProblems } from "#lib/catalog/runs/runs.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { startWebArchive, type WebArchive } from "#lib/sync/testing/web-archive.ts";

/** Rule 17: a removal is asked for once more, and may have to ripen. The server's listings leave out what the tests name. */

let bench: Bench;
let server: WebArchive;
beforeAll(async () => {
	bench = await makeBench();
	server = await startWebArchive(bench.archive.root);
	await configureWeb({});
});
const configureWeb = (more: object) =>
	saveStorage(
		bench.database,
		storageInput.parse({ name: "web", type: "http", url: server.url, listing: "json", ...more }),
	);
afterAll(async () => {
	await server[Symbol.asyncDispose]();
	await bench[Symbol.asyncDispose]();
});
const guard = { maxRemovals: null, emptied: "allow" };
beforeEach(async () => {
	await emptyBench(bench);
	server.answer = () => "well";
	server.hides = () => false;
});

const paths = ["in/a/s1.tif", "in/a/s2.tif", "in/a/s3.tif", "in/b/s4.tif", "in/b/c/s5.tif", "in/s6.tif"];
async function register(options: object = {}) {
	for (const path of paths) await bench.archive.scene(path);
	await bench.container("S", [{ storage: "web", path: "in" }], { guard, ...options });
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 6 });
}
const hide = (...hidden: string[]) => {
	server.hides = (path) => hidden.includes(path);
};
const problems = async (run: number) =>
	(await listProblems(bench.database, run, {})).rows.map(({ path, code, message }) => `${path}: ${code}: ${message}`);

describe("before a removal the archive is asked by name", () => {
	beforeEach(() => register());

	test("what is there after all makes its folder a problem: nothing of it is removed, of others what is gone", async () => {
		await bench.archive.remove("in/a/s1.tif");
		await bench.archive.remove("in/b/s4.tif");
		hide("in/a/s2.tif");
		const { view, summary, run } = await bench.run("S");
		expect(summary).toEqual(["removed in/b/s4.tif"]);
		expect(view).toMatchObject({ state: "partial", removed: 1, problems: 1 });
		expect(await problems(run)).toEqual([
			"in/a: changed: s2.tif was not in the listing of its folder, but is there when it is asked for by name. Nothing of the folder is removed.",
		]);
		hide();
		expect(await bench.run("S")).toMatchObject({ summary: ["removed in/a/s1.tif"], view: { state: "succeeded" } });
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("a folder that a listing lacked is asked for as well", async () => {
		hide("in/b");
		const { view, run } = await bench.run("S");
		expect(view).toMatchObject({ state: "partial", removed: 0 });
		expect(await problems(run)).toContainEqual(expect.stringMatching(/^in\/b: changed: s4.tif was not in the listing/));
		hide();
		expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded", unchanged: 6 } });
		// Files that do not answer, in a folder that is there again.
		let listings = 0;
		server.hides = (path) => path === "in/b" && listings++ === 0;
		server.answer = (call, path) => (call === "head" && path.startsWith("in/b/") ? "forbidden" : "well");
		const again = await bench.run("S");
		expect(again.view).toMatchObject({ state: "partial", removed: 0 });
		expect(await problems(again.run)).toContain(
			"in/b: changed: The folder was not in the listing of the one above, but is there now. Nothing of it is removed.",
		);
	});

	test("what is gone by one answer and there by the next is no link: nothing of the folder is removed or unlinked", async () => {
		hide("in/a/s1.tif");
		let answers = 0;
		server.answer = (call, path) =>
			path === "in/a/s1.tif" && call === "head" && answers++ % 2 === 0 ? "gone" : "well";
		const { view, summary, run } = await bench.run("S");
		expect(view.state).toBe("partial");
		expect(summary).toEqual([]);
		expect(await problems(run)).toEqual([
			expect.stringMatching(/^in\/a\/s1.tif: changed: It could not be found out whether it is gone: /),
		]);
		hide();
		server.answer = () => "well";
		expect(await bench.run("S")).toMatchObject({ summary: [], view: { state: "succeeded" } });
	});

	test.each(["forbidden", "not allowed"] as const)(
		"an answer that tells neither (%s) is unknown: that file stays",
		async (answer) => {
			await bench.archive.remove("in/a/s1.tif");
			await bench.archive.remove("in/a/s2.tif");
			server.answer = (call, path) => (path === "in/a/s1.tif" && call !== "list" ? answer : "well");
			const { view, summary, run } = await bench.run("S");
			expect(summary).toEqual(["removed in/a/s2.tif"]);
			expect(view).toMatchObject({ state: "partial", unchanged: 4 });
			expect(await problems(run)).toEqual([
				expect.stringMatching(/^in\/a\/s1.tif: .*It could not be found out whether it is gone: /),
			]);
			server.answer = () => "well";
			expect((await bench.run("S")).summary).toEqual(["removed in/a/s1.tif"]);
		},
	);

	test("no answer in time is unknown as well", async () => {
		await configureWeb({ timeout: 3 });
		onTestFinished(async () => {
			await configureWeb({});
		});
		await bench.archive.remove("in/a/s1.tif");
		await bench.archive.remove("in/b/s4.tif");
		server.answer = (call, path) => (path === "in/a/s1.tif" && call !== "list" ? "never" : "well");
		const { view, summary, run } = await bench.run("S");
		expect(summary).toEqual(["removed in/b/s4.tif"]);
		expect(view).toMatchObject({ state: "partial", removed: 1 });
		expect(await problems(run)).toEqual([
			expect.stringMatching(/^in\/a\/s1.tif: timeout: It could not be found out whether it is gone: /),
		]);
		server.answer = () => "well";
		expect((await bench.run("S")).summary).toEqual(["removed in/a/s1.tif"]);
	});

	test("a folder where the file was is no file", async () => {
		await bench.archive.remove("in/a/s1.tif");
		await bench.archive.mkdir("in/a/s1.tif");
		expect(await bench.run("S")).toMatchObject({ summary: ["removed in/a/s1.tif"], view: { state: "succeeded" } });
	});

	test("a check asks as well, and a removal that is no more gives its EO ID back", async () => {
		hide("in/a/s2.tif");
		await bench.archive.scene("in/z/new.tif", { eoId: "S2" });
		// Asked for by name, s2.tif has its EO ID; without that the new file would be the moved one.
		const { view } = await bench.check("S");
		expect(view).toMatchObject({ removed: 0 });
		hide();
		await bench.archive.remove("in/z");
		expect((await bench.run("S")).summary).toEqual([]);
	});
});

test("a file that a check missed is no suspect any more once it is listed as before", async () => {
	await register({ removals: { looks: 2 } });
	const suspects = () => bench.database.sql`select looks from suspects`;
	await bench.archive.rename("in/a/s1.tif", ".away.tif");
	expect((await bench.check("S")).view).toMatchObject({ removed: 0, suspect: 1 });
	expect(await suspects()).toHaveLength(1);
	await bench.archive.rename(".away.tif", "in/a/s1.tif");
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", unchanged: 6, suspect: 0 });
	expect(await suspects()).toHaveLength(0);
});

test.each([
	["case", "Scene", "SCENE"],
	["normal form", "Sc\u00e9ne", "Sce\u0301ne"],
])("a name that answers while the listing has it in another %s contradicts nothing", async (_, name, other) => {
	await bench.archive.scene(`in/${name}.tif`);
	await bench.archive.scene("in/keep.tif");
	await bench.container("S", [{ storage: "web", path: "in" }], { guard });
	await bench.run("S");
	// As on a server that ignores case or normal forms: the name answers with what is there under the other one now.
	await bench.archive.remove(`in/${name}.tif`);
	await bench.archive.scene(`in/${other}.tif`, { eoId: "OTHER" });
	await bench.archive.hardLink(`in/${other}.tif`, `in/${name}.tif`);
	hide(`in/${name}.tif`);
	const { summary, view } = await bench.run("S");
	expect(view.state).toBe("succeeded");
	expect(summary.toSorted()).toEqual([`added in/${other}.tif`, `removed in/${name}.tif`]);
});

test("another file whose name differs only in case does not disarm it", async () => {
	for (const [path, eoId] of [
		["in/a.tif", "LOWER"],
		["in/A.tif", "UPPER"],
	] as const)
		await bench.archive.scene(path, { eoId, metadata: `${eoId}.xml` });
	await bench.container("S", [{ storage: "web", path: "in", metadata: ["{stem}.xml"] }], { guard });
	await bench.archive.rename("in/LOWER.xml", "in/a.xml");
	await bench.archive.rename("in/UPPER.xml", "in/A.xml");
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 2 });
	hide("in/a.tif");
	const { view, summary, run } = await bench.run("S");
	expect(summary).toEqual([]);
	expect(view).toMatchObject({ state: "partial", removed: 0 });
	expect(await problems(run)).toEqual([expect.stringMatching(/^in: changed: a.tif was not in the listing/)]);
});

test("a removal that was approved goes, where the name answers to what is there in another case", async () => {
	for (const name of ["a", "b", "c"]) await bench.archive.scene(`in/${name}.tif`);
	await bench.container("S", [{ storage: "web", path: "in" }], { guard: { maxRemovals: "0" } });
	await bench.run("S");
	for (const name of ["a", "b"]) {
		await bench.archive.remove(`in/${name}.tif`);
		await bench.archive.scene(`in/${name.toUpperCase()}.tif`, { eoId: `OTHER_${name}` });
		await bench.archive.hardLink(`in/${name.toUpperCase()}.tif`, `in/${name}.tif`);
	}
	hide("in/a.tif", "in/b.tif");
	const held = await bench.run("S");
	expect(held.view).toMatchObject({ state: "held", removed: 2, added: 2 });
	// Meanwhile b.tif comes back as a file of its own.
	await bench.archive.remove("in/b.tif");
	await bench.archive.scene("in/b.tif");
	hide("in/a.tif");
	await bench.database.sql`update runs set state = 'queued', approval_reason = 'it is right' where id = ${held.run}`;
	const { summary } = await bench.execute(held.run);
	expect(summary).toContain("removed in/a.tif");
	expect(summary).toContain("removed in/b.tif (skipped)");
});

test("of very many product folders that one listing lacked, a few are asked for, and if one answers all of them stay", async () => {
	const bare = { metadata: null, dateTime: "2006:08:16 09:09:29" };
	for (let i = 0; i < 1001; i++) await bench.archive.scene(`in/p/p${i}/p${i}.tif`, bare);
	await bench.archive.scene("in/keep.tif", bare);
	await bench.container("S", [{ storage: "web", path: "in" }], { guard });
	await bench.run("S");
	const asked = new Set<string>();
	server.answer = (call, path) => {
		if (call === "head") asked.add(path);
		return "well";
	};
	server.hides = (path) => path.startsWith("in/p/");
	const lied = await bench.run("S");
	expect(lied.view).toMatchObject({ state: "partial", removed: 0, unchanged: 1 });
	expect(await bench.registered()).toHaveLength(1002);
	expect(asked.size).toBeLessThanOrEqual(16);
	expect(await problems(lied.run)).toContainEqual(expect.stringMatching(/^in\/p: changed: The listing lacked folders/));
	server.hides = () => false;
	expect((await bench.run("S")).summary).toEqual([]);
	await bench.archive.remove("in/p");
	asked.clear();
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", removed: 1001 });
	expect(asked.size).toBeLessThanOrEqual(16);
}, 240_000);

test("of very many, one per folder is asked for", async () => {
	const bare = { metadata: null, dateTime: "2006:08:16 09:09:29" };
	const names = (folder: string, count: number) =>
		Array.from({ length: count }, (_, i) => `in/${folder}/${folder}${i}.tif`);
	for (const path of [...names("x", 1001), ...names("y", 3), "in/z/keep.tif"]) await bench.archive.scene(path, bare);
	await bench.container("S", [{ storage: "web", path: "in" }], { guard });
	await bench.run("S");
	await bench.archive.remove("in/y");
	const asked = new Set<string>();
	server.answer = (call, path) => {
		if (call === "head") asked.add(path);
		return "well";
	};
	server.hides = (path) => path.startsWith("in/x/");
	const { view, run } = await bench.run("S");
	expect(view).toMatchObject({ state: "partial", removed: 3, unchanged: 1 });
	expect(asked).toHaveLength(2);
	expect(await problems(run)).toEqual([expect.stringMatching(/^in\/x: changed: /)]);
}, 120_000);

test("of very many in folders that went, the folder above each is asked, and one that is there after all keeps what it had", async () => {
	const bare = { metadata: null, dateTime: "2006:08:16 09:09:29" };
	const names = (folder: string, count: number) =>
		Array.from({ length: count }, (_, i) => `in/${folder}/${folder.replaceAll("/", "_")}${i}.tif`);
	const kept = [...names("q/c", 3), "in/keep.tif"];
	for (const path of [...names("p/a", 600), ...names("p/b", 402), ...kept]) await bench.archive.scene(path, bare);
	await bench.container("S", [{ storage: "web", path: "in" }], { guard });
	await bench.run("S");
	await bench.archive.remove("in/p/a");
	await bench.archive.remove("in/p/b");
	// None of its files answers; the folder itself is there, though the first listing of the one above lacks it.
	for (const path of names("q/c", 3)) await bench.archive.remove(path);
	const listings: string[] = [];
	server.answer = (call, path) => {
		if (call === "list") listings.push(path);
		return "well";
	};
	server.hides = (path) => path === "in/q/c" && listings.filter((listed) => listed === "in/q").length < 2;
	const { view, run } = await bench.run("S");
	expect(view).toMatchObject({ state: "partial", removed: 1002 });
	expect(await problems(run)).toEqual([
		"in/q/c: changed: The folder was not in the listing of the one above, but is there now. Nothing of it is removed.",
	]);
	expect(listings.filter((path) => path === "in/p")).toHaveLength(2);
	expect((await bench.registered()).map((line) => line.split(":")[0])).toEqual(kept.toSorted());
	expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", removed: 3 });
}, 240_000);
