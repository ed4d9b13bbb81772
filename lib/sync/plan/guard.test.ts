import { describe, expect, test } from "vitest";
import type { GuardRules } from "#lib/catalog/json-columns.ts";
import { type GuardCounts, guard } from "./guard.ts";

const none: GuardCounts = {
	datasets: 0,
	removed: 0,
	unlinked: 0,
	updates: 0,
	rejections: 0,
	goneFolders: [],
	emptied: [],
};
const reasons = (counts: Partial<GuardCounts>, rules: GuardRules = {}) =>
	guard({ ...none, ...counts }, rules)?.reasons ?? [];

describe("removals and unlinks, by default", () => {
	test.each<[Partial<GuardCounts>, string | null]>([
		// More than 20 % and more than 10.
		[{ datasets: 40, removed: 12 }, "12 of 40 datasets would be removed; this container lets 20 % pass."],
		[{ datasets: 100, removed: 20 }, null],
		[{ datasets: 100, removed: 21 }, "21 of 100 datasets would be removed; this container lets 20 % pass."],
		[{ datasets: 40, removed: 10 }, null],
		[{ datasets: 40, removed: 11 }, "11 of 40 datasets would be removed; this container lets 20 % pass."],
		[{ datasets: 55, removed: 11 }, null],
		[{ datasets: 54, removed: 11 }, "11 of 54 datasets would be removed; this container lets 20 % pass."],
		[
			{ datasets: 40, removed: 6, unlinked: 5 },
			"6 of 40 datasets would be removed and 5 unlinked; this container lets 20 % pass.",
		],
		[{ datasets: 25, unlinked: 25 }, "25 of 25 datasets would be unlinked; this container lets 20 % pass."],
		// At least half, and at least 5.
		[{ datasets: 14, removed: 7 }, "7 of 14 datasets would be removed; this container lets less than half pass."],
		[
			{ datasets: 14, removed: 3, unlinked: 4 },
			"3 of 14 datasets would be removed and 4 unlinked; this container lets less than half pass.",
		],
		[{ datasets: 15, removed: 7 }, null],
		[{ datasets: 10, removed: 5 }, "5 of 10 datasets would be removed; this container lets less than half pass."],
		[{ datasets: 8, removed: 4 }, null],
		[{ datasets: 4, removed: 4 }, null],
		[{ datasets: 5, unlinked: 5 }, "5 of 5 datasets would be unlinked; this container lets less than half pass."],
		// More than 10,000.
		[{ datasets: 1_000_000, removed: 10_000 }, null],
		[
			{ datasets: 1_000_000, removed: 10_001 },
			"10,001 of 1,000,000 datasets would be removed; this container lets 10,000 pass.",
		],
		[
			{ datasets: 1_000_000, removed: 1, unlinked: 10_000 },
			"1 of 1,000,000 datasets would be removed and 10,000 unlinked; this container lets 10,000 pass.",
		],
		[{ datasets: 0, removed: 0 }, null],
	])("%o: %s", (counts, reason) => {
		expect(reasons(counts)).toEqual(reason === null ? [] : [reason]);
	});

	test("a folder that had 10 or more datasets goes with all of them", () => {
		const folder = (path: string, datasets: number) => ({ path, datasets });
		expect(reasons({ datasets: 200, removed: 10, goneFolders: [folder("a/b", 10)] })).toEqual([
			"All 10 datasets of the folder a/b would be removed.",
		]);
		expect(reasons({ datasets: 200, removed: 9, goneFolders: [folder("a/b", 9)] })).toEqual([]);
		expect(reasons({ datasets: 200, removed: 10, goneFolders: [folder("", 10)] })).toEqual([
			"All 10 datasets of the folder / would be removed.",
		]);
		const many = ["a", "b", "c"].map((path) => folder(path, 1000));
		const three = many.map(({ path }) => `All 1,000 datasets of the folder ${path} would be removed.`);
		expect(reasons({ datasets: 99_999, removed: 3000, goneFolders: many })).toEqual(three);
		expect(
			reasons({ datasets: 99_999, removed: 5000, goneFolders: [...many, folder("d", 10), folder("e", 9)] }),
		).toEqual([...three, "So would those of 1 more folder."]);
		const two = [...many, folder("d", 10), folder("e", 10)];
		expect(reasons({ datasets: 99_999, removed: 5000, goneFolders: two }).at(-1)).toBe(
			"So would those of 2 more folders.",
		);
		// Once is enough.
		expect(reasons({ datasets: 40, removed: 12, goneFolders: [folder("a", 12)] })).toEqual([
			"12 of 40 datasets would be removed; this container lets 20 % pass.",
		]);
	});
});

describe("a stated limit is the whole rule for its kind", () => {
	const folders = [{ path: "a", datasets: 50 }];
	test.each<[string | null, Partial<GuardCounts>, string | null]>([
		["5", { datasets: 100, removed: 5 }, null],
		["5", { datasets: 100, removed: 6 }, "6 of 100 datasets would be removed; this container lets 5 pass."],
		[
			"5",
			{ datasets: 100, removed: 5, unlinked: 1 },
			"5 of 100 datasets would be removed and 1 unlinked; this container lets 5 pass.",
		],
		["0", { datasets: 100, unlinked: 1 }, "1 of 100 datasets would be unlinked; this container lets 0 pass."],
		["0", { datasets: 100 }, null],
		["10%", { datasets: 30, removed: 3 }, null],
		["10%", { datasets: 30, removed: 4 }, "4 of 30 datasets would be removed; this container lets 10 % pass."],
		["10%", { datasets: 29, removed: 3 }, "3 of 29 datasets would be removed; this container lets 10 % pass."],
		["5‰", { datasets: 2000, removed: 10 }, null],
		["5‰", { datasets: 2000, removed: 11 }, "11 of 2,000 datasets would be removed; this container lets 5 ‰ pass."],
		["5‰", { datasets: 1999, removed: 10 }, "10 of 1,999 datasets would be removed; this container lets 5 ‰ pass."],
		["100%", { datasets: 50, removed: 50, goneFolders: folders }, null],
		["20000", { datasets: 50_000, removed: 15_000, goneFolders: folders }, null],
		[
			"1000",
			{ datasets: 2000, removed: 1001 },
			"1,001 of 2,000 datasets would be removed; this container lets 1,000 pass.",
		],
		[null, { datasets: 1_000_000, removed: 1_000_000, goneFolders: folders }, null],
		// In every catalogue of before, unless something else was stated.
		["20%", { datasets: 40, removed: 10 }, null],
		["20%", { datasets: 40, removed: 11 }, "11 of 40 datasets would be removed; this container lets 20 % pass."],
		[
			"20%",
			{ datasets: 14, removed: 7 },
			"7 of 14 datasets would be removed; this container lets less than half pass.",
		],
		["20%", { datasets: 500, removed: 50, goneFolders: folders }, "All 50 datasets of the folder a would be removed."],
	])("maxRemovals %s, %o: %s", (maxRemovals, counts, reason) => {
		expect(reasons(counts, { maxRemovals })).toEqual(reason === null ? [] : [reason]);
	});
});

describe.each([
	["maxUpdates", "updates", "updated"],
	["maxRejections", "rejections", "rejected"],
] as const)("%s", (rule, kind, word) => {
	test.each<[number, number, boolean]>([
		[100, 100, true],
		[199, 100, true],
		[200, 100, false],
		[198, 99, false],
		[99, 99, false],
		[202, 101, false],
		[201, 101, true],
		[0, 0, false],
	])("by default, of %i datasets %i: held %s", (datasets, many, held) => {
		expect(reasons({ datasets, [kind]: many })).toEqual(
			held ? [`${many} of ${datasets} datasets would be ${word}; this container lets 50 % pass.`] : [],
		);
	});

	test("as stated", () => {
		expect(reasons({ datasets: 10, [kind]: 3 }, { [rule]: "3" })).toEqual([]);
		expect(reasons({ datasets: 10, [kind]: 4 }, { [rule]: "3" })).toEqual([
			`4 of 10 datasets would be ${word}; this container lets 3 pass.`,
		]);
		expect(reasons({ datasets: 10, [kind]: 3 }, { [rule]: "20%" })).toEqual([
			`3 of 10 datasets would be ${word}; this container lets 20 % pass.`,
		]);
		expect(reasons({ datasets: 1000, [kind]: 1000 }, { [rule]: null })).toEqual([]);
	});

	test("says nothing of removals", () => {
		expect(reasons({ datasets: 1000, removed: 900 }, { maxRemovals: null, [rule]: "0" })).toEqual([]);
	});
});

describe("emptied", () => {
	const counts = { datasets: 30, removed: 30, emptied: ["archive:in", "archive:out"] };
	const sentences = ["archive:in", "archive:out"].map(
		(source) => `The source ${source} was listed completely and holds no data file any more; it had datasets.`,
	);

	test("is held whatever maxRemovals says", () => {
		expect(reasons({ ...counts, datasets: 3, removed: 3 })).toEqual(sentences);
		for (const maxRemovals of ["100%", "30", null]) expect(reasons(counts, { maxRemovals })).toEqual(sentences);
		expect(reasons(counts, { maxRemovals: null, emptied: "hold" })).toEqual(sentences);
	});

	test("unless the container allows it, which leaves the other rules as they are", () => {
		expect(reasons(counts, { maxRemovals: null, emptied: "allow" })).toEqual([]);
		expect(reasons(counts, { emptied: "allow" })).toEqual([
			"30 of 30 datasets would be removed; this container lets 20 % pass.",
		]);
	});
});

test("says what it saw", () => {
	const counts = {
		...none,
		datasets: 40,
		removed: 12,
		unlinked: 1,
		updates: 7,
		rejections: 2,
		emptied: ["archive:in"],
	};
	expect(guard(counts, {})).toEqual({
		removals: 13,
		updates: 7,
		rejections: 2,
		datasets: 40,
		maxRemovals: "20 %",
		emptied: ["archive:in"],
		reasons: [
			"The source archive:in was listed completely and holds no data file any more; it had datasets.",
			"12 of 40 datasets would be removed and 1 unlinked; this container lets 20 % pass.",
		],
	});
	expect(guard(counts, { maxRemovals: null })?.maxRemovals).toBe("any number");
	expect(guard(counts, { maxRemovals: "5‰" })?.maxRemovals).toBe("5 ‰");
	expect(guard(counts, { maxRemovals: "1500" })?.maxRemovals).toBe("1,500");
	expect(guard({ ...none, datasets: 40 }, {})).toBeNull();
});
