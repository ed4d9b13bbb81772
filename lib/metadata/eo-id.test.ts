import fc from "fast-check";
import { expect, test } from "vitest";
import { isEoId, toNcName } from "./eo-id.ts";

test.each([
	["MER_FRS_1PNPDE20060816_090929", true],
	["_", true],
	["a.b-c", true],
	["Küste·1", true],
	["数据", true],
	["𐀀", true],
	["", false],
	["1a", false],
	["-a", false],
	[".a", false],
	["·a", false],
	["a:b", false],
	["a b", false],
	["a\n", false],
	["a/b", false],
	["×", false],
	["a\uD800", false],
	["a".repeat(256), true],
	["a".repeat(257), false],
])("%j is an EO ID: %s", (text, is) => {
	expect(isEoId(text)).toBe(is);
});

test.each([
	["scene_1", "scene_1"],
	["2006-08-16 scene", "_2006-08-16_scene"],
	["S2A:T33UVP (copy)", "S2A_T33UVP__copy_"],
	["-x", "_-x"],
	["", "_"],
	["🛰x", "🛰x"],
	["a".repeat(300), "a".repeat(256)],
])("%j becomes %j", (stem, name) => {
	expect(toNcName(stem)).toBe(name);
});

test("every stem becomes an EO ID, and an EO ID stays itself", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 300 }), (stem) => {
			const name = toNcName(stem);
			expect(isEoId(name)).toBe(true);
			expect(toNcName(name)).toBe(name);
		}),
	);
});
