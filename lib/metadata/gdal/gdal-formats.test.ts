import { afterAll, describe, expect, test } from "vitest";
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { StorageError } from "#lib/errors.ts";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { writeTar } from "#lib/metadata/products/write-tar.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, sparseFile, wgs84Wkt } from "#lib/metadata/testing/files.ts";
import { writeByGdal } from "#lib/metadata/testing/gdal-files.ts";
import { writeGrib1 } from "#lib/metadata/testing/grib.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";
import { gdalThread, openGdal, SlowFileError } from "./ask-gdal.ts";
import { limitMemory } from "./gdal-module.ts";

const { signal } = new AbortController();

async function read(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	const reader = await rasterReaderOf(head, source, { signal });
	return { format: reader.format, ...(await reader.read(source, { timeZone: "UTC", signal })) };
}

const tiff = (options: Partial<GeoTiffOptions> = {}) =>
	writeGeoTiff({
		size: [40, 30],
		crs: 4326,
		georeference: { origin: [5, 50], pixelSize: [0.1, 0.1] },
		pixel: (x, y) => (x * y) % 251,
		...options,
	});
const utm = tiff({ crs: 32632, georeference: { origin: [600_000, 5_000_000], pixelSize: [10, 10] } });
const dted = tiff({
	size: [121, 121],
	dataType: "Int16",
	georeference: { origin: [7 - 1 / 240, 47 + 1 / 240], pixelSize: [1 / 120, 1 / 120] },
});

interface Written {
	readonly name: string;
	readonly bytes: Uint8Array;
	readonly expected: object;
	readonly siblings?: Readonly<Record<string, string>>;
}

const degrees = { kind: "rectified", crs: "EPSG:4326", size: [40, 30], extent: [5, 47, 9, 50] };
const metres = { ...degrees, crs: "EPSG:32632", extent: [600_000, 4_999_700, 600_400, 5_000_000] };
const prj = { "a.prj": wgs84Wkt };

const written: Readonly<Record<string, Written>> = {
	NITF: { name: "a.ntf", bytes: await writeByGdal(tiff({ bands: 3 }), "NITF", ["-co", "ICORDS=G"]), expected: degrees },
	"NITF in UTM": { name: "a.ntf", bytes: await writeByGdal(utm, "NITF", ["-co", "ICORDS=N"]), expected: metres },
	"ERDAS Imagine": { name: "a.img", bytes: await writeByGdal(utm, "HFA"), expected: metres },
	"ERDAS Imagine, compressed": {
		name: "a.img",
		bytes: await writeByGdal(tiff({ bands: 2, dataType: "UInt16" }), "HFA", ["-co", "COMPRESSED=YES"]),
		expected: degrees,
	},
	DTED: {
		name: "n46.dt0",
		bytes: await writeByGdal(dted, "DTED"),
		expected: { crs: "EPSG:4326", size: [121, 121], bands: [{ name: "B1", dataType: "Int16", nodata: -32767 }] },
	},
	PCIDSK: { name: "a.pix", bytes: await writeByGdal(utm, "PCIDSK"), expected: metres },
	"Raster Matrix Format": { name: "a.rsw", bytes: await writeByGdal(tiff(), "RMF"), expected: degrees },
	"VTP .bt": {
		name: "a.bt",
		bytes: await writeByGdal(tiff({ dataType: "Int16" }), "BT"),
		expected: degrees,
		siblings: prj,
	},
	"Surfer 7 grid": {
		name: "a.grd",
		bytes: await writeByGdal(tiff({ dataType: "Float64" }), "GS7BG"),
		expected: degrees,
		siblings: prj,
	},
	"Surfer binary grid": {
		name: "a.grd",
		bytes: await writeByGdal(tiff({ dataType: "Float32" }), "GSBG"),
		expected: degrees,
		siblings: prj,
	},
	BMP: {
		name: "a.bmp",
		bytes: await writeByGdal(tiff(), "BMP"),
		expected: degrees,
		siblings: { ...prj, "a.bpw": "0.1\n0\n0\n-0.1\n5.05\n49.95\n" },
	},
	GRIB: {
		name: "a.grb2",
		bytes: await writeByGdal(tiff({ bands: 2, dataType: "Float32" }), "GRIB"),
		expected: degrees,
	},
};
const fileOf = ({ bytes, name, siblings }: Written) => fileWith(bytes, name, siblings);

afterAll(() => gdalThread.close());

describe.each(Object.entries(written))("%s", (name, one) => {
	test("size, bands and place are those that were written, and it says who read it", async () => {
		const { format, raster, metadata } = await read(fileOf(one));
		expect(raster).toMatchObject(one.expected);
		expect(format).toBe(`${name.replace(/( in UTM|, compressed)$/, "")} (by GDAL)`);
		expect(metadata.properties.nativeProductFormat).toBe(format);
		expect(footprintOfRaster(raster)).not.toBeNull();
	});

	test.each([0.6, 0.99])("cut off to %d it is rejected", async (part) => {
		const cut = { ...one, bytes: one.bytes.subarray(0, Math.floor(one.bytes.length * part)) };
		await expect(read(fileOf(cut))).rejects.toMatchObject({
			code: expect.stringMatching(/^(cut-off|unreadable)$/),
		});
	});
});

const nitf = written.NITF as Written;
const grib = written.GRIB as Written;

test("the header of a huge NITF is a few kilobytes", async () => {
	const huge = 5 * 1024 ** 3;
	const head = Uint8Array.from(nitf.bytes.subarray(0, 2048));
	head.set(new TextEncoder().encode(String(huge).padStart(12, "0")), 342);
	const source = sparseFile(huge, { 0: head }, "huge.ntf");
	expect((await read(source)).raster).toMatchObject(degrees);
	expect([source.bytesRead, source.reads]).toEqual([64 * 1024, 1]);
});

test("a NITF whose image is JPEG 2000 is read by its own header", async () => {
	const plain = Buffer.from(nitf.bytes);
	const image = plain.indexOf("0NC3");
	const bytes = Buffer.concat([plain.subarray(0, image), Buffer.from("0C8N010"), plain.subarray(image + 3)]);
	// FL and LISH: the rate of compression has four bytes.
	for (const [at, digits] of [
		[342, 12],
		[363, 6],
	] as const)
		bytes.write(String(Number(plain.toString("latin1", at, at + digits)) + 4).padStart(digits, "0"), at, "latin1");
	const { raster } = await read(fileWith(bytes, "a.ntf"));
	expect(raster).toEqual((await read(fileOf(nitf))).raster);
});

test("a NITF's time is that of acquisition, and never GDAL's own for nobody knows", async () => {
	const time = async (idatim: string) => {
		const bytes = Buffer.from(nitf.bytes);
		bytes.write(idatim.padEnd(14), bytes.lastIndexOf("20021216151629"), "latin1");
		return (await read(fileWith(bytes, "a.ntf"))).metadata.begin;
	};
	expect(await time("20060816090929")).toBe("2006-08-16T09:09:29Z");
	expect(await time("20021216151629")).toBeNull();
	expect(await time("20060816------")).toBeNull();
});

describe("GRIB", () => {
	const one = (field: Parameters<typeof writeGrib1>[0]) => fileWith(writeGrib1(field), "a.grb");

	test("edition 1: cells around the points of the grid, named by parameter and level", async () => {
		const { raster, metadata } = await read(one({ bitmap: true }));
		expect(raster).toMatchObject({ size: [36, 18], extent: [4.5, 42.5, 40.5, 60.5] });
		expect(raster.bands).toEqual([{ name: "TMP 0-SFC", dataType: "Float64", nodata: 9999 }]);
		expect(metadata).toMatchObject({ begin: "2006-08-16T06:00:00Z", end: "2006-08-16T06:00:00Z" });
	});

	// As GDAL 3.6 has it of the same fields.
	test.each([
		["without a bitmap there is none", { power: 8 }, null],
		["9999 above all values", { bitmap: true, power: 5 }, 9999],
		["9999 where the values could be that large, but are not", { bitmap: true, power: 6, steps: 100 }, 9999],
		["another one where values are larger", { bitmap: true, power: 6 }, 9.999e20],
		["where all are larger, in small steps", { bitmap: true, power: -3, least: 20_000 }, 9.999e20],
		["where all are larger, in large steps", { bitmap: true, power: -1, least: 20_000 }, 9999],
	])("edition 1, no data: %s", async (_, field, nodata) => {
		expect((await read(one({ parameter: 7, ...field }))).raster.bands[0]?.nodata).toBe(nodata);
	});

	test("a forecast is at its valid times, and an accumulation from its beginning", async () => {
		const fields = [writeGrib1({ hours: [12, 0] }), writeGrib1({ parameter: 61, hours: [6, 18], range: 4 })];
		const { raster, metadata } = await read(fileWith(Buffer.concat(fields), "a.grb"));
		expect(raster.bands.map(({ name }) => name)).toEqual(["TMP 0-SFC", "APCP 0-SFC"]);
		expect(metadata).toMatchObject({
			begin: "2006-08-16T12:00:00Z",
			end: "2006-08-17T00:00:00Z",
			properties: { resultTime: "2006-08-16T06:00:00Z" },
		});
	});

	test("what tells no time has none", async () => {
		expect((await read(fileOf(grib))).metadata).toMatchObject({ begin: null, end: null });
	});

	test.each([
		["the year", [12, 255]],
		["the month", [13, 255]],
		["the day", [14, 0]],
		["the hour", [15, 255]],
	])("edition 1, a climatology: %s of its time is missing", async (_, [at = 0, value = 0]) => {
		const message = Buffer.from(writeGrib1());
		message[8 + at] = value;
		const { metadata } = await read(fileWith(message, "a.grb"));
		expect(metadata).toMatchObject({
			begin: null,
			end: null,
			timeProblem: expect.stringMatching(/part of it is missing/),
		});
	});

	test("edition 2, the same", async () => {
		const message = Buffer.from(grib.bytes.subarray(0, grib.bytes.length / 2));
		message.writeUInt16BE(2006, 16 + 12);
		message.set([8, 16, 6, 0, 0], 16 + 14);
		expect((await read(fileWith(message, "a.grb2"))).metadata.begin).toBe("2006-08-16T06:00:00Z");
		message.writeUInt16BE(65_535, 16 + 12);
		expect((await read(fileWith(message, "a.grb2"))).metadata).toMatchObject({
			begin: null,
			timeProblem: expect.stringMatching(/missing/),
		});
	});

	test("an archive of messages is an archive", async () => {
		const tar = fileWith(writeTar([{ path: "a.grb", content: writeGrib1() }]), "grib.tar");
		await expect(read(tar)).rejects.toThrow(/no reader for this tar archive/);
		const zip = fileWith(writeZip({ "a.grb": writeGrib1() }, { method: "stored" }), "grib.zip");
		await expect(read(zip)).rejects.toThrow(/no reader for this ZIP archive/);
	});

	test("of a hundred messages of a megabyte only headers are read", async () => {
		const long = 1024 * 1024;
		const message = Uint8Array.from(grib.bytes.subarray(0, grib.bytes.length / 2));
		const [head, end] = [message.subarray(0, -4), message.subarray(-4)];
		const data = message.length - 4 - 5 - 40 * 30 * 4;
		new DataView(head.buffer).setBigUint64(8, BigInt(long));
		const at = Buffer.from(head).lastIndexOf(Uint8Array.of(7), data + 40);
		new DataView(head.buffer).setUint32(at - 4, long - 4 - (at - 4));
		const contents = Array.from({ length: 100 }, (_, i) => [
			[i * long, head],
			[(i + 1) * long - 4, end],
		]).flat();
		const source = sparseFile(100 * long, Object.fromEntries(contents), "a.grb2");
		expect((await read(source)).raster.bands).toHaveLength(100);
		expect(source.bytesRead).toBeLessThan(300 * 1024);
	});

	test("more fields than are read are told at once", async () => {
		const source = fileWith(Buffer.concat(Array<Uint8Array>(4097).fill(writeGrib1())), "a.grb");
		await expect(read(source)).rejects.toThrow(/more than 4096 fields: split it/);
	});
});

describe("limits", () => {
	const job = { extension: ".ntf", driver: "NITF", probe: false };
	const sound = fileOf(nitf);

	test("a file that takes too long is rejected, and the next one gets another thread", async () => {
		const hasty = openGdal({ milliseconds: 0 });
		const reading = hasty.ask(sound, job, signal);
		await expect(reading).rejects.toThrow(/GDAL cannot read it: it takes longer than 0 s/);
		await expect(reading).rejects.toBeInstanceOf(SlowFileError);
		expect(hasty.isRunning).toBe(false);
		const brief = openGdal({ bytes: 1000 });
		await expect(brief.ask(sound, job, signal)).rejects.toThrow(/more than 0 MB would have to be read/);
		expect(brief.isRunning).toBe(false);
		const gone = { ...sound, read: () => Promise.reject(new StorageError("unreachable", "a.ntf", "It is not there.")) };
		await expect(gdalThread.ask(gone, job, signal)).rejects.toThrow("It is not there.");
		expect(JSON.parse(await gdalThread.ask(sound, job, signal))).toMatchObject({ driverShortName: "NITF" });
	});

	test("the module gets no more memory than it may have", () => {
		limitMemory(2048);
		const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
		expect(memory.grow(1)).toBe(1);
		expect(() => memory.grow(2048 * 16)).toThrow("it takes too much memory");
	});

	test("another driver than the one asked for does not open it, nor a file beside it", async () => {
		await expect(gdalThread.ask(sound, { ...job, driver: "HFA" }, signal)).rejects.toThrow(/not recognized/);
	});

	test("a caller that waits no more ends the thread", async () => {
		const waiting = new AbortController();
		const never = { ...sound, read: () => new Promise<never>(() => undefined) };
		const asked = gdalThread.ask(never, job, waiting.signal);
		setImmediate(() => waiting.abort(new Error("cancelled")));
		await expect(asked).rejects.toThrow("cancelled");
		expect(gdalThread.isRunning).toBe(false);
	});
});

test("several images in one file are not one dataset", async () => {
	const bytes = await writeByGdal(tiff(), "NITF", ["-co", "NUMI=2"]);
	await expect(read(fileWith(bytes, "a.ntf"))).rejects.toThrow(/holds several images/);
});

test("damaged files are read or rejected", async () => {
	const damaged = Object.values(written).filter(
		({ siblings, bytes }) => siblings === undefined && bytes.length < 50_000,
	);
	const files = [...damaged.map(({ bytes }) => bytes), writeGrib1({ bitmap: true, power: 6, steps: 100 })];
	await expectDamageIsRejected(files, { read, maxBytes: 8 * 1024 * 1024, name: "scene.img" });
}, 300_000);

test("the samples of an ERDAS Imagine file may be in a file beside it, which must be there", async () => {
	const large = await writeByGdal(utm, "HFA", ["-co", "USE_SPILL=YES"]);
	const samples = "x".repeat(5000);
	expect((await read(fileWith(large, "out", { "out.ige": samples }))).raster).toMatchObject(metres);
	await expect(read(fileWith(large, "out", { "other.ige": samples }))).rejects.toMatchObject({ code: "cut-off" });
});

test("a NITF without a grid lies where its RPCs say, or those beside it", async () => {
	const first = (index: number) => Array.from({ length: 20 }, (_, term) => (term === index ? 1 : 0));
	const offsets = [20, 30, 48, 15, 300];
	const scales = [20, 30, 0.02, 0.03, 500];
	const values = [0, 0, ...offsets, ...scales, ...first(2), ...first(0), ...first(1), ...first(0)];
	const rpcs = { tag: 50_844, type: "double", values } as const;
	const bytes = await writeByGdal(writeGeoTiff({ size: [60, 40], extraTags: [rpcs] }), "NITF", ["-co", "RPC00B=YES"]);
	const { raster } = await read(fileWith(bytes, "a.ntf"));
	const corner = (pixel: number, line: number) => raster.gcps?.find((one) => one.pixel === pixel && one.line === line);
	// The centre of a pixel is half a pixel away from its corner.
	expect(corner(60, 0)?.x).toBeCloseTo(15.03 - 0.0005, 6);
	expect(corner(60, 0)?.y).toBeCloseTo(47.98 - 0.0005, 6);
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326" });
});

test("the .aux.xml of a NITF counts before the NITF, as in GDAL", async () => {
	const { bytes } = written.NITF ?? { bytes: new Uint8Array() };
	const { head, source } = await readHead(fileWith(bytes, "a.ntf"), { signal });
	const reader = await rasterReaderOf(head, source, { signal });
	const georeference = { crs: null, geoTransform: [20, 0.1, 0, 50, 0, -0.1], gcps: [], isFirst: true } as const;
	const { raster } = await reader.read(source, { timeZone: "UTC", signal, georeference });
	expect(raster).toMatchObject({ crs: "EPSG:4326", extent: [20, 47, 24, 50] });
});
