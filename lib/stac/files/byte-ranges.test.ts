import { expect, test } from "vitest";
import { byteRangesOf } from "./byte-ranges.ts";

test.each([
	[null, null],
	["", null],
	["items=0-1", null],
	["bytes=", null],
	["bytes=5-2", null],
	["bytes=a-b", null],
	["bytes=-", null],
	["bytes=0-0", [[0, 0]]],
	["bytes=0-", [[0, 99]]],
	["bytes=90-200", [[90, 99]]],
	["bytes=-10", [[90, 99]]],
	["bytes=-1000", [[0, 99]]],
	[
		"BYTES = 0-1 , 5-6",
		[
			[0, 1],
			[5, 6],
		],
	],
	[
		"bytes=50-59,0-9",
		[
			[50, 59],
			[0, 9],
		],
	],
	["bytes=0-1,200-300", [[0, 1]]],
	["bytes=100-", "unsatisfiable"],
	["bytes=-0", "unsatisfiable"],
	["bytes=0-10,5-20", "unsatisfiable"],
	[`bytes=${Array.from({ length: 17 }, (_, i) => `${i}-${i}`).join()}`, "unsatisfiable"],
] as const)("%s of 100 bytes", (header, ranges) => {
	const found = byteRangesOf(header, 100);
	expect(Array.isArray(found) ? found.map(({ first, last }) => [first, last]) : found).toEqual(ranges);
});

test("an empty file has no ranges", () => {
	expect(byteRangesOf("bytes=0-", 0)).toBe("unsatisfiable");
});
