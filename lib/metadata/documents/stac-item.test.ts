import { expect, test } from "vitest";
import { stacText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";
import { jsonLimits } from "#lib/metadata/text/json.ts";

const changed = (change: (item: Record<string, unknown>) => unknown) => {
	const item = JSON.parse(stacText);
	return readText(JSON.stringify({ ...item, ...(change(item) as object) }));
};

test("the specification's example", async () => {
	expect(await readText(`\ufeff ${stacText}`)).toEqual({
		eoId: "_20201211_223832_CS2",
		begin: "2020-12-14T18:02:31Z",
		end: "2020-12-14T18:02:32Z",
		footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[172.9117367, 1.3438852]])]] },
		properties: {
			platform: "cool_sat2",
			instrument: "cool_sensor_v1, b",
			resolution: 0.512,
			orbitDirection: "ASCENDING",
			orbitNumber: 4711,
			wrsLongitudeGrid: 12,
			cloudCover: 1.2,
			incidenceAngle: 3.8,
			illuminationAzimuthAngle: 135.7,
			illuminationElevationAngle: 54.9,
			creationDate: "2020-12-15T01:48:13.725Z",
		},
	});
});

test("a single time; no geometry; an id that objects inherit", async () => {
	const item = await changed(() => ({
		id: "constructor",
		geometry: null,
		properties: { datetime: "2020-12-14T18:02:31Z", start_datetime: null },
	}));
	expect(item).toEqual({
		eoId: "constructor",
		begin: "2020-12-14T18:02:31Z",
		end: "2020-12-14T18:02:31Z",
		footprint: null,
		properties: {},
	});
});

test.each([
	["a circle", { geometry: { type: "Circle", coordinates: [1, 2] } }, /geometry is a Circle/],
	["no lists", { geometry: { type: "Polygon", coordinates: { length: 1 } } }, /where a list is required/],
	["texts", { geometry: { type: "Polygon", coordinates: [[["1", "2"]]] } }, /not a pair of numbers/],
	["a bad time", { properties: { datetime: "noon" } }, /"noon" is not a time/],
	["no version", { stac_version: undefined }, /no reader for JSON with stac_extensions, type/],
])("%s is rejected", async (_, change, message) => {
	await expect(changed(() => change)).rejects.toThrow(message);
});

test("JSON that is too deep or too full is rejected before it is parsed", async () => {
	const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
	await expect(readText(deep)).rejects.toThrow(`more than ${jsonLimits.depth} objects`);
	await expect(readText(`{"a":[${"0,".repeat(jsonLimits.values)}0]}`)).rejects.toThrow(/more than \d+ values/);
	await expect(readText(`{"${"[".repeat(100)}\\"{":1}`)).rejects.toThrow(/no reader for JSON/);
});

test.each([
	["a point", { type: "Point", coordinates: [10, 50] }],
	[
		"a line",
		{
			type: "LineString",
			coordinates: [
				[10, 50],
				[11, 51],
			],
		},
	],
	[
		"a collection without an area",
		{ type: "GeometryCollection", geometries: [{ type: "Point", coordinates: [10, 50] }] },
	],
])("%s is no footprint: the raster gives one", async (_, geometry) => {
	expect((await changed(() => ({ geometry }))).footprint).toBeNull();
});

test("of a collection the areas count", async () => {
	const polygon = {
		type: "Polygon",
		coordinates: [
			[
				[1, 1],
				[2, 1],
				[2, 2],
				[1, 1],
			],
		],
	};
	const geometry = { type: "GeometryCollection", geometries: [{ type: "Point", coordinates: [10, 50] }, polygon] };
	expect((await changed(() => ({ geometry }))).footprint?.coordinates).toHaveLength(1);
});
