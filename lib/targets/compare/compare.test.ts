import { describe, expect, test } from "vitest";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";
import { compareObject, keptFields, type Ownership } from "./compare.ts";
import { isSameFootprint } from "./footprints.ts";
import { isSameField } from "./same-field.ts";
import type { TargetField, TargetObject } from "./target-object.ts";

const square: Ring = [
	[10, 40],
	[12, 40],
	[12, 42],
	[10, 42],
	[10, 40],
];
const footprintOf = (...rings: readonly Ring[]): Footprint => polygonsOf(...rings.map((ring) => [ring]));
const polygonsOf = (...polygons: readonly (readonly Ring[])[]): Footprint => ({
	type: "MultiPolygon",
	coordinates: polygons,
});
const object: TargetObject = {
	kind: "coverage",
	identifier: "A",
	beginTime: "2006-08-16T09:09:29Z",
	endTime: "2006-08-16T09:12:46Z",
	footprint: footprintOf(square),
	coverageType: "RGB",
	grid: { crs: "EPSG:4326", offsets: ["0.031355", "-0.031355"] },
	origin: ["11.331755", "46.268645"],
	size: [541, 449],
	files: [
		{
			place: "/data/a.tif",
			format: "image/tiff",
			fieldIndex: 0,
			bandCount: 3,
		},
	],
	metadata: [{ place: "/data/a.xml", format: "eogml" }],
	collections: ["S", "M"],
	visibility: { wcs: true },
	properties: {},
};

describe("footprints are the same", () => {
	test.each<readonly [string, Footprint]>([
		["begun elsewhere", footprintOf([...square.slice(2, 4), ...square.slice(0, 3)])],
		["the other way round", footprintOf(square.toReversed())],
		["with another seventh decimal", footprintOf(square.map(([x, y]) => [x + 4e-7, y - 4e-7]))],
		[
			"with corners on its edges",
			footprintOf([
				[10, 40],
				[10.7, 40],
				[11, 40],
				[12, 40],
				[12, 42],
				[10, 42],
				[10, 40],
			]),
		],
		["not closed", footprintOf(square.slice(0, 4))],
	])("%s", (_, other) => {
		expect(isSameFootprint(footprintOf(square), other)).toBe(true);
		expect(isSameFootprint(other, footprintOf(square))).toBe(true);
	});

	test.each<readonly [string, Footprint | null]>([
		[
			"with a notch",
			footprintOf([
				[10, 40],
				[11, 41],
				[12, 40],
				[12, 42],
				[10, 42],
				[10, 40],
			]),
		],
		[
			"without a corner",
			footprintOf([
				[10, 40],
				[12, 40],
				[12, 42],
				[10, 40],
			]),
		],
		["a hundred-thousandth away", footprintOf(square.map(([x, y]) => [x + 1e-5, y]))],
		[
			"with a hole",
			polygonsOf([
				square,
				[
					[10, 40],
					[12, 40],
					[10, 42],
					[10, 40],
				],
			]),
		],
		[
			"with another part",
			footprintOf(
				square,
				square.map(([x, y]) => [x + 20, y]),
			),
		],
		["none", null],
		["empty", footprintOf()],
	])("not %s", (_, other) => {
		expect(isSameFootprint(footprintOf(square), other)).toBe(false);
		expect(isSameFootprint(other, footprintOf(square))).toBe(false);
	});
});

describe("a field is the same", () => {
	test.each<readonly [TargetField, unknown, unknown, boolean]>([
		["beginTime", "2006-08-16T09:09:29Z", "2006-08-16 09:09:29+00", true],
		["beginTime", "2006-08-16T09:09:29Z", "2006-08-16T11:09:29.000+02:00", true],
		["beginTime", "2006-08-16T09:09:29.123456Z", "2006-08-16T09:09:29.123Z", false],
		["beginTime", "2006-08-16T09:09:29Z", null, false],
		["beginTime", "infinity", "infinity", true],
		[
			"grid",
			object.grid,
			{ crs: "urn:ogc:def:crs:EPSG::4326", offsets: ["0.031355000000000", "-0.0313550000000001"] },
			true,
		],
		[
			"grid",
			object.grid,
			{ crs: 'GEOGCS["x",AUTHORITY["EPSG","4326"]]', offsets: ["0.031355", "-0.031355", null] },
			true,
		],
		["grid", object.grid, { crs: "EPSG:4326", offsets: ["0.031355", "0.031355"] }, false],
		["grid", object.grid, { crs: "EPSG:4326[", offsets: ["0.031355", "-0.031355"] }, false],
		["grid", object.grid, { crs: "EPSG:4326", offsets: ["0.031355", "-0.031355", "1"] }, false],
		["grid", object.grid, { crs: "EPSG:4326", offsets: [null, null] }, false],
		["grid", { crs: "EPSG:4326", offsets: [] }, { crs: "EPSG:4326", offsets: [null, null] }, true],
		["grid", null, null, true],
		["origin", object.origin, ["11.331755000000001", "46.268645", null, null], true],
		["origin", object.origin, ["11.33178", "46.268645"], false],
		["origin", object.origin, ["11.331755", "nonsense"], false],
		["origin", ["0", "0"], ["1e-9", "-0"], true],
		["origin", [], [null, null], true],
		["size", [541, 449], [541, 449, null], true],
		["size", [541, 449], [541, 448], false],
		["files", object.files, [{ ...object.files[0], format: null }], true],
		["files", object.files, [{ ...object.files[0], format: "IMAGE/TIFF" }], true],
		["files", object.files, [{ ...object.files[0], bandCount: 4 }], false],
		["files", object.files, [], false],
		["metadata", object.metadata, [{ place: "/data/a.xml", format: "dimap" }], false],
		["collections", ["S", "M"], ["M", "S"], true],
		["collections", ["S", "M"], ["M"], false],
		["visibility", { wcs: true }, { wcs: true, wms: false }, true],
		["visibility", { wcs: true }, { wcs: null }, false],
		[
			"properties",
			{ cloudCover: 4, a: "2020-01-01T00:00:00Z" },
			{ cloudCover: 4.0000000001, a: "2020-01-01T00:00:00+00:00" },
			true,
		],
		["properties", { orbit: "1" }, { orbit: "01" }, false],
	])("%s %j %j: %s", (field, a, b, same) => {
		const of = (value: unknown) => ({ ...object, [field]: value })[field];
		expect(isSameField(field, of(a), of(b), object.grid)).toBe(same);
	});
});

describe("what a push does about a field that differs", () => {
	const there: TargetObject = { ...object, endTime: "2007-01-01T00:00:00Z", coverageType: "grey" };
	const owned = (more: Partial<Ownership>): Ownership => ({
		written: keptFields(there),
		desired: null,
		differing: [],
		...more,
	});
	const kept = { endTime: object.endTime, coverageType: object.coverageType };
	test.each<readonly [string, TargetObject, TargetObject, Ownership | null, string, string]>([
		["nothing differs", object, { ...object, identifier: "B" }, owned({ written: keptFields(object) }), "same", ""],
		["never ours", object, there, null, "differs", "endTime push, coverageType push"],
		["ours, as it was written", object, there, owned({}), "differs", "endTime push, coverageType push"],
		[
			"changed there",
			object,
			there,
			owned({ written: keptFields(object) }),
			"changed there",
			"endTime changed there, coverageType changed there",
		],
		[
			"changed there, and other things here",
			{ ...object, size: [1, 1] },
			there,
			owned({ written: keptFields(object) }),
			"changed there",
			"endTime changed there, coverageType changed there, size push",
		],
		[
			"adopted",
			object,
			there,
			owned({ desired: kept, differing: ["endTime", "coverageType"] }),
			"differs (adopted)",
			"endTime adopted, coverageType adopted",
		],
		[
			"adopted, one accepted",
			object,
			there,
			owned({ desired: kept, differing: ["coverageType"] }),
			"differs",
			"endTime push, coverageType adopted",
		],
		[
			"adopted, and the catalogue says something else since",
			{ ...object, endTime: "2008-01-01T00:00:00Z" },
			there,
			owned({ desired: kept, differing: ["endTime", "coverageType"] }),
			"differs",
			"endTime push, coverageType adopted",
		],
		[
			"adopted, and what was there was changed there since",
			object,
			there,
			owned({
				desired: kept,
				differing: ["endTime", "coverageType"],
				written: keptFields({ ...there, endTime: null }),
			}),
			"differs (adopted)",
			"endTime adopted, coverageType adopted",
		],
	])("%s", (_, desired, actual, ownership, state, fields) => {
		const compared = compareObject(desired, actual, ownership);
		expect(compared.state).toBe(state);
		expect(compared.fields.map(({ field, fate }) => `${field} ${fate}`).join(", ")).toBe(fields);
	});
});

test("what is kept of a footprint is the same however its rings are written, and another one where a corner moved", () => {
	const digestOf = (...rings: readonly Ring[]) => keptFields({ ...object, footprint: footprintOf(...rings) }).footprint;
	expect(digestOf(square.toReversed())).toEqual(digestOf(square));
	expect(digestOf(square.map(([x, y]) => [x, y + 1e-5]))).not.toEqual(digestOf(square));
	const moved = { ...object, footprint: footprintOf(square.map(([x, y]) => [x, y + 1e-5])) };
	expect(compareObject(object, moved, { written: keptFields(moved), desired: null, differing: [] }).state).toBe(
		"differs",
	);
	expect(compareObject(object, moved, { written: keptFields(object), desired: null, differing: [] }).state).toBe(
		"changed there",
	);
	const kept = { written: keptFields(moved), desired: keptFields(object, ["footprint"]), differing: ["footprint"] };
	expect(compareObject(object, moved, kept).state).toBe("differs (adopted)");
});
