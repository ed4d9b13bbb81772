import { expect, test } from "vitest";
import { freshAtMostEvery } from "./cache-for.ts";

test("an answer is begun after it was asked for, and shared by all who asked until then", async () => {
	let value = 1;
	let made = 0;
	const answer = freshAtMostEvery(50, async () => {
		made += 1;
		return value;
	});
	expect(await answer()).toBe(1);
	const early = answer();
	value = 2;
	const late = answer();
	expect(await Promise.all([early, late])).toEqual([2, 2]);
	expect(made).toBe(2);
});

test("a failure is for those who asked, not for later ones", async () => {
	let fails = true;
	const answer = freshAtMostEvery(1, async () => {
		if (fails) throw new Error("no database");
		return "there";
	});
	await expect(answer()).rejects.toThrow("no database");
	fails = false;
	expect(await answer()).toBe("there");
});
