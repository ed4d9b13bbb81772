import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, emptyBench, makeBench, type RunResult } from "#lib/sync/testing/testing.ts";

/**
 * Whatever happens to an archive: after a sync the catalogue says what the archive holds, and a second sync finds
 * nothing to do. What it holds is described by a model of a few lines that knows nothing of the engine.
 */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** What a data file's metadata says; `begin: null` makes it one that must be rejected. */
interface Said {
	readonly eoId: string | null;
	readonly begin: string | null;
}
type Archive = Map<string, Said>;

const path = fc
	.tuple(fc.constantFrom("", "p/", "q/", "p/r/"), fc.constantFrom("x", "y", "z"))
	.map(([folder, name]) => `${folder}${name}.tif`);
const said = fc.record({
	eoId: fc.constantFrom("ONE", "TWO", "THREE", "FOUR", "FIVE", null),
	begin: fc.constantFrom("2001-01-01T00:00:00Z", "2002-02-02T02:02:02.500Z", null),
});
const event = fc.oneof(
	{ weight: 5, arbitrary: fc.record({ what: fc.constant("write" as const), path, said }) },
	{ weight: 3, arbitrary: fc.record({ what: fc.constant("rename" as const), path, to: path }) },
	{ weight: 2, arbitrary: fc.record({ what: fc.constant("remove" as const), path }) },
	{ weight: 1, arbitrary: fc.record({ what: fc.constant("touch" as const), path }) },
	{ weight: 1, arbitrary: fc.record({ what: fc.constant("link" as const), path, to: path }) },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

const sidecar = (data: string) => data.replace(/tif$/, "xml");

async function happen(archive: Archive, one: Event): Promise<void> {
	const disk = bench.archive;
	const old = archive.get(one.path);
	if (one.what === "write") {
		await disk.scene(one.path, one.said);
		archive.set(one.path, one.said);
		return;
	}
	if (!old) return;
	if (one.what === "touch") return disk.touch(one.path);
	if (one.what === "remove" || one.path !== one.to) {
		const target = one.what === "remove" ? null : one.to;
		for (const name of [one.path, sidecar(one.path)]) {
			if (target === null) await disk.remove(name);
			else {
				const to = name.endsWith("tif") ? target : sidecar(target);
				if (one.what === "rename") await disk.rename(name, to);
				else if (!archive.has(target)) await disk.hardLink(name, to);
			}
		}
		if (one.what !== "link") archive.delete(one.path);
		if (target !== null && !(one.what === "link" && archive.has(target))) archive.set(target, old);
	}
}

interface Container {
	readonly id: string;
	readonly sources: readonly { readonly path: string; readonly include: string[]; readonly rangeType?: string }[];
	readonly matches: (path: string) => boolean;
}
const everything: Container = { id: "ALL", sources: [{ path: "", include: ["*.tif"] }], matches: () => true };
const some: Container = {
	id: "SOME",
	sources: [
		{ path: "p", include: ["x*", "r/*.tif"], rangeType: "RED" },
		{ path: "p/r", include: ["*.tif"], rangeType: "BLUE" },
		{ path: "q", include: ["*.tif"] },
	],
	matches: (path) => /^(p\/x|p\/r\/|q\/)/.test(path),
};
const other: Container = {
	...some,
	sources: [
		{ path: "q", include: ["y.tif"] },
		{ path: "p", include: ["*.tif"] },
	],
	matches: (path) => /^(q\/y|p\/)/.test(path),
};

async function sync(containers: readonly Container[]): Promise<readonly RunResult[]> {
	const results: RunResult[] = [];
	for (const { id } of containers) results.push(await bench.run(id, { approval: "whatever happens" }));
	return results;
}

/** Everything that is wrong with the catalogue, in words. */
async function faults(archive: Archive, containers: readonly Container[]): Promise<readonly string[]> {
	const { sql } = bench.database;
	const wrong: string[] = [];
	const datasets = await sql<{ path: string; eoId: string; begin: string; containers: string[] }[]>`
		select d.path, d.eo_id as "eoId", d.begin_time as begin,
			array(select c.eo_id from container_datasets cd join containers c on c.id = cd.container_id where cd.dataset_id = d.id) as containers
		from datasets d where d.archived_at is null`;
	const rejections = await sql<{ path: string; id: string; code: string; eoId: string }[]>`
		select r.path, c.eo_id as id, r.code, r.eo_id as "eoId" from rejections r join containers c on c.id = r.container_id`;
	for (const { id, matches } of containers) {
		const registered = new Map(datasets.filter((dataset) => dataset.containers.includes(id)).map((d) => [d.path, d]));
		const rejected = new Map(rejections.filter((rejection) => rejection.id === id).map((r) => [r.path, r]));
		for (const name of [...registered.keys(), ...rejected.keys()])
			if (!archive.has(name) || !matches(name)) wrong.push(`${id} has ${name}, which it should not`);
		for (const [name, { eoId, begin }] of archive) {
			if (!matches(name)) continue;
			const claimed = eoId ?? name.replace(/^.*\/|\.tif$/g, "");
			const dataset = registered.get(name);
			const rejection = rejected.get(name);
			const isTaken = datasets.some((holder) => holder.eoId === claimed && holder.path !== name);
			if (
				rejection?.code === "duplicate-eo-id"
					? !isTaken || begin === null
					: (rejection !== undefined) !== (begin === null)
			)
				wrong.push(`${id}: ${name} is rejected as ${rejection?.code}, the archive says ${claimed} ${begin}`);
			else if (!rejection && (dataset?.eoId !== claimed || dataset.begin !== begin))
				wrong.push(`${id}: ${name} is ${dataset?.eoId} ${dataset?.begin}, the archive says ${claimed} ${begin}`);
		}
	}
	return wrong;
}

test("after a sync the catalogue is as the archive is, and a second one finds nothing", async () => {
	const step = fc.record({
		events: fc.array(event, { minLength: 1, maxLength: 8 }),
		second: fc.constantFrom(some, other),
		swap: fc.boolean(),
	});
	const story = fc.array(step, { minLength: 2, maxLength: 3 });
	const play = async (steps: typeof story extends fc.Arbitrary<infer T> ? T : never) => {
		await emptyBench(bench);
		const archive: Archive = new Map();
		for (const folder of ["p/r", "q"]) await bench.archive.mkdir(folder);
		await bench.container(everything.id, everything.sources);
		for (const { events, second, swap } of steps) {
			for (const one of events) await happen(archive, one);
			await bench.container(second.id, second.sources);
			const containers = swap ? [second, everything] : [everything, second];
			for (const container of containers) {
				const results = await sync([container, container]);
				expect(results.map(({ view }) => view.error)).toEqual([null, null]);
				expect(results[1]?.summary).toEqual([]);
			}
			// What the second container did may concern the first one.
			await sync(containers);
			expect(await faults(archive, containers)).toEqual([]);
			expect((await sync(containers)).flatMap(({ summary }) => summary)).toEqual([]);
		}
	};
	const { EOSYNC_SEED: seed = "7", EOSYNC_STORIES: stories = "5" } = process.env;
	await fc.assert(fc.asyncProperty(story, play), { seed: Number(seed), numRuns: Number(stories), endOnFailure: false });
}, 300_000);
