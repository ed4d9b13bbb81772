import { expect, test } from "vitest";
import type { ByteSource, Raster } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, sparseFile, wgs84Wkt } from "#lib/metadata/testing/files.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };

async function read(source: ByteSource): Promise<Raster> {
	const head = await source.read(0, 64, options);
	return (await (await rasterReaderOf(head, source, options)).read(source, options)).raster;
}

const header = "ncols 4\nnrows 3\nxllcorner 10\nyllcorner 47\ncellsize 0.5\nNODATA_value -9999\n";
const samples = "1 2 3 4\n5 6 7 8\n9 10 11 -9999\n";
const grid = (text: string) => fileWith(new TextEncoder().encode(text), "dem.asc", { "dem.prj": wgs84Wkt });

/** Expected values: GDAL 3.6. */
test.each<[string, string, readonly number[], string, number | null]>([
	["corners", header + samples, [10, 47, 12, 48.5], "Int32", -9999],
	["centres", header.replaceAll("corner", "center") + samples, [9.75, 46.75, 11.75, 48.25], "Int32", -9999],
	[
		"capitals and Windows' lines",
		(header.toUpperCase() + samples).replaceAll("\n", "\r\n"),
		[10, 47, 12, 48.5],
		"Int32",
		-9999,
	],
	[
		"cells that are no squares",
		header.replace("cellsize 0.5", "dx 0.5\ndy 0.25") + samples,
		[10, 47, 12, 47.75],
		"Int32",
		-9999,
	],
	["fractions", header + samples.replace("11", "1.5"), [10, 47, 12, 48.5], "Float32", -9999],
	["a fraction for nodata", header.replace("-9999", "-9999.0") + samples, [10, 47, 12, 48.5], "Float32", -9999],
	["no nodata", header.replace(/NODATA.*\n/, "") + samples, [10, 47, 12, 48.5], "Int32", null],
])("an ASCII grid: %s", async (_, text, extent, dataType, nodata) => {
	const bands = [{ name: "B1", dataType, nodata }];
	expect(await read(grid(text))).toEqual({
		kind: "rectified",
		size: [4, 3],
		crs: "EPSG:4326",
		extent,
		gcps: null,
		bands,
	});
});

test.each([
	["without .prj", fileWith(new TextEncoder().encode(header + samples), "dem.asc"), /put dem\.prj beside it/],
	["cut off", grid(header + samples.slice(0, 10)), /Cut off/],
	["without cells", grid(header.replace("cellsize 0.5\n", "") + samples), /no size of its cells/],
	["without corner", grid(header.replace("xllcorner 10\n", "") + samples), /no xllcorner/],
	["no pixels", grid(header.replace("ncols 4", "ncols 0") + samples), /its size in pixels is 0/],
	["too many pixels", grid(header.replace("ncols 4", "ncols 1e300") + samples), /its size in pixels is 1e\+300/],
	["a corner twice", grid(header.replace("xllcorner 10", "xllcorner 10\nxllcorner 12") + samples), /xllcorner twice/],
	["a NUL for a number", grid(header.replace("xllcorner 10", "xllcorner 1\0") + samples), /its xllcorner is/],
	[
		"an unknown CRS",
		fileWith(new TextEncoder().encode(header + samples), "dem.asc", {
			"dem.prj": 'PROJCS["There",PROJECTION["Bonne"]]',
		}),
		/dem\.prj has the CRS "There" \(Bonne\), which is not supported/,
	],
])("an ASCII grid %s is rejected", async (_, file, reason) => {
	await expect(read(file)).rejects.toThrow(reason);
});

test("of an ASCII grid of gigabytes 64 kB are read", async () => {
	const source = sparseFile(4e9, { 0: new TextEncoder().encode(header) }, "dem.asc");
	await read(Object.assign(source, { sibling: grid("").sibling }));
	expect(source.bytesRead).toBeLessThan(80 * 1024);
});

test("damaged ASCII grids are read or rejected", async () => {
	const files = [header + samples, header.replace("cellsize 0.5", "dx 0.5\ndy 0.25") + samples];
	await expectDamageIsRejected(
		files.map((text) => new TextEncoder().encode(text)),
		{
			read,
			maxBytes: 256 * 1024,
			name: "dem.asc",
			siblings: { "dem.prj": wgs84Wkt },
		},
	);
});

/** Expected values: GDAL 3.6. */
test.each([
	["N46E007.hgt", 1201, 1201, [6.99958333333333, 45.9995833333333, 8.00041666666667, 47.0004166666667]],
	["s10w060.SRTMGL1.hgt", 3601, 3601, [-60.0001388888889, -10.0001388888889, -58.9998611111111, -8.99986111111111]],
	["N60E010.hgt", 1801, 3601, [9.99972222222222, 59.9998611111111, 11.0002777777778, 61.0001388888889]],
])("%s", async (name, columns, rows, extent) => {
	const source = sparseFile(columns * rows * 2, {}, name);
	const raster = await read(source);
	expect(raster).toMatchObject({ kind: "rectified", size: [columns, rows], crs: "EPSG:4326" });
	expect(raster.bands).toEqual([{ name: "B1", dataType: "Int16", nodata: -32768 }]);
	for (const [i, edge] of (raster.extent ?? []).entries()) expect(edge).toBeCloseTo(extent[i] as number, 9);
	expect(source.bytesRead).toBeLessThan(1024);
});

test.each([
	["cut off", "N46E007.hgt", 2_000_000, /this one 2000000\. Copy it again/],
	["a latitude that is none", "N95E007.hgt", 2_884_802, /no reader for N95E007\.hgt/],
	["another name", "alps.hgt", 2_884_802, /no reader for alps\.hgt/],
])("a tile %s is rejected", async (_, name, size, reason) => {
	await expect(read(sparseFile(size, {}, name))).rejects.toThrow(reason);
});
