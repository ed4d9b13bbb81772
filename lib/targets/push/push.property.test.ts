import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, openDatabase } from "#lib/catalog/database/database.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { makeGate } from "#lib/catalog/testing/gate.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { compareObject } from "#lib/targets/compare/compare.ts";
import { catalogueSource } from "#lib/targets/eoxserver/desired.ts";
import { eoxObjects } from "#lib/targets/eoxserver/read-objects.ts";
import { beforeTransactions } from "#lib/targets/testing/before-transactions.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { pushTarget } from "./push.ts";
import type { PushedTarget } from "./push-types.ts";

/** Whatever happens here and there, and wherever a push dies: what is ours there becomes what the catalogue says, and all else is as it was. */
describeWithPostgis("a target after any history", () => {
	let bench: Bench;
	let eox: Database;
	let target: PushedTarget;
	beforeAll(async () => {
		[bench, eox] = [await makeBench(), await createTestEox()];
		for (const [id, kind] of [
			["S", "dataset-series"],
			["M", "rectified-stitched-mosaic"],
		] as const)
			await bench.container(id, [{ path: id }], {
				kind,
				guard: { maxRemovals: null, maxUpdates: null, emptied: "allow" },
			});
		await saveTarget(bench.database, targetInput.parse({ name: "eox", url: eox.url }));
		const [row] = await bench.database.sql<PushedTarget[]>`select id, name, settings from targets`;
		if (!row) throw new Error("there is no target");
		target = row;
	});
	afterAll(async () => {
		await eox.close();
		await bench[Symbol.asyncDispose]();
	});

	const push = (overwrite = false, ours: Pick<Database, "sql"> = bench.database, theirs: Pick<Database, "sql"> = eox) =>
		pushTarget(ours, theirs, target, { signal: new AbortController().signal, overwrite, portion: 3 });

	/** A push whose process ends after so many answers of one of the two databases. */
	const pushAndDie = async (which: "ours" | "theirs", answers: number) => {
		await using gate = await makeGate(which === "ours" ? bench.database : eox);
		await using dying = await openDatabase({ url: gate.url, applicationName: "dying", max: 2 });
		gate.cutAfter(answers);
		const work = which === "ours" ? push(false, dying, eox) : push(false, bench.database, dying);
		await Promise.race([work.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 400))]);
		await dying.close();
		await work.catch(() => {});
	};

	const wanted = async () => {
		const catalogue = await catalogueSource(bench.database, target);
		const all = [...(await catalogue.containers())];
		for await (const ids of catalogue.datasetIds()) all.push(...(await catalogue.load(ids)));
		return all.filter(({ problem, nameProblem }) => (nameProblem ?? problem) === null).map(({ object }) => object);
	};
	const foreignRows = async () =>
		(
			await eox.sql<{ row: string }[]>`
			select o::text || c::text || a::text as row from coverages_eoobject o join coverages_coverage c on c.eoobject_ptr_id = o.id
				left join coverages_arraydataitem a on a.coverage_id = o.id where o.identifier like 'FOREIGN%' order by o.id`
		).map(({ row }) => row);

	it.each([1, 2, 3])("%i", async (seed) => {
		let state = seed * 7919;
		const next = (below: number) => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return Math.floor((state / 2 ** 32) * below);
		};
		const { archive, run, database } = bench;
		target = { ...target, settings: { ...target.settings, asProduct: seed === 2 } };
		const properties = () => ({ cloudCover: next(100) });
		const edited = new Map<number, string>();
		const moved = new Map<number, string>();
		const present = new Set<string>();
		const meddledWith = async (place: string, { pk, eoId }: { pk: number; eoId: string }, step: number) => {
			const folder = place[0] ?? "";
			const rest = `${seed}_${step}.tif`;
			const changes = {
				times: {
					here: () => archive.scene(place, { eoId, begin: `19${50 + step}-01-01T00:00:00Z`, properties: properties() }),
					there: async () => {
						const end = `204${next(9)}-01-01T00:00:00Z`;
						await eox.sql`update coverages_eoobject set end_time = ${end}::text::timestamptz where id = ${pk}`;
						edited.set(pk, end);
					},
				},
				file: {
					here: async () => {
						await archive.rename(place, `${folder}/g${rest}`);
						await archive.rename(place.replace(".tif", ".xml"), `${folder}/g${rest}`.replace(".tif", ".xml"));
						present.delete(place);
						present.add(`${folder}/g${rest}`);
					},
					there: async () => {
						await eox.sql`update coverages_arraydataitem set location = ${`theirs/${rest}`} where coverage_id = ${pk}`;
						moved.set(pk, `theirs/${rest}`);
					},
				},
				taken: {
					here: async () => {
						await archive.remove(place);
						present.delete(place);
					},
					there: async () => {
						await eox.sql`update coverages_eoobject set identifier = ${`FOREIGN_${rest}`} where id = ${pk}`;
						await eox.sql`update coverages_arraydataitem set location = ${`theirs/${rest}`} where coverage_id = ${pk}`;
					},
				},
			};
			const what = (["times", "file", "taken"] as const)[next(3)] ?? "times";
			await changes[what].here();
			await run(folder);
			let isDone = false;
			const sql = beforeTransactions(eox.sql, async () => {
				if (!isDone) await changes[what].there();
				isDone = true;
			});
			await push(false, database, { sql });
			const [there] = await eox.sql<
				{ identifier: string }[]
			>`select identifier from coverages_eoobject where id = ${pk}`;
			if (what === "taken") expect(there?.identifier).toBe(`FOREIGN_${rest}`);
		};
		for (let step = 0; step < 14; step++) {
			const place = `${next(2) === 0 ? "S" : "M"}/f${next(4)}.tif`;
			switch (next(7)) {
				case 0:
				case 1: {
					// A file that comes, or becomes another one.
					const begin = `200${next(9)}-01-01T00:00:00Z`;
					await archive.scene(place, { eoId: `${place[0]}${next(6)}_${seed}`, begin, properties: properties() });
					present.add(place);
					await run(place[0] ?? "");
					break;
				}
				case 2:
					if (present.delete(place)) await archive.remove(place);
					await run(place[0] ?? "");
					break;
				case 3: {
					// Somebody registers something by hand, or changes or removes what we wrote.
					const [ours] = await eox.sql<{ id: number }[]>`
						select id from coverages_eoobject join coverages_coverage on eoobject_ptr_id = id where identifier not like 'FOREIGN%' order by id offset ${next(3)} limit 1`;
					if (ours !== undefined && next(2) === 0) {
						const end = `203${next(9)}-01-01T00:00:00Z`;
						await eox.sql`update coverages_eoobject set end_time = ${end}::text::timestamptz where id = ${ours.id}`;
						edited.set(ours.id, end);
					} else
						await eox.sql`
							with made as (insert into coverages_eoobject (identifier, inserted, updated) values (${`FOREIGN_${seed}_${step}`}, now(), now()) returning id)
							insert into coverages_coverage (eoobject_ptr_id, axis_1_size, axis_2_size, grid_id) select id, 1, 1, (select min(id) from coverages_grid) from made`;
					break;
				}
				case 4: {
					// While a push is at work at what changed here, somebody changes the same thing there, once, before it is written.
					await push();
					const changed = [...present].toSorted()[next(present.size)];
					const [ours] = await database.sql<{ pk: number; eoId: string }[]>`
						select o.target_pk as pk, d.eo_id as "eoId" from target_objects o join datasets d on d.id = o.dataset_id
						where d.path = ${changed ?? ""} and d.archived_at is null and o.target_pk is not null`;
					if (changed === undefined || ours === undefined) break;
					await meddledWith(changed, ours, step);
					break;
				}
				case 5:
					await pushAndDie(next(2) === 0 ? "ours" : "theirs", next(30));
					break;
				default:
					await push();
			}
		}
		const before = await foreignRows();
		await database.sql`update targets set compare_all = true`;
		await push();
		const kept = await eox.sql<{ id: number; end: string }[]>`
			select id, end_time as "end" from coverages_eoobject where id = any(${[...edited.keys()]}::bigint[])`;
		for (const { id, end } of kept) expect(end).toBe(edited.get(id));
		const leftThere = await eox.sql<{ id: number; location: string }[]>`
			select coverage_id as id, location from coverages_arraydataitem join coverages_eoobject o on o.id = coverage_id
			where coverage_id = any(${[...moved.keys()]}::bigint[]) and o.identifier not like 'FOREIGN%'`;
		for (const { id, location } of leftThere) expect(location).toBe(moved.get(id));
		await database.sql`update targets set compare_all = true`;
		await push(true);
		const objects = await wanted();
		const found = new Map<string, Parameters<typeof compareObject>[1]>();
		for await (const some of (await eoxObjects(eox.sql)).all())
			for (const { identifier, object } of some) if (object !== null) found.set(identifier, object);
		const differences = objects.flatMap((object) => {
			const there = found.get(object.identifier);
			if (there === undefined) return [`${object.identifier} is missing`];
			found.delete(object.identifier);
			return compareObject(object, there, null).fields.map(({ field }) => `${object.identifier} ${field}`);
		});
		expect(differences).toEqual([]);
		// Nothing is left there that is neither ours nor foreign, and nothing foreign was touched.
		expect([...found.keys()].filter((name) => !name.startsWith("FOREIGN"))).toEqual([]);
		expect(await foreignRows()).toEqual(before);
		expect(
			await eox.sql`select from coverages_product p where not exists (select from coverages_coverage c where c.parent_product_id = p.eoobject_ptr_id)`,
		).toHaveLength(0);
		await database.sql`update targets set compare_all = true`;
		const { same = 0, ...others } = await push();
		expect([same, Object.keys(others).filter((name) => name !== "conflict")]).toEqual([objects.length, []]);
	});
});
