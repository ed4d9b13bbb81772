import { afterAll, beforeAll, expect, test } from "vitest";
import { publish } from "#lib/stac/testing/publish.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { keepNextSummary, keptSummaries } from "./kept-summaries.ts";
import { stacUrls } from "./links.ts";
import { type ItemKey, loadItems } from "./load-items.ts";
import { type Summaries, summarise } from "./summaries.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const urls = stacUrls("http://localhost:3000");
const step = () => keepNextSummary(bench.database, { largerThan: 0 });

async function truth(): Promise<Summaries> {
	const { sql } = bench.database;
	const keys = await sql<
		ItemKey[]
	>`select container_id as "containerId", dataset_id as "datasetId" from items order by random()`;
	return summarise((await loadItems(sql, keys, { urls })).map(({ document }) => document));
}

async function kept(): Promise<Summaries | undefined> {
	const { sql } = bench.database;
	const [row] = await sql<{ id: number }[]>`select id from containers where eo_id = 'S'`;
	return row && (await keptSummaries(sql, [row.id])).get(row.id)?.summaries;
}

/** The same numbers each time, so that a failure comes again. */
function chance(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
		return Math.floor((state / 2 ** 31) * below);
	};
}

test("what is shown is true of all items after random changes, or nothing is; workers take turns", async () => {
	const { sql } = bench.database;
	const below = chance(7);
	const names: string[] = [];
	const write = (name: string) =>
		bench.archive.scene(`in/${name}.tif`, {
			properties: { platform: ["Envisat", "ERS", "Aqua"][below(3)] ?? "", cloudCover: below(1000) / 10 },
		});
	await bench.container("S", [{ path: "in" }], { guard: { maxRemovals: null, maxUpdates: null, maxRejections: null } });
	for (let round = 0; round < 8; round++) {
		for (let n = 0; n < 3; n++) {
			const name = `r${round}n${n}`;
			await write(name);
			names.push(name);
		}
		if (round > 0) await write(names[below(names.length)] ?? "");
		for (const [gone] of [names.splice(below(names.length), 1), names.splice(below(names.length), 1)])
			await Promise.all([`in/${gone}.tif`, `in/${gone}.xml`].map((path) => bench.archive.remove(path)));
		// So that datasets are in several blocks.
		await sql`select setval(pg_get_serial_sequence('datasets', 'id'), nextval(pg_get_serial_sequence('datasets', 'id')) + 998)`;
		expect((await bench.run("S")).view.state).toBe("succeeded");
		if (round === 0) await publish(bench.database, "S");
		expect(await kept(), "before a worker looked").toBeUndefined();
		const wanted = await truth();
		for (let steps = 0; (await Promise.all([step(), step()])).includes(true); steps++) {
			expect(steps).toBeLessThan(20);
			expect([undefined, wanted]).toContainEqual(await kept());
		}
		expect(await kept()).toEqual(wanted);
	}
	expect(await step(), "nothing is left to do").toBe(false);
	const [blocks] = await sql<{ n: number }[]>`select count(*)::int as n from collection_blocks`;
	expect(blocks?.n).toBeGreaterThan(3);
});

test("a log that does not go on, or forgot what was not looked at, makes all anew", async () => {
	const { sql } = bench.database;
	const wanted = await truth();
	const doAll = async () => {
		let steps = 0;
		while (await step()) steps++;
		expect(await kept()).toEqual(wanted);
		return steps;
	};
	expect(await doAll()).toBe(0);
	const all = await (async () => {
		await sql`update item_log set epoch = gen_random_uuid()`;
		expect(await kept()).toBeUndefined();
		return doAll();
	})();
	expect(all).toBeGreaterThan(3);
	await sql`update item_log set last_seq = last_seq + 10, purged_to = last_seq + 5`;
	expect(await kept()).toBeUndefined();
	expect(await doAll()).toBe(all);
	// A line that is not about an item changes no block.
	await sql`update containers set publication_revision = publication_revision + 1 where eo_id = 'S'`;
	expect(await kept()).toBeUndefined();
	expect(await doAll()).toBe(1);
	await publish(bench.database, "S", "off");
	expect(await step()).toBe(false);
});
