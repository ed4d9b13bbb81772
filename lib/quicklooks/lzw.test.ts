import { expect, test } from "vitest";
import { unpackLzw } from "./lzw.ts";

/** Codes of 9 bits, then some of 10, the first bit first. */
function packed(codes: readonly number[], wider: readonly number[] = []): Uint8Array {
	const bits = (all: readonly number[], width: number) =>
		all.map((code) => code.toString(2).padStart(width, "0")).join("");
	const text = bits(codes, 9) + bits(wider, 10);
	return Uint8Array.from(text.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

test("what the specification gives as an example is unpacked, and a code that is made by its own step", () => {
	// TIFF 6.0, section 13.
	expect([...unpackLzw(packed([256, 7, 258, 8, 8, 258, 6, 6, 257]), 100)]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
	expect([...unpackLzw(packed([256, 1, 2, 258, 260, 257]), 100)]).toEqual([1, 2, 1, 2, 1, 2, 1]);
});

test("codes become wider one code early, and end with the bytes", () => {
	const single = Array.from({ length: 300 }, (_, i) => i % 200);
	const codes = [256, ...single.slice(0, 254)];
	// 254 further codes: the next has 10 bits.
	expect([...unpackLzw(packed(codes, single.slice(254)), 1000)].slice(0, 300)).toEqual(single);
});

test.each([
	["a code that is not made yet", [256, 1, 300]],
	["a code made by its own step at the beginning", [256, 258]],
])("%s is refused", (_, codes) => {
	expect(() => unpackLzw(packed(codes), 100)).toThrow("mean nothing");
});

test("what unpacks to more than is wanted is refused before it is", () => {
	const codes = [256, 1, ...Array.from({ length: 200 }, (_, i) => 258 + i)];
	expect(() => unpackLzw(packed(codes), 1000)).toThrow("more than it should");
});
