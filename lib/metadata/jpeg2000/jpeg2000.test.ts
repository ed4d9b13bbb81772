import { expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { maxBytesRead } from "#lib/metadata/geotiff/tiff-bytes.ts";
import type { Georeference } from "#lib/metadata/metadata.ts";
import { expectDamageIsRejected, fileWith, sparseFile, wgs84Wkt } from "#lib/metadata/testing/files.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { jpeg2000, jpeg2000Bounds } from "./jpeg2000.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
const text = (characters: string) => new TextEncoder().encode(characters);

function box(type: string, ...contents: readonly Uint8Array[]): Uint8Array {
	const bytes = Buffer.concat([Buffer.alloc(4), text(type), ...contents]);
	bytes.writeUInt32BE(bytes.length, 0);
	return bytes;
}

/** Components by their Ssiz byte: bits less one, 128 added for signed ones. */
function codestream(components: readonly number[], size = [61, 47]): Uint8Array {
	const bytes = Buffer.alloc(42 + components.length * 3 + 20);
	bytes.writeUInt32BE(0xff4fff51, 0);
	bytes.writeUInt16BE(38 + components.length * 3, 4);
	[3 + (size[0] ?? 0), 5 + (size[1] ?? 0), 3, 5].forEach((value, index) => {
		bytes.writeUInt32BE(value, 8 + index * 4);
	});
	bytes.writeUInt16BE(components.length, 40);
	components.forEach((depth, index) => {
		bytes.set([depth, 1, 1], 42 + index * 3);
	});
	bytes.writeUInt16BE(0xffd9, bytes.length - 2);
	return bytes;
}

const signature = Uint8Array.from([0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a]);
const rgb = box("colr", Uint8Array.from([1, 0, 0, 0, 0, 0, 16]));

function jp2(components: readonly number[], ...boxes: readonly Uint8Array[]): Uint8Array {
	return Buffer.concat([
		signature,
		box("ftyp", text("jp2 \0\0\0\0jp2 ")),
		...boxes,
		box("jp2c", codestream(components)),
	]);
}

const geoTiff: GeoTiffOptions = {
	size: [1, 1],
	crs: 32633,
	georeference: { origin: [500000, 5300000], pixelSize: [10, 10] },
};
const uuid = Uint8Array.from(Buffer.from("b14bf8bd083d4b43a5ae8cd7d5a6ce03", "hex"));
const geoJp2 = (changes: Partial<GeoTiffOptions> = {}) => box("uuid", uuid, writeGeoTiff({ ...geoTiff, ...changes }));

/** GMLJP2 1 as GDAL writes it for longitude and latitude, the upper left pixel's centre at 10.005 E, 49.995 N. */
function gml({
	srsName = "urn:ogc:def:crs:EPSG::4326",
	pos = "49.995 10.005",
	down = "-0.01 0",
	right = "0 0.01",
	axes = "",
	extra = "",
} = {}) {
	return `<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><gml:rectifiedGridDomain>
	<gml:RectifiedGrid dimension="2">${axes}<gml:origin><gml:Point srsName="${srsName}"><gml:pos>${pos}</gml:pos></gml:Point></gml:origin>
	<gml:offsetVector>${right}</gml:offsetVector><gml:offsetVector>${down}</gml:offsetVector></gml:RectifiedGrid>
	</gml:rectifiedGridDomain></gml:featureMember>${extra}</gml:FeatureCollection>`;
}

function gmlBox(xml: string): Uint8Array {
	const root = box("asoc", box("lbl ", text("gml.root-instance")), box("xml ", text(`${xml}\0`)));
	return box("asoc", box("lbl ", text("gml.data\0")), root);
}

function read(bytes: Uint8Array, siblings = {}) {
	return jpeg2000.read(fileWith(bytes, "scene.jp2", siblings), options);
}

const degrees = [10, 49.53, 10.61, 50];

test("GeoJP2", async () => {
	const { raster } = await read(jp2([15], geoJp2()));
	expect(raster).toEqual({
		kind: "rectified",
		size: [61, 47],
		crs: "EPSG:32633",
		extent: [500000, 5299530, 500610, 5300000],
		gcps: null,
		bands: [{ name: "B1", dataType: "UInt16", nodata: null }],
	});
});

test.each([
	["version 1, latitude first", {}],
	["a URL for the CRS", { srsName: "http://www.opengis.net/def/crs/EPSG/0/4326" }],
	[
		"longitude first by the axes' names",
		{ pos: "10.005 49.995", right: "0.01 0", down: "0 -0.01", axes: "<gml:axisName>Easting</gml:axisName>" },
	],
	[
		"longitude first by the CRS",
		{ srsName: "http://www.opengis.net/gml/srs/epsg.xml#4326", pos: "10.005 49.995", right: "0.01 0", down: "0 -0.01" },
	],
	["commas", { pos: "49.995, 10.005" }],
])("GMLJP2: %s", async (_, changes) => {
	expect((await read(jp2([7], gmlBox(gml(changes))))).raster).toMatchObject({ crs: "EPSG:4326", extent: degrees });
});

test("GMLJP2 2 without root label, with an observation's metadata", async () => {
	const eo = `<eop:EarthObservation xmlns:eop="http://www.opengis.net/eop/2.0"><om:phenomenonTime xmlns:om="http://www.opengis.net/om/2.0"><gml:TimePeriod><gml:beginPosition>2006-08-16T09:09:29Z</gml:beginPosition><gml:endPosition>2006-08-16T09:10:00Z</gml:endPosition></gml:TimePeriod></om:phenomenonTime></eop:EarthObservation>`;
	const boxes = box("asoc", box("lbl ", text("gml.data")), box("xml ", text(gml({ extra: eo }))));
	const { raster, metadata } = await read(jp2([7], boxes));
	expect(raster.extent).toEqual(degrees);
	expect(metadata).toMatchObject({ begin: "2006-08-16T09:09:29Z", end: "2006-08-16T09:10:00Z" });
});

test("GeoJP2 wins over GMLJP2, which serves where GeoJP2 has no CRS", async () => {
	expect((await read(jp2([7], gmlBox(gml()), geoJp2()))).raster.crs).toBe("EPSG:32633");
	const { crs: _, ...nowhere } = geoTiff;
	const without = box("uuid", uuid, writeGeoTiff(nowhere));
	expect((await read(jp2([7], gmlBox(gml()), without))).raster.crs).toBe("EPSG:4326");
});

test("a bare codestream with a world file", async () => {
	const siblings = { "scene.jkw": "0.01 0 0 -0.01 10.005 49.995", "scene.prj": wgs84Wkt };
	const source = fileWith(codestream([7, 7]), "scene.j2k", siblings);
	expect(jpeg2000.recognises(codestream([7]))).toBe(true);
	const { raster } = await jpeg2000.read(source, options);
	expect(raster).toMatchObject({ crs: "EPSG:4326", extent: degrees, bands: { length: 2 } });
});

test.each([
	[0, "Byte"],
	[7, "Byte"],
	[128 + 7, "Int8"],
	[11, "UInt16"],
	[128 + 15, "Int16"],
	[31, "UInt32"],
	[128 + 23, "Int32"],
])("a component of Ssiz %i is %s", async (depth, dataType) => {
	expect((await read(jp2([depth], geoJp2()))).raster.bands[0]?.dataType).toBe(dataType);
});

test("names of colours, and alpha", async () => {
	const alpha = box("cdef", Uint8Array.from([0, 1, 0, 3, 0, 1, 0, 0]));
	const { raster } = await read(jp2([7, 7, 7, 7], box("jp2h", rgb, alpha), geoJp2()));
	expect(raster.bands.map(({ name }) => name)).toEqual(["red", "green", "blue", "alpha"]);
});

test.each<[string, Uint8Array, string, RegExp]>([
	["no georeferencing", jp2([7]), "no-crs", /put scene\.j2w|put scene\.jpw|beside it/],
	["38 bits", jp2([37], geoJp2()), "unsupported", /38 bits/],
	["GML without CRS", jp2([7], gmlBox(gml({ srsName: "" }))), "no-crs", /names no CRS/],
	["GML with a strange CRS", jp2([7], gmlBox(gml({ srsName: "urn:what" }))), "no-crs", /urn:what/],
	["GML with a strange position", jp2([7], gmlBox(gml({ pos: "a b" }))), "unreadable", /invalid numbers/],
	["GML that is no XML", jp2([7], gmlBox("<a")), "invalid-metadata", /XML/],
	["no codestream", Buffer.concat([signature, box("ftyp", text("jp2 ")), geoJp2()]), "unreadable", /no codestream/],
	[
		"no codestream where it should be",
		Buffer.concat([signature, box("jp2c", new Uint8Array(60))]),
		"unreadable",
		/no SIZ/,
	],
	[
		"a box of no length",
		Buffer.concat([signature, Uint8Array.from([0, 0, 0, 2, 1, 1, 1, 1])]),
		"unreadable",
		/box has 2 bytes/,
	],
])("%s", async (_, bytes, code, message) => {
	await expect(read(bytes)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("cut off", async () => {
	const whole = jp2([7], geoJp2());
	for (const length of [whole.length - 1, whole.length - 40, 100]) {
		await expect(read(whole.subarray(0, length))).rejects.toMatchObject({ code: "cut-off" });
	}
	const toTheEnd = Buffer.from(whole);
	toTheEnd.writeUInt32BE(0, toTheEnd.lastIndexOf("jp2c") - 4);
	await expect(read(toTheEnd)).resolves.toBeDefined();
	await expect(read(toTheEnd.subarray(0, whole.length - 1))).rejects.toMatchObject({ code: "cut-off" });
});

test("of a file of 2 GB a few kilobytes are read, wherever its boxes stand", async () => {
	const size = 2 ** 31;
	const start = Buffer.concat([signature, box("ftyp", text("jp2 ")), box("jp2c", codestream([7]))]);
	const tail = geoJp2();
	start.writeUInt32BE(size - tail.length - start.lastIndexOf("jp2c") + 4, start.lastIndexOf("jp2c") - 4);
	const end = Buffer.concat([Uint8Array.from([0xff, 0xd9]), tail]);
	const source = sparseFile(size, { 0: start, [size - end.length]: end });
	expect((await jpeg2000.read(source, options)).raster.crs).toBe("EPSG:32633");
	expect(source.bytesRead).toBeLessThanOrEqual(40 * 1024);
});

test("damaged files", async () => {
	const files = [jp2([7, 7, 7], box("jp2h", rgb), geoJp2()), jp2([7], gmlBox(gml()))];
	const maxBytes = jpeg2000Bounds.maxBytes + maxBytesRead;
	await expectDamageIsRejected(files, {
		read: (source) => jpeg2000.read(source, options),
		maxBytes,
		name: "scene.jp2",
	});
}, 60_000);

test("as in GDAL an .aux.xml counts before what the file says, and before a world file", async () => {
	const siblings = { "scene.wld": "1\n0\n0\n-1\n0\n0\n", "scene.prj": wgs84Wkt };
	const readWith = async (georeference: Partial<Georeference>, ...boxes: readonly Uint8Array[]) => {
		const place = { crs: null, geoTransform: null, gcps: [], isFirst: true, ...georeference };
		return (
			await jpeg2000.read(fileWith(jp2([7], ...boxes), "scene.jp2", siblings), { ...options, georeference: place })
		).raster;
	};
	const geoTransform = [20, 0.1, 0, 50, 0, -0.1] as const;
	const both = await readWith({ crs: "EPSG:4326", geoTransform }, geoJp2());
	expect(both).toMatchObject({ crs: "EPSG:4326", extent: [20, 45.3, 26.1, 50] });
	expect((await readWith({ crs: "EPSG:4326", geoTransform })).extent).toEqual([20, 45.3, 26.1, 50]);
	const crsAlone = await readWith({ crs: "EPSG:32632" }, geoJp2());
	expect(crsAlone).toMatchObject({ crs: "EPSG:32632", extent: [500000, 5299530, 500610, 5300000] });
	const gcps = [0, 61].flatMap((pixel) => [0, 47].map((line) => ({ pixel, line, x: 20 + pixel, y: 50 - line, z: 0 })));
	expect(await readWith({ crs: "EPSG:4326", gcps })).toMatchObject({ kind: "referenceable", gcps });
});
