import { expect, test } from "vitest";
import { type LikelyFile, unchangedFiles } from "./unchanged.ts";

/** Names with their times in hours; what is rewritten has its new time behind an arrow. */
async function asked(files: Readonly<Record<string, readonly [known: number, now: number, zone: number]>>) {
	const asked: string[] = [];
	const likely = Object.entries(files).map(
		([file, [mtime, now, zone]]): LikelyFile<string> => ({ file, mtime, offset: now + zone - mtime }),
	);
	const unchanged = await unchangedFiles(likely, async (names) => {
		asked.push(...names);
		return new Set(names.filter((name) => files[name]?.[0] === files[name]?.[1]));
	});
	return { asked: asked.toSorted(), unchanged: [...unchanged].toSorted() };
}

test("of one zone the oldest and the newest are asked for", async () => {
	const files = { a: [1, 1, 5], b: [2, 2, 5], c: [3, 3, 5], d: [4, 4, 5] } as const;
	expect(await asked(files)).toEqual({ asked: ["a", "d"], unchanged: ["a", "b", "c", "d"] });
});

test("of summer and winter the oldest and the newest of each", async () => {
	const files = { a: [1, 1, 1], b: [2, 2, 1], c: [3, 3, 1], d: [14, 14, 0], e: [15, 15, 0], f: [16, 16, 0] } as const;
	expect(await asked(files)).toEqual({ asked: ["a", "c", "d", "f"], unchanged: ["a", "b", "c", "d", "e", "f"] });
});

test.each<[where: string, files: Parameters<typeof asked>[0]]>([
	["alone", { x: [1, 2, 0] }],
	["before the others", { x: [1, 2, 0], a: [3, 3, 0], b: [4, 4, 0] }],
	["among the others", { a: [0, 0, 0], x: [1, 2, 0], b: [3, 3, 0], c: [4, 4, 0] }],
	["after the others", { a: [3, 3, 0], b: [4, 4, 0], x: [5, 6, 0] }],
	["last of summer, next to winter", { a: [1, 1, 1], x: [2, 1, 1], d: [14, 14, 0], e: [15, 15, 0] }],
	["first of winter, next to summer", { a: [1, 1, 1], b: [2, 2, 1], x: [13, 14, 0], d: [15, 15, 0] }],
	["with others that were", { a: [1, 2, 0], x: [3, 4, 0], b: [5, 6, 0], c: [7, 7, 0] }],
])("a file that was written again exactly an hour later, or earlier, is not believed: %s", async (_, files) => {
	const changed = Object.entries(files).flatMap(([name, [known, now]]) => (known === now ? [] : [name]));
	const { unchanged } = await asked(files);
	expect(changed).toContain("x");
	expect(unchanged.filter((name) => changed.includes(name))).toEqual([]);
});
