import { expect, test } from "vitest";
import { batchRequests } from "./in-batches.ts";

const ids = (count: number) => Array.from({ length: count }, (_, i) => `S${i}`);

function echo(most: number) {
	const asked: (readonly string[])[] = [];
	const one = batchRequests(most, async (batch) => {
		asked.push(batch);
		if (batch.includes("broken")) throw new Error("no answer");
		return new Map(batch.filter((id) => id !== "unknown").map((id) => [id, `of ${id}`]));
	});
	return { asked, one };
}

test.each([1, 99, 100, 101, 250])("%i at once are all answered, in batches of at most a hundred", async (count) => {
	const { asked, one } = echo(100);
	expect(await Promise.all(ids(count).map(one))).toEqual(ids(count).map((id) => `of ${id}`));
	expect(asked.flat()).toEqual(ids(count));
	expect(asked.map(({ length }) => length).every((length) => length > 0 && length <= 100)).toBe(true);
	expect(asked).toHaveLength(Math.ceil(count / 100));
});

test("the same one is asked once, and again when its batch is gone", async () => {
	const { asked, one } = echo(100);
	expect(await Promise.all([one("A"), one("A")])).toEqual(["of A", "of A"]);
	expect(await one("A")).toBe("of A");
	expect(asked).toEqual([["A"], ["A"]]);
});

test("what is not answered is undefined; a failure is that of its batch only", async () => {
	const { one } = echo(2);
	const all = await Promise.allSettled(["unknown", "A", "broken", "B", "C"].map(one));
	expect(all.map((each) => (each.status === "fulfilled" ? each.value : "failed"))).toEqual([
		undefined,
		"of A",
		"failed",
		"failed",
		"of C",
	]);
});
