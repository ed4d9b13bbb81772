import { expect, test } from "vitest";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, wgs84Wkt } from "#lib/metadata/testing/files.ts";
import { envi } from "./envi.ts";
import { maxEnviHeaderBytes } from "./envi-header.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };

/** As ENVI and GDAL write it. */
function header(changes: Readonly<Record<string, string | null>> = {}): string {
	const fields: Record<string, string | null> = {
		description: "{\n  A scene.}",
		samples: "61",
		"lines  ": "47",
		bands: "2",
		"header offset": "0",
		"file type": "ENVI Standard",
		"data type": "12",
		interleave: "bsq",
		"byte order": "0",
		"map info": "{UTM, 1, 1, 500000, 5300000, 10, 10, 33, North,WGS-84}",
		"band names": "{\nfirst,\nsecond}",
		"data ignore value": "5",
		"acquisition time": "2005-10-06T11:20:05.25Z",
		"sensor type": "HyMap",
		...changes,
	};
	const lines = Object.entries(fields).flatMap(([key, value]) => (value === null ? [] : [`${key} = ${value}`]));
	return ["ENVI", ...lines].join("\n");
}

const samples = new Uint8Array(61 * 47 * 2 * 2);

function read(changes: Readonly<Record<string, string | null>> = {}, bytes = samples) {
	return envi.read(fileWith(bytes, "scene.img", { "scene.hdr": header(changes) }), options);
}

test("all of a header", async () => {
	expect(await read()).toEqual({
		raster: {
			kind: "rectified",
			size: [61, 47],
			crs: "EPSG:32633",
			extent: [500000, 5299530, 500610, 5300000],
			gcps: null,
			bands: ["first", "second"].map((name) => ({ name, dataType: "UInt16", nodata: 5 })),
		},
		metadata: {
			eoId: null,
			begin: "2005-10-06T11:20:05.250Z",
			end: "2005-10-06T11:20:05.250Z",
			footprint: null,
			properties: { instrument: "HyMap", description: "A scene." },
		},
	});
});

test.each([
	["the southern half", "{UTM, 1, 1, 500000, 5300000, 10, 10, 33, South, WGS-84}", "EPSG:32733"],
	["another datum", "{UTM, 1, 1, 500000, 5300000, 10, 10, 17, North, North America 1983}", "EPSG:26917"],
	["degrees", "{Geographic Lat/Lon, 1, 1, 10, 50, 0.01, 0.01, WGS-84, units=Degrees}", "EPSG:4326"],
])("map info: %s", async (_, mapInfo, crs) => {
	expect((await read({ "map info": mapInfo })).raster.crs).toBe(crs);
});

test("rotated by 180 degrees, the first line is the southernmost, as GDAL has it", async () => {
	const mapInfo = "{Geographic Lat/Lon, 2, 3, 17, 44, 0.01, 0.01, WGS-84, rotation=180.0}";
	expect((await read({ "map info": mapInfo })).raster).toMatchObject({ extent: [16.99, 44.02, 17.6, 44.49] });
});

test("a reference pixel within the image, its CRS by well-known text", async () => {
	const mapInfo = "{Arbitrary, 11, 21, 10, 50, 0.01, 0.01}";
	const { raster } = await read({ "map info": mapInfo, "coordinate system string": `{${wgs84Wkt}}` });
	expect(raster).toMatchObject({ crs: "EPSG:4326", extent: [9.9, 49.73, 10.51, 50.2] });
});

/** What GDAL writes for the transformation 500000, 8, 3, 5300000, 3, -8. */
test("a rotation", async () => {
	const size = "8.54400374531753, 8.54400374531753";
	const mapInfo = `{UTM, 1, 1, 500000, 5300000, ${size}, 33, North,WGS-84, rotation=20.5560452195835}`;
	const { raster } = await read({ "map info": mapInfo });
	expect(raster.kind).toBe("referenceable");
	expect(raster.gcps?.[2]?.x).toBeCloseTo(500000 + 61 * 8 + 47 * 3, 6);
	expect(raster.gcps?.[2]?.y).toBeCloseTo(5300000 + 61 * 3 - 47 * 8, 6);
});

test("geo points", async () => {
	const points = "{1, 1, 50, 10, 62, 1, 50, 11, 1, 48, 49, 10}";
	const { raster } = await read({ "map info": null, "geo points": points });
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", extent: null });
	expect(raster.gcps).toContainEqual({ pixel: 61, line: 0, x: 11, y: 50, z: 0 });
});

test.each<[string, Record<string, string | null>, string, RegExp]>([
	["no place", { "map info": null }, "no-crs", /nothing says where it lies/],
	["an unknown projection", { "map info": "{Strange, 1, 1, 1, 1, 1, 1}" }, "no-crs", /not supported/],
	["no number", { "map info": "{UTM, x, 1, 1, 1, 1, 1}" }, "unreadable", /numbers that are none/],
	["no samples", { samples: null }, "unreadable", /no "samples"/],
	["samples of nothing", { samples: "0" }, "unreadable", /"samples" is "0"/],
	["an absurd size", { samples: "99999999999" }, "unreadable", /size/],
	["a million bands", { bands: "1000000" }, "unreadable", /1000000 bands/],
	["an unknown type", { "data type": "99" }, "unsupported", /no data type "99"/],
	["an open brace", { last: "{ a, b" }, "unreadable", /not closed/],
	["more lines than there are samples", { "lines  ": "48" }, "cut-off", /the image needs/],
])("%s", async (_, changes, code, message) => {
	await expect(read(changes)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("the header beside it, and nothing else, makes it ENVI", async () => {
	const none = new Uint8Array(64);
	for (const name of ["scene.img.hdr", "scene.hdr"]) {
		const source = fileWith(samples, "scene.img", { [name]: header() });
		expect(await rasterReaderOf(none, source, options)).toBe(envi);
	}
	const other = fileWith(samples, "scene.img", { "scene.hdr": "BYTEORDER I" });
	await expect(rasterReaderOf(none, other, options)).rejects.toMatchObject({
		code: "unsupported",
		message: expect.stringMatching(/no reader for scene\.img: its first bytes are those of no known format/),
	});
});

test("a header is no image", async () => {
	const source = fileWith(new TextEncoder().encode(header()), "scene.hdr");
	const reader = await rasterReaderOf(new TextEncoder().encode("ENVI\nsamples = 61"), source, options);
	await expect(reader.read(source, options)).rejects.toMatchObject({ message: expect.stringMatching(/data file/) });
});

test("damaged headers", async () => {
	const originals = [
		header(),
		header({ "map info": null, "geo points": "{1, 1, 50, 10, 62, 1, 50, 11, 1, 48, 49, 10}" }),
	];
	const read = async (source: {
		read: (at: number, length: number, options: { signal: AbortSignal }) => Promise<Uint8Array>;
		size: number;
	}) => {
		const bytes = source.size === 0 ? new Uint8Array() : await source.read(0, source.size, options);
		return envi.read(fileWith(samples, "scene.img", { "scene.hdr": bytes }), options);
	};
	const files = originals.map((text) => new TextEncoder().encode(text));
	await expectDamageIsRejected(files, { read, maxBytes: maxEnviHeaderBytes, name: "scene.hdr" });
}, 60_000);
