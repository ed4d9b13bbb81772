import fc from "fast-check";
import { expect, test } from "vitest";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { differingFields } from "./fields.ts";

const state: DatasetState = {
	eoId: "A",
	kind: "rectified",
	begin: "2006-08-16T09:09:29Z",
	end: "2006-08-16T09:09:29Z",
	footprint: {
		type: "MultiPolygon",
		coordinates: [
			[
				[
					[0, 0],
					[1, 0],
					[1, 1],
					[0, 0],
				],
			],
		],
	},
	crs: "EPSG:4326",
	size: [4, 4],
	extent: [0, 0, 1, 1],
	gcps: null,
	rangeType: "RGB",
	bands: [{ name: "red", dataType: "Byte", nodata: null }],
	properties: { platform: "ENVISAT", orbitNumber: 1 },
};

test.each([
	["eoId", "B"],
	["kind", "referenceable"],
	["begin", "2006-08-16T09:09:29.001Z"],
	["end", "2007-08-16T09:09:29Z"],
	["footprint", { type: "MultiPolygon", coordinates: [] }],
	["crs", "EPSG:3857"],
	["size", [4, 5]],
	["extent", null],
	["gcps", []],
	["rangeType", "GRAY"],
	["bands", [{ name: "red", dataType: "Byte", nodata: 0 }]],
	["properties", { platform: "ENVISAT" }],
] as const)("%s", (field, value) => {
	expect(differingFields(state, { ...state, [field]: value })).toEqual({
		[field]: { before: state[field], after: value },
	});
});

test("the order of keys is no difference, that of lists is", () => {
	expect(differingFields(state, { ...state, properties: { orbitNumber: 1, platform: "ENVISAT" } })).toEqual({});
	expect(Object.keys(differingFields({ ...state, size: [1, 2] }, { ...state, size: [2, 1] }))).toEqual(["size"]);
});

test("what went through JSON does not differ", () => {
	fc.assert(
		fc.property(
			fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
			(properties) => {
				const before = { ...state, properties };
				const after = JSON.parse(JSON.stringify(before));
				// JSON has no -0.
				fc.pre(!Object.values(properties).some((value) => Object.is(value, -0)));
				expect(differingFields(before, after)).toEqual({});
			},
		),
	);
});
