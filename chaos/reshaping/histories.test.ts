import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { histories } from "./steps.ts";
import { type Done, judge } from "./world.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Many by `EOSYNC_RESHAPES=500 EOSYNC_SEED=7`. */
const many = Number(process.env.EOSYNC_RESHAPES ?? 0);
const seed = Number(process.env.EOSYNC_SEED ?? 15);

test("after any history of splits, merges, renames and reverts each container has what it looks for, and a sync of all finds nothing", {
	timeout: many > 0 ? 14_400_000 : 120_000,
}, async () => {
	const done: Done = new Map();
	await fc.assert(
		fc.asyncProperty(histories, async (history) => {
			expect(await judge(bench, history, done)).toEqual([]);
		}),
		{ seed, numRuns: many > 0 ? many : 3, endOnFailure: process.env.EOSYNC_SHORTEN === undefined },
	);
	for (const kind of ["split", "merge", "rename", "revert", "configure"])
		expect(done.get(kind) ?? 0, kind).toBeGreaterThan(0);
	if (many > 0) console.log(Object.fromEntries(done));
});
