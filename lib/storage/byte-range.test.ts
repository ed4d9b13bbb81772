import { expect, test } from "vitest";
import { bytesInRange, parseContentRange, takeBytes } from "./byte-range.ts";

const file = { name: "a.tif", size: 100 };

test.each([
	[0, 100, 100],
	[0, 1000, 100],
	[90, 20, 10],
	[100, 1, 0],
	[5000, 1, 0],
	[50, 0, 0],
])("from %i, %i bytes: %i", (offset, length, expected) => expect(bytesInRange(file, offset, length)).toBe(expected));

test.each([
	[-1, 1],
	[0, -1],
	[0.5, 1],
	[0, Number.POSITIVE_INFINITY],
	[Number.NaN, 1],
	[2 ** 53, 1],
])("from %d, %d bytes: no range", (offset, length) =>
	expect(() => bytesInRange(file, offset, length)).toThrow(`Cannot read ${length} bytes from ${offset} of a.tif.`),
);

test.each([
	["bytes 10-19/100", { from: 10, size: 100 }],
	["bytes 0-0/*", { from: 0, size: null }],
	["bytes */100", { from: null, size: null }],
	["items 0-1/2", { from: null, size: null }],
	[undefined, { from: null, size: null }],
])("Content-Range %s", (header, expected) => expect(parseContentRange(header)).toEqual(expected));

test.each([
	["all of it, in parts", 0, 6, [1, 2, 3, 4, 5, 6]],
	["what begins and ends inside of parts", 1, 4, [2, 3, 4, 5]],
	["what begins with a part", 3, 2, [4, 5]],
	["less where it ends before", 4, 5, [5, 6]],
	["nothing beyond its end", 9, 2, []],
])("takes of a stream %s", async (_, skip, wanted, expected) => {
	async function* stream() {
		yield Uint8Array.of(1, 2, 3);
		yield Uint8Array.of(4);
		yield Uint8Array.of(5, 6);
	}
	let chunks = 0;
	const bytes = await takeBytes(stream(), wanted, { skip, onChunk: () => chunks++ });
	expect([...bytes]).toEqual(expected);
	// It asks for no part that it does not need.
	expect(chunks).toBe(skip + wanted <= 4 ? 2 : 3);
});
