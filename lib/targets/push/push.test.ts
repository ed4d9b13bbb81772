import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { compareObject } from "#lib/targets/compare/compare.ts";
import { catalogueSource } from "#lib/targets/eoxserver/desired.ts";
import { eoxObjects } from "#lib/targets/eoxserver/read-objects.ts";
import { optionalTable, writtenTables } from "#lib/targets/eoxserver/schema-gate.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { type PushOptions, pushTarget, waiting } from "./push.ts";
import type { PushedDifference, PushedTarget } from "./push-types.ts";

async function asLimitedUser({ sql, url }: Database): Promise<Database> {
	const address = new URL(url);
	const user = `limited_${address.pathname.slice(1)}`;
	await sql`create role ${sql(user)} login`;
	const written = [...writtenTables, optionalTable];
	await sql`grant select on all tables in schema public to ${sql(user)}`;
	await sql`grant insert, update, delete on ${sql(written)} to ${sql(user)}`;
	await sql`grant usage on all sequences in schema public to ${sql(user)}`;
	address.username = user;
	return openDatabase({ url: address.href, applicationName: "limited", max: 2 });
}

describeWithPostgis("a push", () => {
	let bench: Bench;
	let eox: Database;
	/** The same, for a user who may do there no more than `requireSchema` asks for. */
	let limited: Database;
	let target: PushedTarget;
	beforeAll(async () => {
		[bench, eox] = [await makeBench(), await createTestEox()];
		limited = await asLimitedUser(eox);
		await bench.container("S", [{ path: "s" }], { guard: { maxRemovals: null } });
		await bench.container("M", [{ path: "m" }], {
			kind: "rectified-stitched-mosaic",
			guard: { maxRemovals: null, emptied: "allow" },
		});
		await bench.container("OTHER", [{ path: "other" }]);
		await saveTarget(bench.database, targetInput.parse({ name: "eox", url: eox.url, containers: ["S", "M"] }));
		const [row] = await bench.database.sql<PushedTarget[]>`select id, name, settings from targets`;
		if (!row) throw new Error("there is no target");
		target = row;
	});
	afterAll(async () => {
		await limited.close();
		await eox.close();
		await bench[Symbol.asyncDispose]();
	});

	const signal = new AbortController().signal;
	const access: StorageAccess = { policy: { network: undefined, roots: undefined }, keys: async () => [] };
	const push = async (options: Pick<PushOptions, "overwrite" | "portion" | "access"> = {}) => {
		const differences: PushedDifference[] = [];
		const counts = await pushTarget(bench.database, limited, target, {
			signal,
			...options,
			onPortion: async (_, portion) => void differences.push(...portion.differences),
		});
		return {
			counts,
			lines: differences.map(({ class: what, identifier, message, fields }) =>
				[what, identifier, message ?? fields.map(({ field }) => field).join(" ")].join(" ").trim(),
			),
		};
	};
	/** Whether what is ours there is what the catalogue says. */
	const differing = async () => {
		const catalogue = await catalogueSource(bench.database, target);
		const wanted = [...(await catalogue.containers())];
		for await (const ids of catalogue.datasetIds()) wanted.push(...(await catalogue.load(ids)));
		const there = await eoxObjects(eox.sql);
		const found = new Map(
			(await there.byIdentifiers(wanted.map(({ object }) => object.identifier))).map((each) => [
				each.identifier,
				each.object,
			]),
		);
		return wanted.flatMap(({ object }) => {
			const actual = found.get(object.identifier);
			return actual == null
				? [`${object.identifier} is missing`]
				: compareObject(object, actual, null).fields.map(
						({ field, before, after }) =>
							`${object.identifier} ${field}: ${JSON.stringify(before)} ${JSON.stringify(after)}`,
					);
		});
	};
	const rows = async (table: string) => Number((await eox.sql`select count(*) as n from ${eox.sql(table)}`)[0]?.n);
	/** Everything there but when it was written. */
	const contents = async () => {
		const tables = [
			"coverages_eoobject",
			"coverages_coverage",
			"coverages_mosaic",
			"coverages_collection",
			"coverages_arraydataitem",
			"coverages_metadataitem",
			"coverages_grid",
			"coverages_coveragetype",
			"coverages_fieldtype",
			"coverages_coverage_collections",
			"coverages_coverage_mosaics",
			"services_servicevisibility",
			"backends_storage",
		];
		const all = [];
		for (const table of tables)
			all.push(
				...(await eox.sql<
					{ row: string }[]
				>`select ${table} || ' ' || (to_jsonb(t) - '{updated,inserted}'::text[])::text as row from ${eox.sql(table)} t order by 1`),
			);
		return all.map(({ row }) => row);
	};

	it("brings what is in the catalogue there, and nothing a second time", async () => {
		const { archive, run } = bench;
		await archive.scene("s/a.tif");
		await archive.scene("s/b.tif", { at: [20, 40] });
		await archive.scene("m/c.tif");
		await archive.scene("other/x.tif");
		for (const id of ["S", "M", "OTHER"]) await run(id);
		const { counts, lines } = await push();
		expect(lines.toSorted()).toEqual(["created A", "created B", "created C", "created M", "created S"]);
		expect(counts).toEqual({ created: 5 });
		expect(await differing()).toEqual([]);
		expect(await waiting(bench.database, target.id)).toBe(0);
		expect([...(await eox.sql`select name, url, storage_type from backends_storage`)]).toEqual([
			{ name: "eosync:archive", url: archive.root, storage_type: "directory" },
		]);
		expect(
			[...(await eox.sql`select location from coverages_arraydataitem order by 1`)].map(({ location }) => location),
		).toEqual(["m/c.tif", "s/a.tif", "s/b.tif"]);
		// One grid for all that have the same steps.
		expect(await rows("coverages_grid")).toBe(1);
		const before = await contents();
		expect(await push()).toEqual({ counts: {}, lines: [] });
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push()).counts).toEqual({ same: 5 });
		expect(await contents()).toEqual(before);
	});

	it("brings updates in place, new names, moves and removals", async () => {
		const { archive, run } = bench;
		const [before] = await eox.sql`select id from coverages_eoobject where identifier = 'A'`;
		await archive.scene("s/a.tif", { begin: "2001-01-01T00:00:00Z" });
		await archive.rename("s/b.tif", "s/deep.tif");
		await archive.rename("s/b.xml", "s/deep.xml");
		await archive.remove("m/c.tif");
		await run("S");
		await run("M");
		const { lines } = await push();
		expect(lines.toSorted()).toEqual([
			"removed C",
			"updated A beginTime endTime",
			"updated B files metadata",
			"updated S beginTime",
		]);
		expect(await differing()).toEqual([]);
		const [after] =
			await eox.sql`select id, inserted < updated as updated from coverages_eoobject where identifier = 'A'`;
		expect(after).toEqual({ id: before?.id, updated: true });
		// Another name that somebody gave it there stays as well, however often it is looked at.
		await eox.sql`update coverages_eoobject set identifier = 'THEIRS' where identifier = 'A'`;
		for (let time = 0; time < 2; time++) {
			await bench.database.sql`update targets set compare_all = true`;
			expect((await push()).lines).toEqual(["changed there A It is called THEIRS there now."]);
		}
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push({ overwrite: true })).lines).toEqual(["updated A"]);
		expect(
			await eox.sql`select from coverages_eoobject where identifier in ('A', 'THEIRS') and id = ${before?.id ?? 0}`,
		).toHaveLength(1);
	});

	it("says of what cannot be written why, and brings it when it can be", async () => {
		const { archive, run } = bench;
		await eox.sql`insert into coverages_eoobject (identifier, inserted, updated) values ('D', now(), now())`;
		await eox.sql`insert into coverages_coveragetype (name) values ('TAKEN')`;
		await archive.scene("s/d.tif", { at: [60, 10] });
		await archive.scene("s/e.tif", { at: [70, 10] });
		await archive.write("s/e.conf", "[range_type]\nrange_type_name = TAKEN\n");
		await run("S");
		const { lines } = await push();
		expect(lines.filter((line) => line.startsWith("conflict")).toSorted()).toEqual([
			"conflict D Its identifier D is another object's there.",
			expect.stringMatching(
				/^conflict E The range type TAKEN has 0 fields there, and it has \d+ bands?: name another one for it/,
			),
		]);
		await eox.sql`delete from coverages_eoobject where identifier = 'D'`;
		await eox.sql`delete from coverages_coveragetype where name = 'TAKEN'`;
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push()).lines.toSorted()).toEqual(["created D", "created E"]);
		// A table of which nobody here knows that it refers to objects does.
		await eox.sql`insert into coverages_rasterstyle (id, name, type) select id, 'of D', 'ramp' from coverages_eoobject where identifier = 'D'`;
		await eox.sql`alter table coverages_rasterstyle add constraint of_an_extension foreign key (id) references coverages_eoobject (id)`;
		await archive.remove("s/d.tif");
		await run("S");
		expect((await push()).lines).toContain(
			"conflict D It is to be removed, and rows of coverages_rasterstyle refer to it there: remove those first.",
		);
		await eox.sql`alter table coverages_rasterstyle drop constraint of_an_extension`;
		await eox.sql`update coverages_rasterstyle set id = (select a.id from coverages_arraydataitem a join coverages_eoobject o on o.id = a.coverage_id where o.identifier = 'D')`;
		await eox.sql`
			alter table coverages_rasterstyle add constraint of_an_extension foreign key (id) references coverages_arraydataitem (id) deferrable initially deferred`;
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push()).lines).toContain(
			"conflict D It is to be removed, and rows of coverages_rasterstyle refer to it there: remove those first.",
		);
		await eox.sql`alter table coverages_rasterstyle drop constraint of_an_extension`;
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push()).lines).toContain("removed D");
		expect(await differing()).toEqual([]);
	});

	it("describes the fields of a range type as its .conf file does, once", async () => {
		const { archive, run } = bench;
		const conf = (field: string) => `[range_type]\nrange_type_name = RADIANCE\n[field_1]\n${field}\n`;
		await archive.scene("s/f.tif", { at: [80, 10] });
		await archive.write("s/f.conf", conf("nil_values = 0 unknown because"));
		await run("S");
		expect((await push({ access })).lines).toContainEqual(
			expect.stringMatching(
				/^conflict F The range type RADIANCE is not there yet, .*f\.conf has nil_values "0 unknown because"/,
			),
		);
		await archive.write(
			"s/f.conf",
			conf(
				"identifier = red\ndescription = Red\ndefinition = http://www.opengis.net/def/property/OGC/0/Radiance\nuom = W.m-2.Sr-1\nnil_values = 0 unknown, 255 missing\nallowed_values = 1 254",
			),
		);
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push({ access })).lines).toContain("created F");
		const described = () => eox.sql`
			select f.identifier, f.description, f.definition, f.unit_of_measure as unit,
				(select array_agg(value || ' ' || reason order by value) from coverages_nilvalue n join coverages_nilvalue_field_types nf on nf.nilvalue_id = n.id
					where nf.fieldtype_id = f.id) as nils,
				(select array_agg(array[start, "end"]) from coverages_allowedvaluerange r where r.field_type_id = f.id) as allowed
			from coverages_fieldtype f join coverages_coveragetype t on t.id = f.coverage_type_id where t.name = 'RADIANCE' and f.index = 0`;
		const red = {
			identifier: "red",
			description: "Red",
			definition: "http://www.opengis.net/def/property/OGC/0/Radiance",
			unit: "W.m-2.Sr-1",
			nils: ["0 http://www.opengis.net/def/nil/OGC/0/unknown", "255 http://www.opengis.net/def/nil/OGC/0/missing"],
			allowed: [[1, 254]],
		};
		expect([...(await described())]).toEqual([red]);
		// One that is there is used as it is.
		await archive.write("s/f.conf", conf("uom = K"));
		await run("S");
		await bench.database.sql`update targets set compare_all = true`;
		await push({ access });
		expect([...(await described())]).toEqual([red]);
		await archive.remove("s/f.tif");
		await archive.remove("s/f.conf");
		await run("S");
		await push();
	});

	it("does all but what the database there refuses, which is a conflict in its words", async () => {
		const { archive, run } = bench;
		await eox.sql`
			create function no_f() returns trigger language plpgsql as $$ begin if new.identifier = 'F2' then raise exception 'no F2 here'; end if; return new; end $$`;
		await eox.sql`create trigger no_f before insert on coverages_eoobject for each row execute function no_f()`;
		for (const name of ["f1", "f2", "f3"]) await archive.scene(`s/${name}.tif`, { at: [10, 10] });
		await run("S");
		const { lines } = await push();
		expect(lines.filter((line) => / F\d/.test(line)).toSorted()).toEqual([
			"conflict F2 The database there refuses it: no F2 here",
			"created F1",
			"created F3",
		]);
		expect(await waiting(bench.database, target.id)).toBe(0);
		await eox.sql`drop trigger no_f on coverages_eoobject`;
		await bench.database.sql`update targets set compare_all = true`;
		expect((await push()).lines).toEqual(["created F2"]);
		expect(await differing()).toEqual([]);
	});

	it("makes products for properties that are to be searched, and takes them away again", async () => {
		const { archive, run, database } = bench;
		await archive.scene("s/a.tif", {
			properties: { cloudCover: 12.5, orbitNumber: "4711", orbitDirection: "DESCENDING", platform: "X" },
		});
		await run("S");
		await push();
		const as = async (asProduct: boolean) => {
			target = { ...target, settings: { ...target.settings, asProduct } };
			await database.sql`update targets set compare_all = true`;
			return (await push()).lines;
		};
		expect(await as(true)).toEqual(["updated A properties"]);
		const [product] = await eox.sql`
			select p.identifier, m.cloud_cover, m.orbit_direction, v.value, k.identifier as series from coverages_productmetadata m
				join coverages_eoobject p on p.id = m.product_id join coverages_orbitnumber v on v.id = m.orbit_number_id
				join coverages_product_collections pc on pc.product_id = p.id join coverages_eoobject k on k.id = pc.collection_id
				join coverages_coverage c on c.parent_product_id = p.id`;
		expect(product).toEqual({
			identifier: "A_product",
			cloud_cover: 12.5,
			orbit_direction: 1,
			value: "4711",
			series: "S",
		});
		const summary = async () => {
			const [row] = await eox.sql<{ summary: string }[]>`
				select product_metadata_summary as summary from coverages_collectionmetadata m join coverages_eoobject o on o.id = m.collection_id where o.identifier = 'S'`;
			const { cloud_cover, orbit_direction, orbit_number, snow_cover } = JSON.parse(row?.summary ?? "{}");
			return { cloud_cover, orbit_direction, orbit_number, snow_cover };
		};
		const none = { min: null, max: null };
		expect(await summary()).toEqual({
			cloud_cover: { min: 12.5, max: 12.5 },
			orbit_direction: ["DESCENDING"],
			orbit_number: ["4711"],
			snow_cover: none,
		});
		expect(await as(true)).toEqual([]);
		await archive.scene("s/b2.tif", { at: [20, 41], properties: { cloudCover: 50, orbitDirection: "ASCENDING" } });
		await run("S");
		await push();
		expect(await summary()).toMatchObject({
			cloud_cover: { min: 12.5, max: 50 },
			orbit_direction: ["ASCENDING", "DESCENDING"],
		});
		// Products are called after their coverages, also where two exchange their names, one of which is like those that are used meanwhile.
		const [exchanged] = await eox.sql<{ id: number }[]>`select id from coverages_eoobject where identifier = 'B2'`;
		const named = async (a: string, b: string) => {
			await archive.scene("s/a.tif", { eoId: a, properties: { cloudCover: 12.5 } });
			await archive.scene("s/b2.tif", { eoId: b, at: [20, 41], properties: { cloudCover: 50 } });
			await run("S");
			await push();
			expect(await differing()).toEqual([]);
			const products = await eox.sql<{ identifier: string; cloud: number }[]>`
				select p.identifier, m.cloud_cover as cloud from coverages_productmetadata m join coverages_eoobject p on p.id = m.product_id order by 2`;
			expect(products.map(({ identifier, cloud }) => `${identifier} ${cloud}`)).toEqual([
				`${a}_product 12.5`,
				`${b}_product 50`,
			]);
		};
		await named("A", `_eosync_${exchanged?.id ?? 0}`);
		await named(`_eosync_${exchanged?.id ?? 0}`, "A");
		await archive.scene("s/p.tif", { eoId: "A_product", at: [30, 41] });
		await run("S");
		expect((await push()).lines).toContain("conflict A_product Its identifier A_product is another object's there.");
		await archive.remove("s/p.tif");
		await named("A", "B2");
		await eox.sql`insert into coverages_eoobject (identifier, inserted, updated) values ('A3_product', now(), now())`;
		await archive.scene("s/a.tif", { eoId: "A3", properties: { cloudCover: 12.5 } });
		await run("S");
		expect((await push()).lines).toContain(
			"conflict A Its product would be called A3_product, and that is another object's identifier.",
		);
		await eox.sql`delete from coverages_eoobject where identifier = 'A3_product'`;
		await archive.scene("s/a.tif", {
			properties: { cloudCover: 12.5, orbitNumber: "4711", orbitDirection: "DESCENDING", platform: "X" },
		});
		await archive.remove("s/b2.tif");
		await run("S");
		await push();
		expect(await summary()).toMatchObject({ cloud_cover: { min: 12.5, max: 12.5 }, orbit_direction: ["DESCENDING"] });
		expect(await as(false)).toEqual(["updated A properties"]);
		expect(await rows("coverages_product")).toBe(0);
		expect(await summary()).toEqual({ cloud_cover: none, orbit_direction: [], orbit_number: [], snow_cover: none });
		expect(await as(true)).toEqual(["updated A properties"]);
		await archive.remove("s/a.tif");
		await run("S");
		await push();
		expect(await rows("coverages_product")).toBe(0);
		expect(await rows("coverages_productmetadata")).toBe(0);
	});
});
