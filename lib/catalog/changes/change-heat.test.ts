import { afterAll, beforeAll, expect, test } from "vitest";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { changeHeat } from "./change-heat.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test("where a container grew and shrank, by its last runs and by one", async () => {
	const { archive, database } = bench;
	await bench.container("S", [{}], { guard: { maxRemovals: null, emptied: "allow" } });
	const scene = (path: string, day: number, at: readonly [number, number]) =>
		archive.scene(path, { begin: `2006-08-${String(day).padStart(2, "0")}T09:00:00Z`, at });
	for (let n = 1; n <= 30; n++) await scene(`archive/in/f${n % 3}/n${n}.tif`, n, [10.2, 50.7]);
	const first = await bench.run("S");
	for (const n of [3, 6]) await archive.remove(`archive/in/f0/n${n}.tif`);
	await scene("archive/in/f1/n1.tif", 2, [-60.2, -10.1]);
	const second = await bench.run("S");
	await scene("archive/more/x.tif", 20, [100.2, 0.9]);
	await scene("archive/more/y.tif", 21, [100.2, 0.9]);
	const plan = await bench.check("S");
	expect(await changeHeat(database, { container: "S", last: 10 })).toMatchObject({
		runs: 2,
		grew: 30,
		shrank: 2,
		altered: 1,
		folders: [
			{ path: "archive/in/f0", grew: 10, shrank: 2, altered: 0 },
			{ path: "archive/in/f1", grew: 10, shrank: 0, altered: 1 },
			{ path: "archive/in/f2", grew: 10, shrank: 0, altered: 0 },
		],
		otherFolders: null,
		days: { begin: "2006-08-01", step: 1 },
	});
	await archive.remove("archive/more/y.tif");
	await requestApply(database, { run: plan.run, actor: "tester", approval: null });
	await bench.execute(plan.run);
	expect(await changeHeat(database, { container: "S", last: 1 })).toEqual({
		runs: 1,
		from: expect.stringMatching(/Z$/),
		until: expect.stringMatching(/Z$/),
		grew: 1,
		shrank: 0,
		altered: 0,
		folders: [{ path: "archive/more", grew: 1, shrank: 0, altered: 0 }],
		otherFolders: null,
		days: { begin: "2006-08-20", step: 1, bars: [{ at: 0, grew: 1, shrank: 0, altered: 0 }] },
		places: { size: 1, cells: [{ lon: 100, lat: 0, grew: 1, shrank: 0, altered: 0 }] },
	});
	const one = await changeHeat(database, { run: second.run });
	expect(one).toMatchObject({ runs: 1, grew: 0, shrank: 2, altered: 1 });
	expect(one?.places.cells).toEqual([
		{ lon: -60, lat: -11, grew: 0, shrank: 0, altered: 1 },
		{ lon: 10, lat: 50, grew: 0, shrank: 2, altered: 0 },
	]);
	expect(one?.days?.bars).toEqual([
		{ at: 0, grew: 0, shrank: 0, altered: 1 },
		{ at: 1, grew: 0, shrank: 1, altered: 0 },
		{ at: 4, grew: 0, shrank: 1, altered: 0 },
	]);
	// What stays when its changes are purged.
	await database.sql`delete from changes where run_id = ${first.run}`;
	expect(await changeHeat(database, { run: first.run })).toMatchObject({ grew: 30, shrank: 0 });
	expect(await changeHeat(database, { run: 999 })).toBeNull();
});
