import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import {
	emptyMerge,
	fullHistory,
	histories,
	mergedNameAgain,
	ownNameAgain,
	rejectedWhileMerged,
	sharedRejection,
} from "./steps.ts";
import { type Done, judge } from "./world.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** `EOSYNC_RESHAPES=500 EOSYNC_SEED=7` tries so many histories. */
const many = Number(process.env.EOSYNC_RESHAPES ?? 0);
const seed = Number(process.env.EOSYNC_SEED ?? 15);
const timeout = many > 0 ? 14_400_000 : 120_000;

test("each container has what it looks for after every step, and a sync of all finds nothing", {
	timeout,
}, async () => {
	const done: Done = new Map();
	expect(await judge(bench, fullHistory, done)).toEqual([]);
	expect(await judge(bench, ownNameAgain)).toEqual([]);
	expect(await judge(bench, emptyMerge)).toEqual([]);
	expect(await judge(bench, sharedRejection)).toEqual([]);
	expect(await judge(bench, rejectedWhileMerged)).toEqual([]);
	expect(await judge(bench, mergedNameAgain)).toEqual([]);
	for (const kind of ["split", "merge", "rename", "revert", "configure", "ignore"])
		expect(done.get(kind) ?? 0, kind).toBeGreaterThan(0);
});

test("the same after any history of splits, merges, renames, reverts and files of before", { timeout }, async () => {
	const done: Done = new Map();
	for (const [index, history] of fc.sample(histories, { seed, numRuns: many || 2, unbiased: true }).entries()) {
		const found = await judge(bench, history, done);
		expect(found, `${index} of seed ${seed}: ${JSON.stringify(history)}`).toEqual([]);
	}
	if (many > 0) console.log(Object.fromEntries(done));
});
