import { describe, expect, test } from "vitest";
import { writeEoOm, writeNative } from "#lib/demo/eo-om-writer.ts";
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { memorySource } from "#lib/demo/memory-source.ts";
import type { ByteSource, Ring } from "./metadata.ts";
import { chooseAmong, type DatasetFiles, type ReadRule, readDataset } from "./read.ts";

const { signal } = new AbortController();
const rule: ReadRule = { rangeType: null, mosaicRangeType: null, fileName: null, timeZone: "UTC" };
const ring: Ring = [
	[10.25, 20],
	[12, 20],
	[12, 22],
	[10.25, 20],
];
const observation = {
	eoId: "SCENE_1",
	begin: "2006-08-16T09:09:29Z",
	end: "2006-08-16T09:12:46Z",
	footprint: [[ring]],
	properties: { platform: "ENVISAT" },
};

const tiff = (name = "scene.tif", options: Partial<GeoTiffOptions> = {}): ByteSource =>
	memorySource(
		writeGeoTiff({
			size: [20, 20],
			bands: 3,
			crs: 4326,
			georeference: { origin: [10, 22], pixelSize: [0.1, 0.1] },
			...options,
		}),
		name,
	);
const text = (name: string, content: string): ByteSource => memorySource(new TextEncoder().encode(content), name);
const xml = (changes: Partial<Parameters<typeof writeEoOm>[0]> = {}, name = "scene.xml") =>
	text(name, writeEoOm({ ...observation, ...changes }));
const conf = (name: string, rangeType: string) => text(name, `[range_type]\nrange_type_name = ${rangeType}\n`);

const read = (files: Partial<DatasetFiles>, changes: Partial<ReadRule> = {}) =>
	readDataset({ data: tiff(), metadata: [], conf: [], ...files }, { ...rule, ...changes }, { signal });

test("a raster and its metadata", async () => {
	expect(await read({ metadata: [xml()] })).toEqual({
		kind: "rectified",
		size: [20, 20],
		crs: "EPSG:4326",
		extent: [10, 20, 12, 22],
		gcps: null,
		bands: ["red", "green", "blue"].map((name) => ({
			name: expect.stringMatching(new RegExp(name, "i")),
			dataType: "Byte",
			nodata: null,
		})),
		eoId: "SCENE_1",
		begin: "2006-08-16T09:09:29Z",
		end: "2006-08-16T09:12:46Z",
		footprint: { type: "MultiPolygon", coordinates: [[ring]] },
		rangeType: "Byte_3",
		properties: { platform: "ENVISAT" },
	});
});

test("the small file is read once, in one piece", async () => {
	const data = memorySource(
		writeGeoTiff({ size: [20, 20], crs: 4326, georeference: { origin: [10, 22], pixelSize: [0.1, 0.1] } }),
	);
	await read({ data, metadata: [xml()] });
	expect(data.reads).toBe(1);
});

describe("EO ID", () => {
	const pattern = String.raw`^(?<id>[A-Z]+)_(?<begin>\d{8})`;
	test.each([
		["from the metadata", { metadata: [xml()] }, {}, "SCENE_1"],
		["from the native format", { metadata: [text("scene.xml", writeNative(observation))] }, {}, "SCENE_1"],
		[
			"from the first metadata file that has one",
			{ metadata: [xml({ eoId: null }), xml({ eoId: "B" }), xml({ eoId: "C" })] },
			{},
			"B",
		],
		[
			"from the name's pattern",
			{ data: tiff("MER_20060816.tif"), metadata: [xml({ eoId: null })] },
			{ fileName: pattern },
			"MER",
		],
		["from the stem", { metadata: [xml({ eoId: null })] }, {}, "scene"],
		["from the stem, made a name", { data: tiff("2006 a.b.tif"), metadata: [xml({ eoId: null })] }, {}, "_2006_a.b"],
	])("%s", async (_, files, changes, eoId) => {
		expect((await read(files, changes)).eoId).toBe(eoId);
	});
});

describe("times", () => {
	const untimed = xml({ begin: null, end: null });
	const pattern = String.raw`_(?<begin>\d{8}T\d{6})(_(?<end>\d{8}T\d{6}))?`;
	test.each([
		["end defaults to begin", { metadata: [xml({ end: null })] }, {}, "2006-08-16T09:09:29Z", "2006-08-16T09:09:29Z"],
		[
			"per field, the first metadata file that says it",
			{ metadata: [xml({ begin: null, end: "2007-01-01" }), xml()] },
			{},
			"2006-08-16T09:09:29Z",
			"2007-01-01T00:00:00Z",
		],
		[
			"metadata before the TIFF's date",
			{ data: tiff("a.tif", { dateTime: "2001:01:01 00:00:00" }), metadata: [xml()] },
			{},
			"2006-08-16T09:09:29Z",
			"2006-08-16T09:12:46Z",
		],
		[
			"the TIFF's date does not end what metadata begins",
			{ data: tiff("a.tif", { dateTime: "2010:01:01 00:00:00" }), metadata: [xml({ end: null })] },
			{},
			"2006-08-16T09:09:29Z",
			"2006-08-16T09:09:29Z",
		],
		[
			"the TIFF's date",
			{ data: tiff("a.tif", { dateTime: "2001:02:03 04:05:06" }), metadata: [untimed] },
			{ timeZone: "Europe/Vienna" },
			"2001-02-03T03:05:06Z",
			"2001-02-03T03:05:06Z",
		],
		[
			"the name's pattern",
			{ data: tiff("a_20060816T090929_20060816T091246.tif") },
			{ fileName: pattern },
			"2006-08-16T09:09:29Z",
			"2006-08-16T09:12:46Z",
		],
		[
			"the name's pattern, begin only",
			{ data: tiff("a_20060816T090929.tif") },
			{ fileName: pattern },
			"2006-08-16T09:09:29Z",
			"2006-08-16T09:09:29Z",
		],
		[
			"a date alone in the name is the whole day",
			{ data: tiff("a_2006228.tif") },
			{ fileName: "_(?P<begin>\\d{7})" },
			"2006-08-16T00:00:00Z",
			"2006-08-16T23:59:59.999Z",
		],
		[
			"two dates in the name are from the first to the end of the last day",
			{ data: tiff("a_20060816_20060818.tif") },
			{ fileName: "_(?<begin>\\d{8})_(?<end>\\d{8})" },
			"2006-08-16T00:00:00Z",
			"2006-08-18T23:59:59.999Z",
		],
	])("%s", async (_, files, changes, begin, end) => {
		expect(await read(files, changes)).toMatchObject({ begin, end });
	});
});

describe("range type", () => {
	const files = { metadata: [xml()], conf: [conf("scene.conf", "A"), conf("__default__.conf", "B")] };
	const silent = { metadata: [xml()], conf: [text("scene.conf", "[other]\n"), conf("__default__.conf", "B")] };
	test.each([
		["the mosaic's", files, { mosaicRangeType: "M", rangeType: "S" }, "M"],
		["the file's .conf", files, { rangeType: "S" }, "A"],
		["the folder's .conf", silent, { rangeType: "S" }, "B"],
		["the source's", { metadata: [xml()] }, { rangeType: "S" }, "S"],
		["derived from the bands", { metadata: [xml()] }, {}, "Byte_3"],
	])("%s", async (_, dataset, changes, rangeType) => {
		expect((await read(dataset, changes)).rangeType).toBe(rangeType);
	});
});

test("without one in the metadata, the footprint is the raster's outline", async () => {
	const { footprint } = await read({ metadata: [xml({ footprint: null })] });
	expect(footprint.coordinates).toEqual([
		[
			[
				[10, 20],
				[12, 20],
				[12, 22],
				[10, 22],
				[10, 20],
			],
		],
	]);
});

describe("a footprint of the metadata that does not meet the raster counts, and a note says so", () => {
	const at = (lon: number, lat: number): Ring => [
		[lon, lat],
		[lon + 2, lat],
		[lon + 2, lat + 2],
		[lon, lat],
	];
	const noteOf = async (footprint: Ring, data = tiff()) =>
		(await read({ data, metadata: [xml({ footprint: [[footprint]] })] })).properties.footprintNote;

	test.each<[string, Ring, RegExp | undefined]>([
		[
			"far to the east",
			at(60, 20),
			/^The footprint is that of scene\.xml, which is 49\d\d km from where its raster lies/,
		],
		["over the antimeridian", at(-160, 21), /which is 149\d\d km .* \(longitude 11, latitude 21\)\.$/],
		["exchanged", at(20, 10), /km .* With longitude and latitude exchanged the two would meet\.$/],
		["beside it by less than a kilometre", at(12.005, 20), undefined],
		["in part", at(11, 21), undefined],
	])("%s", async (_, footprint, expected) => {
		if (expected === undefined) expect(await noteOf(footprint)).toBeUndefined();
		else expect(await noteOf(footprint)).toMatch(expected);
	});

	test("in another CRS", async () => {
		const utm = { crs: 32632, georeference: { origin: [600_000, 5_300_000], pixelSize: [10, 10] } } as const;
		expect(await noteOf(at(10, 46), tiff("scene.tif", utm))).toBeUndefined();
		expect(await noteOf(at(10, 40), tiff("scene.tif", utm))).toMatch(/ 65\d km /);
	});

	test("that of the raster in a CRS whose datum has several shifts is noted, too", async () => {
		const names = { fileName: "(?<begin>\\d{8})" };
		const noteIn = async (crs: number) =>
			(await read({ data: tiff("scene_20060816.tif", { crs }) }, names)).properties.footprintNote;
		expect(await noteIn(4248)).toMatch(
			/^The datum of EPSG:4248 has several shifts .*: the footprint may be off by 420 m\.$/,
		);
		expect(await noteIn(4258)).toBeUndefined();
	});

	test("a note that a file brings along is not taken over", async () => {
		const raster = { ...(await read({ metadata: [xml()] })) };
		const metadata = { ...raster, properties: { footprintNote: "old" } };
		const origin = { kind: "metadata", file: "scene.xml", format: null } as const;
		expect(chooseAmong({ raster, descriptions: [{ origin, metadata }] }, { name: "scene.tif" }).properties).toEqual({});
	});
});

test("properties: the first metadata file wins, then the next, then the raster's tags", async () => {
	const metadata = [xml({ properties: { platform: "A" } }), xml({ properties: { platform: "B", instrument: "C" } })];
	expect((await read({ metadata })).properties).toEqual({ platform: "A", instrument: "C" });
});

test.each<[string, Partial<DatasetFiles>, Partial<ReadRule>, string, RegExp]>([
	[
		"a raster of half a metre",
		{
			data: tiff("s.tif", { crs: 32632, georeference: { origin: [600_000, 5_300_000], pixelSize: [0.02, 0.02] } }),
			metadata: [xml({ footprint: null })],
		},
		{},
		"no-footprint",
		/in EPSG:32632 covers less than a square metre, too little for one/,
	],
	["no TIFF", { data: text("scene.tif", "hello") }, {}, "unsupported", /no reader for scene\.tif: it is text/],
	[
		"a web page",
		{ data: text("scene.tif", "<!DOCTYPE html><title>404</title>") },
		{},
		"unsupported",
		/no reader for scene\.tif: it is a web page/,
	],
	["an empty file", { data: text("scene.tif", "") }, {}, "unreadable", /^scene\.tif is empty$/],
	[
		"a broken TIFF",
		{ data: memorySource(new Uint8Array([0x49, 0x49, 42, 0, 8, 0, 0, 0]), "scene.tif") },
		{},
		"cut-off|unreadable",
		/^scene\.tif: /,
	],
	["broken XML", { metadata: [text("scene.xml", "<a>")] }, {}, "invalid-metadata", /^scene\.xml: .*line 1/],
	[
		"no EO-O&M",
		{ metadata: [text("scene.xml", "<Unknown/>")] },
		{},
		"invalid-metadata",
		/^scene\.xml: no reader for <Unknown>/,
	],
	[
		"XML of another namespace",
		{ metadata: [text("scene.xml", "<Metadata xmlns='urn:x'/>")] },
		{},
		"invalid-metadata",
		/no reader for <\{urn:x\}Metadata>/,
	],
	[
		"a second metadata file that is broken",
		{ metadata: [xml(), text("b.xml", "")] },
		{},
		"invalid-metadata",
		/^b\.xml: /,
	],
	[
		"metadata that is too large",
		{ metadata: [{ ...text("scene.xml", ""), size: 2 ** 40 }] },
		{},
		"invalid-metadata",
		/^scene\.xml: it has 1099511627776 bytes/,
	],
	["no time", { metadata: [xml({ begin: null, end: null })] }, {}, "no-time", /^scene\.tif: .*fileName pattern/],
	["a name that does not match", {}, { fileName: String.raw`(?<begin>\d{8})` }, "no-time", /^scene\.tif/],
	["an end alone", { metadata: [xml({ begin: null })] }, {}, "no-time", /^scene\.tif/],
	[
		"an end before the begin",
		{ metadata: [xml({ end: "2006-08-15" })] },
		{},
		"invalid-metadata",
		/scene\.tif: it begins at 2006-08-16T09:09:29Z, after its end/,
	],
	["a bad EO ID", { metadata: [xml({ eoId: "1:2" })] }, {}, "invalid-eo-id", /scene\.tif: its EO ID "1:2"/],
	[
		"a bad range type",
		{ metadata: [xml()], conf: [memorySource(new Uint8Array([0xff]), "scene.conf")] },
		{},
		"invalid-metadata",
		/scene\.conf is not UTF-8/,
	],
])("%s is rejected", async (_, files, changes, code, message) => {
	const reading = read(files, changes);
	await expect(reading).rejects.toThrow(message);
	await expect(reading).rejects.toMatchObject({
		name: "RejectedError",
		code: expect.stringMatching(new RegExp(`^(${code})$`)),
	});
});
