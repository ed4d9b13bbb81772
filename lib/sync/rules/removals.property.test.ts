import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, emptyBench } from "#lib/sync/testing/testing.ts";
import { makeWebArchiveBench, type WebArchive, type WebArchiveBench } from "#lib/sync/testing/web-archive.ts";

/**
 * A server that leaves names out of its listings, silently and at random, and files that really go. With `looks: 2` and the
 * question by name no dataset whose file is there is ever removed; and one whose file went is removed by the first run that
 * may: the second that lacked it, or a later one, as soon as nothing in its folder contradicts.
 */

let world: WebArchiveBench;
let bench: Bench;
let server: WebArchive;
beforeAll(async () => {
	world = await makeWebArchiveBench();
	({ bench, server } = world);
});
afterAll(() => world[Symbol.asyncDispose]());

const seeds = Number(process.env.EOSYNC_HISTORIES ?? 20);
const runsOfHistory = 5;

/** Mulberry32, by Tommy Ettinger (public domain). */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

interface File {
	readonly path: string;
	readonly folder: string;
	there: boolean;
	/** Runs that listed its folder and lacked it since it was listed last. */
	looks: number;
}

async function history(seed: number, share: number): Promise<void> {
	const random = randomOf(seed);
	await emptyBench(bench);
	server.hides = () => false;
	const files: File[] = Array.from({ length: 12 }, (_, i) => {
		const folder = `in/f${i % 3}`;
		return { path: `${folder}/s${i}.tif`, folder, there: true, looks: 0 };
	});
	for (const { path } of files) await bench.archive.scene(path, { metadata: null, dateTime: "2006:08:16 09:09:29" });
	await bench.container("S", [{ storage: "web", path: "in" }], {
		removals: { looks: 2 },
		guard: { maxRemovals: null, emptied: "allow" },
	});
	await bench.run("S");
	const registered = new Set(files.map(({ path }) => path));
	for (let run = 0; run < runsOfHistory; run++) {
		for (const file of files) {
			if (!file.there || random() > 0.15) continue;
			file.there = false;
			await bench.archive.remove(file.path);
		}
		const hidden = new Set(files.filter(() => random() < share).map(({ path }) => path));
		server.hides = (path) => hidden.has(path);
		await bench.database
			.sql`update suspects set since = since - interval '2 minutes', looked_at = looked_at - interval '2 minutes'`;
		await bench.run("S");
		for (const file of files) file.looks = file.there && !hidden.has(file.path) ? 0 : file.looks + 1;
		const ripe = files.filter(({ path, looks }) => registered.has(path) && looks >= 2);
		const contradicted = new Set(ripe.filter(({ there }) => there).map(({ folder }) => folder));
		for (const file of ripe) if (!file.there && !contradicted.has(file.folder)) registered.delete(file.path);
		const now = (await bench.registered()).map((line) => line.split(":")[0]);
		expect(now, `seed ${seed}, run ${run}`).toEqual([...registered].sort());
	}
}

test.each(Array.from({ length: seeds }, (_, i) => i + 1))(
	"no false removal, and every true one: history %i",
	async (seed) => {
		// One in a hundred, and now and then so many that folders contradict.
		await history(seed, seed % 3 === 0 ? 0.3 : 0.01);
	},
	60_000,
);
