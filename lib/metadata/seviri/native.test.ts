import { expect, test } from "vitest";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import { expectDamageIsRejected, sparseFile } from "#lib/metadata/testing/files.ts";
import { seviriBounds, seviriNative } from "./native.ts";

const { signal } = new AbortController();
const options = { timeZone: "UTC", signal };

interface Image {
	readonly bands?: string;
	/** South, north, east, west. */
	readonly rectangle?: readonly [number, number, number, number];
	readonly longitude?: number;
	readonly model?: number;
	readonly size?: number;
}

/** The headers of an image that claims to have `size` bytes. */
function write({
	bands = "XXXXXXXXXXXX",
	rectangle = [1, 3712, 1, 3712],
	longitude = 0,
	model = 2,
	size = 450_000,
}: Image = {}): Uint8Array {
	const field = (name: string, value: string) => `${name.padEnd(28)}: ${value.padEnd(49)}\n`;
	const [south, north, east, west] = rectangle.map(String) as [string, string, string, string];
	const part = `${"15HEADER".padEnd(28)}: ${"0".padEnd(16)}${"0".padEnd(15)}\n`;
	const text = [
		field("FormatName", "NATIVE"),
		...Array.from({ length: 5 }, (_, i) => field(`F${i}`, "x")),
		part.repeat(27),
		field("TotalFileSize", String(size).padStart(15, "0")),
		...Array.from({ length: 18 }, (_, i) => field(`M${i}`, "x")),
		...Array.from({ length: 9 }, (_, i) => field(`S${i}`, "x")),
		field("SelectedBandIDs", bands),
		field("SouthLineSelectedRectangle", south),
		field("NorthLineSelectedRectangle", north),
		field("EastColumnSelectedRectangle", east),
		field("WestColumnSelectedRectangle", west),
		...Array.from({ length: 4 }, (_, i) => field(`N${i}`, "x")),
	].join("");
	const bytes = new Uint8Array(450_000);
	bytes.set(new TextEncoder().encode(text));
	const view = new DataView(bytes.buffer, 5114 + 38);
	view.setUint16(1, 324);
	for (const [i, minutes] of [12 * 60, 12 * 60 + 12, 12 * 60 + 15].entries()) {
		view.setUint16(60_135 + i * 10, 22_293);
		view.setUint32(60_135 + i * 10 + 2, minutes * 60_000 + 10_123);
	}
	view.setFloat32(386_894, longitude);
	view.setInt32(386_898, 3712);
	view.setInt32(386_902, 3712);
	view.setFloat32(386_906, 3.000_403_165_8);
	view.setFloat32(386_910, 3.000_403_165_8);
	view.setUint8(408_145, model);
	view.setFloat64(408_146, 6378.169);
	view.setFloat64(408_154, 6356.5838);
	return bytes;
}

const read = (bytes: Uint8Array, size = bytes.length) => seviriNative.read(sparseFile(size, { 0: bytes }), options);

test("a full disk: the grid of pyresample's and EUMETSAT's, times of the forward scan", async () => {
	const bytes = write();
	expect(seviriNative.recognises(bytes)).toBe(true);
	const { raster, metadata } = await read(bytes);
	expect(raster).toMatchObject({
		kind: "rectified",
		size: [3712, 3712],
		crs: "+proj=geos +lon_0=0 +h=35785831 +x_0=0 +y_0=0 +a=6378169 +b=6356583.8 +sweep=y +units=m +no_defs",
	});
	for (const [i, edge] of [-5_570_248.69, -5_567_248.28, 5_567_248.28, 5_570_248.69].entries())
		expect(raster.extent?.[i]).toBeCloseTo(edge, 0);
	expect(raster.bands.map(({ name }) => name)).toEqual(
		"VIS006 VIS008 IR_016 IR_039 WV_062 WV_073 IR_087 IR_097 IR_108 IR_120 IR_134".split(" "),
	);
	expect(raster.bands[0]).toMatchObject({ dataType: "UInt16", nodata: null });
	expect(metadata).toMatchObject({
		begin: "2019-01-14T12:00:10.123Z",
		end: "2019-01-14T12:12:10.123Z",
		properties: { platform: "Meteosat-11", instrument: "SEVIRI" },
	});
	const limb =
		footprintOfRaster(raster)
			?.coordinates.flat(2)
			.map(([lon]) => lon) ?? [];
	expect(Math.max(...limb)).toBeGreaterThan(78);
});

test("a rectangle over the Indian Ocean, of before 2017; HRV alone has the finer grid", async () => {
	const indian = await read(
		write({ rectangle: [1857, 2356, 1357, 1856], longitude: 41.5, model: 1, bands: "XX---------X" }),
	);
	expect(indian.raster).toMatchObject({ size: [500, 500], crs: expect.stringContaining("+lon_0=41.5 ") });
	expect(indian.raster.extent?.[0]).toBeCloseTo(0, 6);
	expect(indian.raster.extent?.[1]).toBeCloseTo(0, 6);
	expect(indian.raster.bands).toHaveLength(2);
	const fine = await read(write({ bands: "-----------X" }));
	expect(fine.raster).toMatchObject({ size: [11_136, 11_136], bands: [{ name: "HRV" }] });
});

test("of an image of 270 MB a few kilobytes are read; one that is cut off is rejected", async () => {
	const source = sparseFile(270e6, { 0: write({ size: 270e6 }) });
	await seviriNative.read(source, options);
	expect(source.bytesRead).toBeLessThanOrEqual(64 * 1024);
	await expect(read(write({ size: 270e6 }), 260e6)).rejects.toMatchObject({ code: "cut-off" });
	await expect(read(write({ bands: "------------" }))).rejects.toThrow("names no channel");
	await expect(read(write({ rectangle: [1, 9999, 1, 3712] }))).rejects.toThrow("line 1 to 9999");
});

test("damaged images", async () => {
	await expectDamageIsRejected([write()], {
		read: (source) => seviriNative.read(source, options),
		maxBytes: seviriBounds.maxBytes,
		name: "msg.nat",
	});
}, 30_000);
