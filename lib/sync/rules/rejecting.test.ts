import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listRejections } from "#lib/catalog/containers/open-files.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const rejected = async (container: string) =>
	(await listRejections(bench.database, container, {})).rows.map(({ path, code }) => `${path}: ${code}`);

describe("rule 8: rejected", () => {
	test("a file that is again what is registered stands rejected no more, though another source matches it as well", async () => {
		const both = (from: string, to: string) =>
			Promise.all(["tif", "xml"].map((end) => bench.archive.rename(`${from}.${end}`, `${to}.${end}`)));
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}, { include: ["a*.tif"] }]);
		await bench.run("S");
		await both("a", ".a");
		await bench.archive.scene("a.tif", { begin: null });
		expect((await bench.run("S")).summary).toEqual(["rejected a.tif"]);
		for (const end of ["tif", "xml"]) await bench.archive.remove(`a.${end}`);
		await both(".a", "a");
		expect((await bench.run("S")).summary).toEqual([]);
		expect(await bench.database.sql`select path from rejections`).toEqual([]);
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
	});

	test("each fault has its code and a reason, and never stops the rest", async () => {
		const { archive } = bench;
		await archive.write("text.tif", "this is no raster");
		await archive.scene("no-time.tif", { begin: null });
		await archive.scene("colon.tif", { eoId: "a:b" });
		await archive.scene("S.tif");
		await archive.scene("first.tif", { eoId: "TWICE" });
		await archive.scene("second.tif", { eoId: "TWICE" });
		await archive.scene("good.tif");
		await bench.container("S", [{}]);
		const { view, summary, changes } = await bench.run("S");
		expect(view).toMatchObject({ state: "succeeded", added: 2, rejected: 5 });
		expect(summary).toEqual([
			"rejected S.tif",
			"rejected colon.tif",
			"added first.tif",
			"added good.tif",
			"rejected no-time.tif",
			"rejected second.tif",
			"rejected text.tif",
		]);
		expect(changes.flatMap(({ path, code, reason }) => (code === null ? [] : [[path, code, reason]]))).toEqual([
			["S.tif", "duplicate-eo-id", "duplicate EO ID S: the container S has it"],
			["colon.tif", "invalid-eo-id", expect.stringContaining('"a:b"')],
			["no-time.tif", "no-time", expect.stringContaining("begin time")],
			["second.tif", "duplicate-eo-id", "duplicate EO ID TWICE: first.tif has it"],
			["text.tif", "unsupported", expect.stringContaining("text.tif")],
		]);
		expect(await rejected("S")).toHaveLength(5);
	});

	test("is not tried again while the fingerprint stays, but when it changes or with --full; and is forgotten with its file", async () => {
		await bench.archive.scene("a.tif", { begin: null });
		await bench.archive.scene("b.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		expect((await bench.run("S")).summary).toEqual([]);
		expect(await rejected("S")).toEqual(["a.tif: no-time"]);
		await bench.archive.touch("b.tif");
		expect((await bench.run("S")).summary).toEqual([]);
		expect((await bench.run("S", { full: true })).summary).toEqual(["rejected a.tif"]);
		await bench.archive.scene("a.tif");
		expect((await bench.run("S")).summary).toEqual(["added a.tif"]);
		expect(await rejected("S")).toEqual([]);
		await bench.archive.scene("c.tif", { begin: null });
		await bench.run("S");
		await bench.archive.remove("c.tif");
		expect((await bench.run("S")).summary).toEqual([]);
		expect(await rejected("S")).toEqual([]);
	});

	test("is tried again under other rules", async () => {
		await bench.archive.scene("a_20010203T040506.tif", { begin: null });
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.container("S", [{ fileName: "_(?<begin>\\d{8}T\\d{6})" }]);
		expect((await bench.run("S")).summary).toEqual(["added a_20010203T040506.tif"]);
	});

	test("a registered dataset whose new version is broken keeps its last good state until it is mended", async () => {
		await bench.archive.scene("a.tif");
		await bench.container("S", [{}]);
		await bench.run("S");
		const state = () =>
			bench.database
				.sql`select d.id, d.eo_id, d.begin_time, v.files from datasets d join dataset_versions v on v.id = d.version_id where d.archived_at is null`;
		const before = await state();
		await bench.archive.write("a.tif", "broken");
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual(["rejected a.tif"]);
		expect(changes[0]?.dataset).toBe("A");
		expect(await state()).toEqual(before);
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
		expect(await rejected("S")).toEqual(["a.tif: unsupported"]);
		expect((await bench.run("S")).summary).toEqual([]);
		await bench.archive.scene("a.tif", { begin: "2011-01-01T00:00:00Z" });
		expect((await bench.run("S")).summary).toEqual(["updated a.tif"]);
		expect(await rejected("S")).toEqual([]);
	});

	test("a last good state that goes over to another source is rejected as it was, or no more", async () => {
		for (const stem of ["s1", "s2", "t"]) await bench.archive.scene(`in/${stem}.tif`);
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.scene("in/s1.tif", { begin: null });
		await bench.container("S", [{ include: ["t*"] }, { path: "in" }]);
		expect((await bench.run("S")).summary).toEqual(["rejected in/s1.tif"]);
		await bench.container("S", [{ path: "in", symlinks: "follow" }]);
		expect((await bench.run("S")).summary).toEqual([]);
		expect(await rejected("S")).toEqual(["in/s1.tif: no-time"]);
		expect(await bench.database.sql`select id from runs where refreshed > 0`).toHaveLength(1);
		expect((await bench.run("S")).view.refreshed).toBe(0);
		expect(await rejected("S")).toEqual(["in/s1.tif: no-time"]);
	});

	test("what a source had rejected is looked at by another one when that is dropped", async () => {
		const mounted = { marker: "marker" };
		await bench.archive.scene("in/a.tif");
		await bench.archive.scene("in/bad.tif", { begin: null });
		await bench.archive.write("marker", "");
		await bench.container("S", [mounted]);
		await bench.run("S");
		// This one cannot look into its folders when another one tries the file again and rejects it.
		await bench.archive.remove("marker");
		await bench.container("S", [{ path: "in", rangeType: "RGB" }, mounted]);
		expect((await bench.run("S")).summary).toEqual(["rejected in/bad.tif"]);
		await bench.archive.write("marker", "");
		await bench.container("S", [mounted]);
		await bench.run("S");
		await bench.run("S");
		expect(await rejected("S")).toEqual(["in/bad.tif: no-time"]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("a duplicate is tried again when the holder of its EO ID is removed, renamed, or removed by another container", async () => {
		const twins = ["1a", "1b", "2a", "2b", "3a", "3b"];
		for (const name of twins) await bench.archive.scene(`${name}.tif`, { eoId: `ID_${name[0]}` });
		await bench.container("S", [{}]);
		await bench.container("T", [{ include: ["3a.tif"] }]);
		await bench.run("S");
		await bench.run("T");
		expect(await rejected("S")).toEqual(["1b.tif", "2b.tif", "3b.tif"].map((path) => `${path}: duplicate-eo-id`));
		await bench.archive.remove("1a.tif");
		expect((await bench.run("S")).summary).toEqual(["moved 1a.tif → 1b.tif"]);
		await bench.archive.scene("2a.tif", { eoId: "OTHER" });
		expect((await bench.run("S")).summary).toEqual(["updated 2a.tif", "added 2b.tif"]);
		await bench.archive.remove("3a.tif");
		await bench.run("T", { approval: "emptied by this test" });
		expect((await bench.run("S")).summary).toEqual(["added 3b.tif"]);
		expect(await rejected("S")).toEqual([]);
		expect((await bench.run("S")).summary).toEqual([]);
	});

	test("a registered dataset that claims another one's EO ID gets it when it is free", async () => {
		await bench.archive.scene("a.tif", { eoId: "ONE" });
		await bench.archive.scene("b.tif", { eoId: "TWO" });
		await bench.container("S", [{}]);
		await bench.run("S");
		await bench.archive.scene("b.tif", { eoId: "ONE" });
		expect((await bench.run("S")).summary).toEqual(["rejected b.tif"]);
		await bench.archive.remove("a.tif");
		expect((await bench.run("S")).summary).toEqual(["removed a.tif", "updated b.tif"]);
		expect(await bench.registered()).toEqual(["b.tif: ONE in S"]);
	});
});

describe("rule 8: mosaics", () => {
	const mosaic = (sources: readonly object[], options: object = {}) =>
		bench.container("MOSAIC", sources, { kind: "rectified-stitched-mosaic", ...options });
	const grid = async () =>
		(await bench.database.sql`select mosaic_grid as grid from containers where eo_id = 'MOSAIC'`)[0]?.grid;

	test("the first dataset sets the grid, those that fit let it grow, others are rejected", async () => {
		const { archive } = bench;
		await archive.scene("a.tif", { at: [10, 50] });
		await archive.scene("b.tif", { at: [9, 51] });
		await archive.scene("c.tif", { at: [11, 49] });
		await archive.scene("crs.tif", { crs: 32633, georeference: { origin: [5e5, 5e6], pixelSize: [10, 10] } });
		await archive.scene("off.tif", { at: [10.1, 50] });
		await archive.scene("resolution.tif", { georeference: { origin: [10, 50], pixelSize: [0.5, 0.5] } });
		await archive.scene("type.tif", { dataType: "UInt16" });
		await mosaic([{}]);
		const { view, changes } = await bench.run("MOSAIC");
		expect(view).toMatchObject({ state: "succeeded", added: 3, rejected: 4 });
		expect(changes.flatMap(({ code, reason }) => (code === null ? [] : [reason]))).toEqual([
			expect.stringMatching(/its CRS is EPSG:32633, the mosaic's is EPSG:4326/),
			expect.stringMatching(/off the mosaic's by 0\.4 of a pixel in x/),
			expect.stringMatching(/its resolution is 0\.5 × 0\.5/),
			expect.stringMatching(/its (bands|range type)/),
		]);
		expect(await grid()).toEqual({ crs: "EPSG:4326", origin: [9, 51], resolution: [0.25, 0.25], size: [12, 12] });
		expect((await bench.run("MOSAIC")).summary).toEqual([]);
	});

	test("a linked dataset must fit as well", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif", { at: [10.1, 50] });
		await bench.container("S", [{}]);
		await bench.run("S");
		await mosaic([{}]);
		expect((await bench.run("MOSAIC")).summary).toEqual(["linked a.tif", "rejected b.tif"]);
		expect(await bench.registered()).toEqual(["a.tif: A in MOSAIC S", "b.tif: B in S"]);
	});

	test("grows with a dataset that moved and became larger", async () => {
		await bench.archive.scene("in/a.tif");
		await bench.archive.scene("in/b.tif");
		await mosaic([{}]);
		await bench.run("MOSAIC");
		await bench.archive.remove("in/a.tif");
		await bench.archive.scene("out/a.tif", { size: [8, 4] });
		expect((await bench.run("MOSAIC")).summary).toEqual(["moved in/a.tif → out/a.tif"]);
		expect((await grid()).size).toEqual([8, 4]);
	});

	test("under a new grid all datasets are looked at again: those that fit make it grow, others are shown as rejected", async () => {
		await bench.archive.scene("a.tif");
		await bench.archive.scene("b.tif", { at: [12, 50] });
		await bench.archive.scene("c.tif", { at: [10.125, 50] });
		await mosaic([{ include: ["[ab].tif"] }]);
		await bench.run("MOSAIC");
		const small = { crs: "EPSG:4326", origin: [10, 50], resolution: [0.25, 0.25], size: [1, 1] };
		await mosaic([{ include: ["[ab].tif"] }], { grid: small });
		expect((await bench.run("MOSAIC")).summary).toEqual([]);
		expect((await grid()).size).toEqual([12, 4]);
		await mosaic([{}], { grid: { ...small, origin: [10.125, 50] } });
		expect((await bench.run("MOSAIC")).summary).toEqual(["rejected a.tif", "rejected b.tif", "added c.tif"]);
		expect((await bench.run("MOSAIC")).summary).toEqual([]);
	});

	describe("that have datasets of other containers", () => {
		const doesNotFit = /^does not fit the mosaic: its range type is GRAY, the mosaic's is Byte$/;
		const rejections = async () => [
			...(await bench.database
				.sql`select path, code from rejections where container_id = (select id from containers where eo_id = 'MOSAIC')`),
		];
		const makeGrey = () => bench.archive.write("in/b.conf", "[range_type]\nrange_type_name=GRAY\n");
		const share = async (first: "S" | "MOSAIC") => {
			await bench.archive.scene("in/a.tif");
			await bench.archive.scene("in/b.tif");
			await bench.container("S", [{ path: "in" }]);
			await mosaic([{ path: "in" }]);
			for (const id of first === "S" ? ["S", "MOSAIC"] : ["MOSAIC", "S"]) await bench.run(id);
			expect(await bench.registered()).toEqual(["in/a.tif: A in MOSAIC S", "in/b.tif: B in MOSAIC S"]);
		};

		test.each(["S", "MOSAIC"] as const)(
			"let go of what the other one has changed so that it does not fit, and take it back when it does (read by %s)",
			async (home) => {
				await share(home);
				await makeGrey();
				expect((await bench.run("S")).summary).toEqual(["updated in/b.tif"]);
				const { summary, changes, view } = await bench.run("MOSAIC");
				expect(summary.toSorted()).toEqual(["rejected in/b.tif", "unlinked in/b.tif"]);
				expect(changes.map(({ reason }) => reason)).toEqual([
					expect.stringMatching(doesNotFit),
					expect.stringMatching(doesNotFit),
				]);
				expect(view).toMatchObject({ state: "succeeded", unlinked: 1, rejected: 1 });
				expect(await bench.registered()).toEqual(["in/a.tif: A in MOSAIC S", "in/b.tif: B in S"]);
				expect(await rejections()).toEqual([{ path: "in/b.tif", code: "does-not-fit" }]);
				expect((await bench.run("MOSAIC")).summary).toEqual([]);
				await bench.archive.remove("in/b.conf");
				expect((await bench.run("S")).summary).toEqual(["updated in/b.tif"]);
				expect((await bench.run("MOSAIC")).summary).toEqual(["linked in/b.tif"]);
				expect(await rejections()).toEqual([]);
				expect((await bench.run("MOSAIC")).summary).toEqual([]);
			},
		);

		test("also where only the other one's configuration is different", async () => {
			await share("S");
			await bench.container("S", [{ path: "in", rangeType: "GRAY" }]);
			await bench.run("S");
			expect((await bench.run("MOSAIC")).view).toMatchObject({ unlinked: 2, rejected: 2 });
			await bench.container("S", [{ path: "in" }]);
			await bench.run("S");
			expect((await bench.run("MOSAIC")).summary).toEqual(["linked in/a.tif", "linked in/b.tif"]);
			expect(await rejections()).toEqual([]);
		});

		test("also when it changed while the mosaic was deleted", async () => {
			for (const path of ["in/a.tif", "odd/b.tif"]) await bench.archive.scene(path);
			await bench.container("S", [{ path: "odd", rangeType: "GRAY" }]);
			await bench.run("S");
			await mosaic([{}]);
			expect((await bench.run("MOSAIC")).summary).toEqual(["added in/a.tif", "rejected odd/b.tif"]);
			const who = { id: "MOSAIC", actor: "tester", trigger: "dashboard" } as const;
			await deleteContainer(bench.database, who);
			await bench.container("S", [{ path: "odd" }]);
			expect((await bench.run("S")).summary).toEqual(["updated odd/b.tif"]);
			await bench.execute((await restoreContainer(bench.database, who)).run);
			expect((await bench.run("MOSAIC")).summary).toEqual(["linked odd/b.tif"]);
			expect(await rejections()).toEqual([]);
		});

		test("a check finds it, too; what is changed after that is for the next run", async () => {
			await share("S");
			await makeGrey();
			await bench.run("S");
			const plan = await bench.check("MOSAIC");
			expect(plan.view).toMatchObject({ state: "planned", unlinked: 1, rejected: 1 });
			await bench.archive.write("in/a.conf", "[range_type]\nrange_type_name=GRAY\n");
			await bench.run("S");
			await bench.database.sql`update runs set state = 'queued' where id = ${plan.run}`;
			expect((await bench.execute(plan.run)).view).toMatchObject({ state: "succeeded", unlinked: 1, rejected: 1 });
			expect((await bench.run("MOSAIC")).view).toMatchObject({ unlinked: 1 });
			expect(await bench.registered()).toEqual(["in/a.tif: A in S", "in/b.tif: B in S"]);
		});

		test("keep what fits again when the plan that lets go of it is applied", async () => {
			await share("S");
			await bench.container("S", [{ path: "in", rangeType: "GRAY" }]);
			await bench.run("S");
			const plan = await bench.check("MOSAIC");
			expect(plan.view).toMatchObject({ state: "planned", unlinked: 2, rejected: 2 });
			await bench.container("S", [{ path: "in" }]);
			await bench.archive.scene("in/b.tif", { size: [8, 4] });
			await bench.run("S");
			await bench.database.sql`update runs set state = 'queued' where id = ${plan.run}`;
			const { view } = await bench.execute(plan.run);
			expect(view).toMatchObject({ state: "partial", unlinked: 0, rejected: 0 });
			expect((await bench.run("MOSAIC")).view.state).toBe("succeeded");
			expect(await bench.registered()).toEqual(["in/a.tif: A in MOSAIC S", "in/b.tif: B in MOSAIC S"]);
			expect(await rejections()).toEqual([]);
			expect((await grid()).size).toEqual([8, 4]);
			expect((await bench.run("MOSAIC")).summary).toEqual([]);
		});

		test("do not reject for ever what fits when the plan that rejects it is applied", async () => {
			await bench.archive.scene("own/a.tif");
			await bench.archive.scene("in/b.tif");
			await bench.container("S", [{ path: "in", rangeType: "GRAY" }]);
			await bench.run("S");
			await mosaic([{ path: "own" }]);
			await bench.run("MOSAIC");
			await mosaic([{ path: "own" }, { path: "in" }]);
			const plan = await bench.check("MOSAIC");
			expect(plan.summary).toEqual(["rejected in/b.tif"]);
			await bench.container("S", [{ path: "in" }]);
			await bench.run("S");
			await bench.database.sql`update runs set state = 'queued' where id = ${plan.run}`;
			await bench.execute(plan.run);
			await bench.run("MOSAIC");
			expect(await bench.registered()).toEqual(["in/b.tif: B in MOSAIC S", "own/a.tif: A in MOSAIC"]);
			expect(await rejections()).toEqual([]);
			expect((await bench.run("MOSAIC")).summary).toEqual([]);
		});

		test("keep what was linked by hand, and what the other one left as it is to them", async () => {
			await share("S");
			await bench.database
				.sql`update container_datasets set source_id = null where dataset_id = (select id from datasets where path = 'in/b.tif')
				and container_id = (select id from containers where eo_id = 'MOSAIC')`;
			await makeGrey();
			await bench.archive.scene("in/a.tif", { properties: { platform: "ENVISAT" } });
			await bench.run("S");
			expect((await bench.run("MOSAIC")).summary).toEqual([]);
			expect(await bench.registered()).toHaveLength(2);
		});

		test("grow with what has grown", async () => {
			await share("S");
			await bench.archive.scene("in/b.tif", { size: [8, 4] });
			await bench.run("S");
			await bench.run("MOSAIC");
			expect((await grid()).size).toEqual([8, 4]);
		});
	});

	test("the first dataset's range type is the mosaic's in later runs as well, and after an upgrade that of most", async () => {
		for (const name of ["b", "c", "d"]) await bench.archive.scene(`${name}.tif`);
		await mosaic([{}]);
		await bench.run("MOSAIC");
		await bench.archive.scene("a.tif");
		await bench.archive.write("a.conf", "[range_type]\nrange_type_name=GRAY\n");
		expect((await bench.run("MOSAIC")).summary).toEqual(["rejected a.tif"]);
		await bench.database.sql`update containers set mosaic_range_type = null`;
		await bench.archive.touch("a.tif");
		expect((await bench.run("MOSAIC")).summary).toEqual(["rejected a.tif"]);
		await mosaic([{}], { rangeType: "RED" });
		expect((await bench.run("MOSAIC")).view).toMatchObject({ updated: 3, added: 1, rejected: 0 });
		await mosaic([{}]);
		expect((await bench.run("MOSAIC")).summary.toSorted()).toEqual([
			"rejected b.tif",
			"rejected c.tif",
			"rejected d.tif",
			"updated a.tif",
		]);
	});

	test("many that do not fit are no more trouble than one", async () => {
		const options = { metadata: null, dateTime: "2006:08:16 09:09:29" };
		await bench.archive.scene("0.tif", options);
		for (let i = 1; i <= 501; i++) await bench.archive.scene(`${i}.tif`, { ...options, at: [10.1, 50] });
		await mosaic([{}]);
		expect((await bench.run("MOSAIC")).view).toMatchObject({ state: "succeeded", added: 1, rejected: 501 });
	});
});

describe("rule 9: EO ID, times and footprint", () => {
	test("come from the metadata, the TIFF's own tags, the name, in this order", async () => {
		const { archive } = bench;
		await archive.scene("1 x_20010203.tif", { eoId: null, begin: null });
		await archive.scene("2_20010203.tif", { eoId: null, begin: null, dateTime: "2002:02:02 02:02:02" });
		await archive.scene("3_20010203.tif", {
			eoId: "THREE",
			dateTime: "2002:02:02 02:02:02",
			begin: "2003-03-03T03:03:03Z",
		});
		await bench.container("S", [{ fileName: "_(?<begin>\\d{8})" }]);
		await bench.run("S");
		expect(await bench.database.sql`select eo_id, begin_time, end_time from datasets order by begin_time`).toEqual([
			// A day in a name is the whole day.
			{ eo_id: "_1_x_20010203", begin_time: "2001-02-03T00:00:00Z", end_time: "2001-02-03T23:59:59.999Z" },
			{ eo_id: "_2_20010203", begin_time: "2002-02-02T02:02:02Z", end_time: "2002-02-02T02:02:02Z" },
			{ eo_id: "THREE", begin_time: "2003-03-03T03:03:03Z", end_time: "2003-03-03T03:03:03Z" },
		]);
	});

	test("a time without zone is UTC, or of the source's zone", async () => {
		await bench.archive.scene("a.tif", { begin: "2006-08-16T12:00:00" });
		await bench.archive.scene("b.tif", { begin: "2006-08-16T12:00:00" });
		await bench.container("S", [{ include: ["a.tif"] }, { include: ["b.tif"], timeZone: "Europe/Vienna" }]);
		await bench.run("S");
		expect(await bench.database.sql`select begin_time from datasets order by path`).toEqual([
			{ begin_time: "2006-08-16T12:00:00Z" },
			{ begin_time: "2006-08-16T10:00:00Z" },
		]);
	});

	test("a footprint is split at the antimeridian", async () => {
		await bench.archive.scene("a.tif", { at: [179.5, 10] });
		await bench.container("S", [{}]);
		await bench.run("S");
		const [row] = await bench.database
			.sql`select json_array_length(state->'footprint'->'coordinates') as parts from dataset_versions`;
		expect(row?.parts).toBe(2);
	});
});
