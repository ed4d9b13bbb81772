import fc from "fast-check";
import { expect, test } from "vitest";
import { readCursor, writeCursor } from "./cursor.ts";

const number = fc.integer({ min: 0, max: 999_999_999_999_999 });
const items = fc.record({
	only: fc.option(fc.integer({ min: 1, max: 999_999_999_999 })),
	container: number,
	begin: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
	dataset: number,
});

test("a cursor is read as it was written", () => {
	fc.assert(
		fc.property(fc.record({ epoch: fc.uuid(), seq: number, items: fc.option(items) }), (cursor) => {
			expect(readCursor(writeCursor(cursor))).toEqual(cursor);
		}),
	);
});

test("anything else is none", () => {
	for (const text of ["", "0", "now", `${"0".repeat(32)}.`, `${"0".repeat(32)}.1.2`, `${"0".repeat(32)}.-1`, "\u0000"])
		expect(readCursor(text)).toBeNull();
});
