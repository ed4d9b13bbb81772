import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { StorageError } from "#lib/errors.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { beforeTransactions } from "#lib/targets/testing/before-transactions.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { pushTarget } from "./push.ts";
import type { PushedTarget } from "./push-types.ts";

describeWithPostgis("a push to an instance that others write to", () => {
	let bench: Bench;
	let eox: Database;
	let target: PushedTarget;
	beforeAll(async () => {
		[bench, eox] = [await makeBench(), await createTestEox()];
		await bench.container("S", [{ path: "s" }], { guard: { maxRemovals: null, emptied: "allow" } });
		await saveTarget(bench.database, targetInput.parse({ name: "eox", url: eox.url }));
		const [row] = await bench.database.sql<PushedTarget[]>`select id, name, settings from targets`;
		if (!row) throw new Error("there is no target");
		target = row;
	});
	afterAll(async () => {
		await eox.close();
		await bench[Symbol.asyncDispose]();
	});

	const push = async (theirs: Pick<Database, "sql"> = eox, more: Partial<StorageAccess> = {}) => {
		const lines: string[] = [];
		await pushTarget(bench.database, theirs, target, {
			signal: new AbortController().signal,
			access: { policy: { network: undefined, roots: undefined }, keys: async () => [], ...more },
			onPortion: async (_, { differences }) =>
				void lines.push(
					...differences.map(({ class: what, identifier, message, fields }) =>
						[what, identifier, message ?? fields.map(({ field }) => field).join(" ")].join(" ").trim(),
					),
				),
		});
		return lines.toSorted();
	};
	const all = async () => {
		await bench.database.sql`update targets set compare_all = true`;
		return push();
	};
	const register = (identifier: string, location: string, storage: number | null = null) => eox.sql`
		with made as (insert into coverages_eoobject (identifier, inserted, updated) values (${identifier}, now(), now()) returning id),
			coverage as (insert into coverages_coverage (eoobject_ptr_id, axis_1_size) select id, 1 from made)
		insert into coverages_arraydataitem (coverage_id, location, storage_id, field_index, band_count, bands_interpretation)
		select id, ${location}, ${storage}, 0, 1, 0 from made`;

	it("leaves the row of a storage as it is that leads elsewhere, and has files of another eosync", async () => {
		const [theirs] = await eox.sql<{ id: number }[]>`
			insert into backends_storage (name, storage_type, url) values ('eosync:archive', 'directory', '/data/of/another') returning id`;
		await register("FOREIGN", "x.tif", theirs?.id ?? null);
		await bench.archive.scene("s/a.tif");
		await bench.run("S");
		expect(await push()).toEqual(["created A", "created S"]);
		const rows = async () => [...(await eox.sql`select name, url from backends_storage order by id`)];
		const others = { name: "eosync:archive", url: "/data/of/another" };
		expect(await rows()).toEqual([others, { name: "eosync:archive~2", url: bench.archive.root }]);
		expect(await all()).toEqual([]);
		// What is only ours is moved as one row, and is not when somebody changed it there.
		const see = async (root: string) => {
			target = { ...target, settings: { ...target.settings, storages: { archive: root } } };
			return all();
		};
		expect(await see("/mnt/archive")).toEqual(["updated A files metadata"]);
		expect(await rows()).toEqual([others, { name: "eosync:archive~2", url: "/mnt/archive" }]);
		await eox.sql`update backends_storage set url = '/moved/by/hand' where name = 'eosync:archive~2'`;
		await bench.archive.scene("s/b.tif", { at: [20, 40] });
		await bench.run("S");
		expect(await push()).toContain("created B");
		expect(await rows()).toEqual([
			others,
			{ name: "eosync:archive~2", url: "/moved/by/hand" },
			{ name: "eosync:archive~3", url: "/mnt/archive" },
		]);
		await eox.sql`update backends_storage set url = ${bench.archive.root} where name = 'eosync:archive~2'`;
		target = { ...target, settings: { ...target.settings, storages: {} } };
		await all();
	});

	it("makes no second coverage of a file that was registered there after an adoption, and asks", async () => {
		await bench.database
			.sql`insert into target_pushes (target_id, kind, state) select id, 'adopt', 'succeeded' from targets`;
		await bench.database.sql`update targets set taken_over_at = now()`;
		await bench.archive.scene("s/c.tif", { at: [30, 40] });
		await register("BY_A_SCRIPT", join(bench.archive.root, "s/./c.tif"));
		await bench.run("S");
		expect((await push()).filter((line) => / C /.test(line))).toEqual([
			"conflict C The target already has its file as BY_A_SCRIPT, which eosync did not register: adopt it (eosync targets adopt eox), or deregister it in the target.",
		]);
		await eox.sql`delete from coverages_arraydataitem where coverage_id = (select id from coverages_eoobject where identifier = 'BY_A_SCRIPT')`;
		expect(await all()).toEqual(["created C"]);
	});

	it("sees what somebody changes while it is at work, and does not write over it", async () => {
		await bench.archive.scene("s/a.tif", { begin: "2002-01-01T00:00:00Z", end: "2002-01-02T00:00:00Z" });
		await bench.run("S");
		const edited = beforeTransactions(eox.sql, async () => {
			await eox.sql`update coverages_eoobject set end_time = '2030-01-01Z' where identifier = 'A' and end_time < '2030-01-01Z'`;
		});
		expect(await push({ sql: edited })).toContain("updated A beginTime");
		const [row] =
			await eox.sql`select begin_time as begin, end_time as "end" from coverages_eoobject where identifier = 'A'`;
		expect(row).toEqual({ begin: "2002-01-01T00:00:00Z", end: "2030-01-01T00:00:00Z" });
	});

	it("says of metadata files what EOxServer calls them, as it shows an EO-O&M document as it is", async () => {
		await bench.container("N", [{ path: "n" }]);
		await bench.archive.scene("n/eogml.tif");
		await bench.run("N");
		await push();
		await bench.container("O", [{ path: "o" }]);
		await bench.archive.scene("o/native.tif", { metadata: null });
		await bench.archive.write(
			"o/native.xml",
			"<?xml version='1.0'?><!-- <x/> --><Metadata><EOID>NATIVE</EOID><BeginTime>2006-08-16T09:09:29Z</BeginTime><EndTime>2006-08-16T09:09:29Z</EndTime></Metadata>",
		);
		await bench.run("O");
		await push();
		const formats = await eox.sql`
			select o.identifier, m.format from coverages_metadataitem m join coverages_eoobject o on o.id = m.eo_object_id where m.location ~ '^[no]/' order by 1`;
		expect([...formats]).toEqual([
			{ identifier: "EOGML", format: "eogml" },
			{ identifier: "NATIVE", format: "native" },
		]);
		expect((await all()).filter((line) => /metadata/.test(line))).toEqual([]);
	});

	it("asks a storage that does not answer once, and not for each file of a portion", async () => {
		await bench.container("Q", [{ path: "q" }]);
		for (const [index, name] of ["q1", "q2", "q3"].entries())
			await bench.archive.scene(`q/${name}.tif`, { at: [10 + 10 * index, 10] });
		await bench.run("Q");
		const asked: string[] = [];
		const open = async (path: string) => {
			asked.push(path);
			throw new StorageError("unreachable", path, "It does not answer.");
		};
		const lines = await push(eox, { aroundAdapter: (adapter) => wrapStorage(adapter, { instead: { open } }) });
		expect(lines).toEqual(["created Q", "created Q1", "created Q2", "created Q3"]);
		expect(asked).toHaveLength(1);
		const formats = await eox.sql`select distinct format from coverages_metadataitem where location ~ '^q/'`;
		expect([...formats]).toEqual([{ format: "eogml" }]);
	});

	it("says of a series in what all its datasets agree, and leaves what a person entered", async () => {
		const facts = async () => {
			const [row] = await eox.sql`
				select platform, instrument, sensor_type, product_metadata_summary as summary from coverages_collectionmetadata`;
			return row;
		};
		expect(await facts()).toBeUndefined();
		const scenes = async (of: Readonly<Record<string, readonly [number, object]>>) => {
			for (const [name, [x, properties]] of Object.entries(of))
				await bench.archive.scene(`s/${name}.tif`, { at: [x, 40], properties: properties as Record<string, string> });
			await bench.run("S");
			await push();
		};
		const meris = { platform: "Envisat", instrument: "MERIS", sensorType: "OPTICAL" };
		await scenes({ a: [10, meris], b: [20, meris], c: [30, { ...meris, sensorType: "RADAR" }] });
		expect(await facts()).toEqual({ platform: "Envisat", instrument: "MERIS", sensor_type: null, summary: "{}" });
		await eox.sql`update coverages_collectionmetadata set instrument = 'by hand'`;
		await scenes({ c: [30, { ...meris, platform: "Other", instrument: "Other" }] });
		expect(await facts()).toEqual({ platform: null, instrument: "by hand", sensor_type: "OPTICAL", summary: "{}" });
	});
});
