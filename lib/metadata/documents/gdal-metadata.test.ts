import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { geotiff } from "#lib/metadata/geotiff/geotiff.ts";

const scene: GeoTiffOptions = {
	size: [64, 48],
	crs: 4326,
	georeference: { origin: [10, 50], pixelSize: [0.03, 0.02] },
	pixel: (x, y) => (x + y) % 100,
};
const options = { timeZone: "UTC", signal: new AbortController().signal };

function read(changes: Partial<GeoTiffOptions> = {}) {
	return geotiff.read(memorySource(writeGeoTiff({ ...scene, ...changes })), options);
}

const items = (...lines: readonly string[]) => `<GDALMetadata>\n  ${lines.join("\n  ")}\n</GDALMetadata>\n`;
test.each<[string, Partial<GeoTiffOptions>, readonly string[]]>([
	["one band", {}, ["B1"]],
	["three bands of 16 bits that are no colours", { bands: 3, dataType: "UInt16" }, ["B1", "B2", "B3"]],
	["RGB of 16 bits", { bands: 3, dataType: "UInt16", photometric: "rgb" }, ["red", "green", "blue"]],
	["RGB and alpha", { bands: 4, alpha: true }, ["red", "green", "blue", "alpha"]],
	["RGB and another", { bands: 4 }, ["red", "green", "blue", "B4"]],
	[
		"descriptions",
		{
			bands: 2,
			gdalMetadata: items(
				'<Item name="DESCRIPTION" sample="1" role="description"> near &amp;lt;infrared&amp;gt; </Item>',
			),
		},
		["B1", "near <infrared>"],
	],
	[
		"the same description twice",
		{
			bands: 2,
			gdalMetadata: items(
				'<Item name="a" sample="0" role="description">x</Item>',
				'<Item name="b" sample="1" role="description">x</Item>',
			),
		},
		["x", "B2"],
	],
	[
		"colours",
		{
			bands: 2,
			gdalMetadata: items(
				'<Item name="COLORINTERP" sample="0" role="colorinterp">Red</Item>',
				'<Item name="COLORINTERP" sample="1" role="colorinterp">Undefined</Item>',
			),
		},
		["red", "B2"],
	],
])("band names: %s", async (_, changes, names) => {
	expect((await read(changes)).raster.bands.map(({ name }) => name)).toEqual(names);
});

test("GDAL's items become properties, well-known ones by their EO-O&M name", async () => {
	const gdalMetadata = items(
		'<Item name="SATELLITE">ENVISAT</Item>',
		'<Item name="ORBIT_NUMBER">23322</Item>',
		'<Item name="CYCLE">007</Item>',
		'<Item name="x" sample="0">of a band</Item>',
		'<Item name="y" domain="RPC">of another domain</Item>',
		'<Item name="__proto__">hostile</Item>',
		'<Item name="TIFFTAG_SOFTWARE">not of the observation</Item>',
		"<Item>no name</Item>",
	);
	const { metadata } = await read({ gdalMetadata });
	expect(metadata.properties).toEqual({ platform: "ENVISAT", orbitNumber: 23322, CYCLE: "007" });
	expect(Object.getPrototypeOf(metadata.properties)).toBe(Object.prototype);
});

const started = '<Item name="ACQUISITION_START_TIME">2006-08-16T09:09:29.250Z</Item>';
const stopped = '<Item name="ACQUISITION_STOP_TIME">2006-08-16T09:12:46Z</Item>';
test.each<[string, Partial<GeoTiffOptions>, string | null, string | null]>([
	["TIFF's DateTime", { dateTime: "2006:08:16 09:09:29" }, "2006-08-16T09:09:29Z", "2006-08-16T09:09:29Z"],
	["a DateTime that was never set", { dateTime: "0000:00:00 00:00:00" }, null, null],
	[
		"a period",
		{ gdalMetadata: items(started, stopped), dateTime: "2010:01:01 00:00:00" },
		"2006-08-16T09:09:29.250Z",
		"2006-08-16T09:12:46Z",
	],
	[
		"several scenes of one tile, of HLS and OPERA",
		{
			gdalMetadata: items(
				'<Item name="SENSING_TIME">2019-03-02T03:44:13.9247280Z; 2019-03-02T03:43:50.0379250Z</Item>',
			),
			dateTime: "2023:01:31 22:23:41",
		},
		"2019-03-02T03:43:50.037Z",
		"2019-03-02T03:44:13.924Z",
	],
	["a start alone", { gdalMetadata: items(started) }, "2006-08-16T09:09:29.250Z", "2006-08-16T09:09:29.250Z"],
	[
		"what is no time is not replaced by TIFF's DateTime",
		{ gdalMetadata: items('<Item name="ACQUISITIONDATETIME">soon</Item>'), dateTime: "2010:01:01 00:00:00" },
		null,
		null,
	],
	[
		"ECS, of MODIS",
		{
			gdalMetadata: items(
				...["BEGINNING", "ENDING"].flatMap((end, i) => [
					`<Item name="RANGE${end}DATE">2017-01-0${i + 1}</Item>`,
					`<Item name="RANGE${end}TIME">0${i}:00:00.5</Item>`,
				]),
			),
		},
		"2017-01-01T00:00:00.500Z",
		"2017-01-02T01:00:00.500Z",
	],
	[
		"GDAL's of a netCDF file",
		{
			gdalMetadata: items(
				'<Item name="NETCDF_DIM_EXTRA">{lev,time}</Item>',
				'<Item name="NETCDF_DIM_time_VALUES">{2,1}</Item>',
				'<Item name="time#units">days since 2020-01-01</Item>',
			),
			dateTime: "2024:01:01 00:00:00",
		},
		"2020-01-02T00:00:00Z",
		"2020-01-03T00:00:00Z",
	],
	[
		"a list of more times than are kept",
		{
			gdalMetadata: items(
				'<Item name="NETCDF_DIM_EXTRA">{time}</Item>',
				`<Item name="NETCDF_DIM_time_VALUES">{${Array.from({ length: 400 }, (_, day) => day)}}</Item>`,
				'<Item name="time#units">days since 2020-01-01</Item>',
			),
		},
		null,
		null,
	],
	[
		"GDAL's name",
		{ gdalMetadata: items('<Item name="ACQUISITIONDATETIME">2006-08-16 09:09:29</Item>') },
		"2006-08-16T09:09:29Z",
		"2006-08-16T09:09:29Z",
	],
])("times: %s", async (_, changes, begin, end) => {
	expect((await read(changes)).metadata).toMatchObject({ begin, end });
});

test("a time without zone is in the caller's", async () => {
	const source = memorySource(writeGeoTiff({ ...scene, dateTime: "2006:08:16 09:09:29" }));
	const { metadata } = await geotiff.read(source, { ...options, timeZone: "Europe/Vienna" });
	expect(metadata.begin).toBe("2006-08-16T07:09:29Z");
});
