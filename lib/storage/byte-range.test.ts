import { expect, test } from "vitest";
import { bytesInRange, parseContentRange } from "./byte-range.ts";

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
