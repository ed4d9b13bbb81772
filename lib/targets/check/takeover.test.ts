import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { approvePush, requestPush } from "#lib/catalog/targets/push-requests.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { pushAfterSync } from "#lib/targets/follow/after-sync.ts";
import { carryOut, claimNext } from "#lib/targets/follow/follow.ts";
import { pushTarget } from "#lib/targets/push/push.ts";
import type { PushedDifference, PushedTarget } from "#lib/targets/push/push-types.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { acceptDifferences } from "./accept-differences.ts";
import { checkEox } from "./check.ts";

describeWithPostgis("an instance that scripts registered is taken over", () => {
	let bench: Bench;
	let eox: Database;
	let target: PushedTarget;
	beforeAll(async () => {
		bench = await makeBench();
		const { archive } = bench;
		await bench.container("S", [{ path: "s" }]);
		await bench.container("M", [{ path: "m" }], { kind: "rectified-stitched-mosaic" });
		for (const name of ["s/a", "s/b", "s/c", "s/d", "m/e"])
			await archive.scene(`${name}.tif`, { at: name === "s/b" ? [20, 40] : [10, 45] });
		await bench.run("S");
		await bench.run("M");
	});
	beforeEach(async () => {
		eox = await createTestEox();
		await bench.database.sql`delete from targets`;
		await saveTarget(bench.database, targetInput.parse({ name: "eox", url: eox.url }));
		const [row] = await bench.database.sql<PushedTarget[]>`select id, name, settings from targets`;
		if (!row) throw new Error("there is no target");
		target = row;
		await registerAsScriptsDo();
		return () => eox.close();
	});
	afterAll(() => bench[Symbol.asyncDispose]());

	const signal = new AbortController().signal;
	const run = async (kind: "check" | "adopt") => {
		const { sql } = bench.database;
		const [{ id: pushId }] = await sql<[{ id: number }]>`
			insert into target_pushes (target_id, kind, state) values (${target.id}, ${kind}, 'succeeded') returning id`;
		const counts = await checkEox(bench.database, eox, target, { pushId, kind, access: null, signal });
		const rows = await sql<{ class: string; identifier: string; eoId: string | null; fields: { field: string }[] }[]>`
			select class, identifier, eo_id as "eoId", fields from target_differences where push_id = ${pushId} order by identifier`;
		return {
			counts,
			found: rows.map(
				(row) =>
					`${row.class} ${row.identifier}${row.eoId === row.identifier ? "" : ` (${row.eoId})`}${row.fields.map(({ field }) => ` ${field}`).join("")}`,
			),
		};
	};
	const push = async () => {
		const differences: PushedDifference[] = [];
		await pushTarget(bench.database, eox, target, {
			signal,
			onPortion: async (_, portion) => void differences.push(...portion.differences),
		});
		return differences
			.map(
				({ class: what, identifier, fields }) =>
					`${what} ${identifier}${fields.map(({ field }) => ` ${field}`).join("")}`,
			)
			.toSorted();
	};
	/** All that is there, byte for byte, with its numbers and when it was written. */
	const contents = async () => {
		const tables = [
			"eoobject",
			"coverage",
			"mosaic",
			"collection",
			"arraydataitem",
			"metadataitem",
			"grid",
			"coveragetype",
			"coverage_collections",
			"coverage_mosaics",
		];
		return Promise.all(
			tables.map((table) => eox.sql`select t::text from ${eox.sql(`coverages_${table}`)} t order by 1`.values()),
		);
	};
	/**
	 * The rows that a push makes, written as EOxServer's commands write them: absolute paths without a storage row, more digits than there are, other rings,
	 * numbers of their own, and nothing of it known here.
	 */
	const registerAsScriptsDo = async () => {
		await push();
		const { sql } = eox;
		await bench.database.sql`delete from target_objects`;
		for (const table of ["arraydataitem", "metadataitem"])
			await sql`
				update ${sql(`coverages_${table}`)} i set location = s.url || '/' || location, storage_id = null from backends_storage s where s.id = i.storage_id`;
		await sql`delete from backends_storage`;
		await sql`update coverages_grid set name = 'scripts', axis_1_offset = axis_1_offset || '0000', axis_2_offset = axis_2_offset || '0000000001'`;
		await sql`update coverages_coverage set axis_1_origin = axis_1_origin || case when position('.' in axis_1_origin) > 0 then '' else '.' end || '0000000000001'`;
		await sql`update coverages_eoobject set footprint = st_reverse(footprint)`;
		await sql`delete from services_servicevisibility`;
		await sql`insert into services_servicevisibility (eo_object_id, service, visibility) select eoobject_ptr_id, 'wcs', true from coverages_coverage union all select eoobject_ptr_id, 'wcs', true from coverages_mosaic`;
	};

	it("finds nothing that differs in it, and an adoption and a push write nothing there", async () => {
		const before = await contents();
		expect(await run("check")).toEqual({ counts: { same: 7 }, found: [] });
		expect(await run("adopt")).toEqual({ counts: { same: 7, adopted: 7 }, found: [] });
		await bench.database.sql`update targets set compare_all = true`;
		expect(await push()).toEqual([]);
		expect(await contents()).toEqual(before);
		expect(await bench.database.sql`select from target_notes`).toHaveLength(0);
	});

	it("keeps a name there also where the one here is none that EOxServer takes", async () => {
		await eox.sql`update coverages_eoobject set identifier = 'theirs_1', end_time = null where identifier = 'A'`;
		const named = (name: string) => bench.database.sql`
			update dataset_versions set state = jsonb_set(state::jsonb, '{eoId}', to_jsonb(${name}::text))::json where state->>'eoId' in ('A', 'Ä')`;
		await named("Ä");
		expect((await run("adopt")).found).toEqual(["differs (adopted) theirs_1 (Ä) endTime"]);
		await acceptDifferences(bench.database, "eox", {});
		expect(await push()).toEqual(["updated theirs_1 endTime"]);
		expect((await run("check")).found).toEqual([]);
		await named("A");
	});

	it("is not pushed to before somebody says whose it is", async () => {
		const { database } = bench;
		const access: StorageAccess = { policy: { network: undefined, roots: undefined }, keys: async () => [] };
		const options = { owner: "one", access, signal };
		const follow = async () => {
			const claimed = await claimNext(database, "one");
			return claimed === null ? null : (await carryOut(database, claimed, options)).end;
		};
		await database.sql`update targets set compare_all = true`;
		const before = await contents();
		const held = await follow();
		expect(held).toMatchObject({ state: "held", counts: { conflict: 7 } });
		expect(held).toHaveProperty(
			"reason",
			expect.stringMatching(/^7 objects there are of this catalogue.* Adopt first/),
		);
		expect(await contents()).toEqual(before);
		expect(await follow()).toBeNull();
		expect(
			await pushAfterSync(database, { ...options, containers: ["S"], timeout: 60, onProgress: () => {} }),
		).toMatchObject([{ pushed: 0, held: { reason: expect.stringMatching(/Adopt first/) }, error: null }]);
		await requestPush(database, { target: "eox", kind: "adopt", by: "anna" });
		expect(await follow()).toMatchObject({ state: "succeeded", counts: { adopted: 7 } });
		expect((await requireStanding(database, "eox")).held).toBeNull();
		// It goes on by itself.
		expect(await follow()).toMatchObject({ state: "succeeded", counts: { same: 7 } });
		expect(await contents()).toEqual(before);
	});

	it("is pushed to at once where all of it is others', and where a person says so", async () => {
		const { database } = bench;
		const access: StorageAccess = { policy: { network: undefined, roots: undefined }, keys: async () => [] };
		const follow = async () => {
			const claimed = await claimNext(database, "one");
			return claimed === null ? null : (await carryOut(database, claimed, { owner: "one", access, signal })).end;
		};
		await eox.sql`update coverages_arraydataitem set location = replace(location, '.tif', '_else.tif')`;
		await eox.sql`update coverages_eoobject set identifier = 'other_' || identifier where identifier <> 'A'`;
		await database.sql`update targets set compare_all = true`;
		expect(await follow()).toMatchObject({ state: "held", counts: { conflict: 1 } });
		const { held } = await requireStanding(database, "eox");
		expect(held?.hold).toBe("adoption");
		// That so much may be removed is no answer to it.
		await requestPush(database, { target: "eox", kind: "push", by: "anna", approval: "moved to tape" });
		expect(await follow()).toMatchObject({ state: "held", hold: "adoption", counts: { conflict: 1 } });
		const { held: asked } = await requireStanding(database, "eox");
		await approvePush(database, asked?.push ?? 0, { by: "anna", reason: "they are of another archive" });
		expect(await follow()).toMatchObject({ state: "succeeded", counts: { created: 6, conflict: 1 } });
	});

	it("keeps what differs, and a name that is another one, until a person accepts it; later changes are pushed by themselves", async () => {
		const { sql } = eox;
		await sql`update coverages_eoobject set identifier = 'theirs_1', begin_time = '1999-01-01', end_time = null where identifier = 'A'`;
		await sql`update coverages_coverage set axis_1_size = 7 where eoobject_ptr_id = (select id from coverages_eoobject where identifier = 'B')`;
		await sql`delete from coverages_metadataitem where eo_object_id = (select id from coverages_eoobject where identifier = 'C')`;
		const before = await contents();
		const found = [
			"differs (adopted) B size",
			"differs (adopted) C metadata",
			"differs (adopted) theirs_1 (A) beginTime endTime",
		];
		expect((await run("adopt")).found).toEqual(found);
		await bench.database.sql`update targets set compare_all = true`;
		expect(await push()).toEqual(found.map((line) => line.replace(" (A)", "")));
		expect(await contents()).toEqual(before);

		await acceptDifferences(bench.database, "eox", { identifiers: ["theirs_1"], fields: ["beginTime"] });
		expect(await push()).toEqual(["updated theirs_1 beginTime"]);
		expect(
			await sql`select begin_time <> '1999-01-01' as brought, end_time from coverages_eoobject where identifier = 'theirs_1'`,
		).toEqual([{ brought: true, end_time: null }]);
		expect((await run("check")).found).toEqual([
			"differs (adopted) B size",
			"differs (adopted) C metadata",
			"differs (adopted) theirs_1 (A) endTime",
		]);

		await bench.archive.scene("s/a.tif", { at: [10, 45], end: "2030-01-01T00:00:00Z" });
		await bench.archive.scene("s/b.tif", { at: [20, 41] });
		await bench.run("S");
		const pushed = await push();
		expect(pushed).toContain("updated theirs_1 endTime");
		expect(pushed.find((line) => line.startsWith("updated B"))).not.toContain("size");
		expect((await run("check")).found).toEqual(["differs (adopted) B size", "differs (adopted) C metadata"]);
		await acceptDifferences(bench.database, "eox", {});
		expect(await push()).toEqual(["updated B size", "updated C metadata"]);
		expect(await run("check")).toEqual({ counts: { same: 7 }, found: [] });
	});

	it("sees what scripts register there later: foreign to a check, a conflict of what has its name here, and nothing else waits for it", async () => {
		const { sql } = eox;
		await run("adopt");
		await sql`
			with made as (insert into coverages_eoobject (identifier, inserted, updated) values ('F', now(), now()) returning id),
				covered as (insert into coverages_coverage (eoobject_ptr_id, axis_1_size, axis_2_size) select id, 5, 5 from made)
			insert into coverages_arraydataitem (coverage_id, location, format, field_index, band_count, bands_interpretation) select id, '/elsewhere/f.tif', 'image/tiff', 0, 1, 0 from made`;
		expect((await run("check")).found).toEqual(["foreign F (null)"]);
		const theirs = await sql`select * from coverages_eoobject where identifier = 'F'`;
		for (const name of ["f", "g"]) await bench.archive.scene(`s/${name}.tif`, { at: [10, 45] });
		await bench.run("S");
		expect(await push()).toEqual(expect.arrayContaining(["conflict F", "created G"]));
		expect(await sql`select * from coverages_eoobject where identifier = 'F'`).toEqual(theirs);
		// An adoption goes by the name where nothing has the file.
		expect((await run("adopt")).counts).toMatchObject({ adopted: 1 });
	});
});
