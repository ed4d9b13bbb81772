import { expect, test } from "vitest";
import { itemDifferences } from "./item-differences.ts";

const square = [
	[0, 0],
	[2, 0],
	[2, 1],
	[0, 1],
	[0, 0],
];
const turned = [
	[2, 1],
	[2, 0],
	[0.0000004, 0],
	[0, 1],
	[2, 1],
];
const differing = (ours: object, theirs: object, reference = false) =>
	Object.keys(itemDifferences({ ...ours }, { ...theirs }, { reference })).sort();

test.each([
	["another direction, beginning and rounding", turned, []],
	["another corner", [...square.slice(0, 2), [2, 1.1], [0, 1], [0, 0]], ["geometry"]],
	["one corner less", [square[0], square[1], square[2], square[0]], ["geometry"]],
] as const)("a ring with %s", (_, ring, expected) => {
	const ours = { geometry: { type: "Polygon", coordinates: [square] } };
	const theirs = { geometry: { type: "MultiPolygon", coordinates: [[ring]] } };
	expect(differing(ours, theirs)).toEqual(expected);
});

test("instants are compared as such, numbers up to rounding, lists in their order", () => {
	const ours = { properties: { datetime: "2026-01-01T00:00:00Z", gsd: 10, platform: "a", instruments: ["x", "y"] } };
	const theirs = {
		properties: { datetime: "2026-01-01T01:00:00.000+01:00", gsd: 10.000001, platform: "b", instruments: ["y", "x"] },
	};
	expect(differing(ours, theirs)).toEqual(["properties.instruments", "properties.platform"]);
});

test("assets: where they are counts for a copy, not for a provider's item, and what signs an address never", () => {
	const ours = {
		assets: { data: { href: "https://a/x.tif?sig=1", "file:size": 5 }, metadata: { href: "https://a/x.xml" } },
	};
	expect(
		differing(ours, { assets: { data: { href: "https://a/x.tif?sig=2" }, metadata: { href: "https://a/x.xml" } } }),
	).toEqual(["assets.data.file:size"]);
	const elsewhere = { assets: { data: { href: "https://b/x.tif", "file:size": 6 } } };
	expect(differing(ours, elsewhere)).toEqual(["assets.data.file:size", "assets.data.href", "assets.metadata"]);
	expect(differing(ours, elsewhere, true)).toEqual(["assets.data.file:size"]);
});

test("hostile documents neither throw nor grow", () => {
	const ours = { properties: { a: "x" }, geometry: { type: "Polygon", coordinates: [square] } };
	const theirs = {
		properties: JSON.parse('{ "__proto__": 1, "a": [] }'),
		geometry: { type: "Polygon", coordinates: "all of it" },
		assets: [1, 2],
	};
	expect(differing(ours, theirs)).toEqual(["geometry", "properties.__proto__", "properties.a"]);
	const inherited = { properties: { constructor: "builder" } };
	expect(itemDifferences({ properties: {} }, inherited, { reference: false })).toEqual({
		"properties.constructor": { ours: null, theirs: "builder" },
	});
	expect(differing({ properties: {} }, inherited, true)).toEqual([]);
	expect(differing({}, { assets: { constructor: { href: "x" } } })).toEqual(["assets.constructor"]);
	expect(differing({ properties: { a: { constructor: 1 } } }, { properties: { a: {} } })).toEqual(["properties.a"]);
	const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, "y".repeat(5000)]));
	expect(JSON.stringify(itemDifferences(ours, { properties: many }, { reference: false })).length).toBeLessThan(50_000);
});
