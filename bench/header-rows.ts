import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { gdalThread } from "#lib/metadata/gdal/ask-gdal.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { wgs84Wkt, writePng } from "#lib/metadata/testing/files.ts";
import { writeByGdal } from "#lib/metadata/testing/gdal-files.ts";
import { writeGrib1 } from "#lib/metadata/testing/grib.ts";
import type { Row } from "./measurement.ts";
import { hasGdal } from "./peers.ts";

/** Headers by format: our readers, GDAL's thread among them, and GDAL in one process (python3-gdal), from files on the disk. */

const files = 400;
const { signal } = new AbortController();

export async function* headerRows(): AsyncGenerator<Row> {
	const tiff = writeGeoTiff({
		size: [200, 100],
		bands: 3,
		crs: 4326,
		georeference: { origin: [5, 50], pixelSize: [0.01, 0.01] },
	});
	const envi =
		"ENVI\nsamples = 20\nlines = 10\nbands = 1\ndata type = 1\ninterleave = bsq\nmap info = {Geographic Lat/Lon, 1, 1, 5, 50, 0.01, 0.01, WGS-84}\n";
	const formats: readonly (readonly [string, string, Uint8Array, Readonly<Record<string, string>>])[] = [
		["GeoTIFF", "tif", tiff, {}],
		[
			"PNG with world file",
			"png",
			writePng([200, 100], { depth: 8, colour: 2 }),
			{ pgw: "0.01\n0\n0\n-0.01\n5\n50\n", prj: wgs84Wkt },
		],
		["ENVI", "dat", new Uint8Array(200), { hdr: envi }],
		["NITF, by GDAL's thread", "ntf", await writeByGdal(tiff, "NITF"), {}],
		["ERDAS Imagine, by GDAL's thread", "img", await writeByGdal(tiff, "HFA"), {}],
		["GRIB 1, by GDAL's thread", "grb", writeGrib1(), {}],
	];
	for (const [format, ending, bytes, beside] of formats) {
		const folder = mkdtempSync(join(tmpdir(), "eosync-bench-"));
		try {
			for (let i = 0; i < files; i++) {
				writeFileSync(join(folder, `s${i}.${ending}`), bytes);
				for (const [other, text] of Object.entries(beside)) writeFileSync(join(folder, `s${i}.${other}`), text);
			}
			const own = await readAll(folder, ending);
			const peer = hasGdal() ? openAll(folder, ending) : null;
			const isOwn = !format.includes("GDAL");
			const ratio = peer === null ? Number.NaN : peer / own;
			yield {
				work: `headers: ${format}, ${files} files`,
				runs: [{ seconds: own }],
				...(peer === null ? {} : { peer: "python3-gdal, one process", peerRuns: [{ seconds: peer }] }),
				required: isOwn ? "≥ 1 × as fast" : "",
				aim: isOwn ? "5 ×" : "",
				reached: `${Math.round(files / own).toLocaleString("en")} headers/s${peer === null ? "" : `, ${ratio.toFixed(1)} × as fast`}`,
				meets: !isOwn || peer === null || ratio >= 1,
			};
		} finally {
			rmSync(folder, { recursive: true });
		}
	}
	await gdalThread.close();
}

/** The first file apart: what it takes to start GDAL's thread is no matter of headers. */
async function readAll(folder: string, ending: string): Promise<number> {
	await readOne(folder, `s0.${ending}`);
	const began = performance.now();
	for (let i = 0; i < files; i++) await readOne(folder, `s${i}.${ending}`);
	return (performance.now() - began) / 1000;
}

async function readOne(folder: string, name: string): Promise<void> {
	await using handles = new AsyncDisposableStack();
	const fileOf = async (path: string) => {
		const handle = await open(join(folder, path)).catch(() => null);
		if (handle === null) return null;
		handles.defer(() => handle.close());
		const { size } = await handle.stat();
		const read = async (offset: number, length: number) => {
			const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
			return buffer.subarray(0, bytesRead);
		};
		return { name: path, size, read, sibling: fileOf };
	};
	const file = await fileOf(name);
	if (file === null) throw new Error(`${name} is not there.`);
	const { head, source } = await readHead(file, { signal });
	const reader = await rasterReaderOf(head, source, { signal });
	await reader.read(source, { timeZone: "UTC", signal });
}

const script = `
import glob, sys, time
from osgeo import gdal
gdal.UseExceptions()
names = sorted(glob.glob(sys.argv[1]))
began = time.perf_counter()
for name in names:
    data = gdal.Open(name)
    (data.GetGeoTransform(), data.GetSpatialRef(), data.GetMetadata())
    for number in range(1, data.RasterCount + 1):
        band = data.GetRasterBand(number)
        (band.DataType, band.GetNoDataValue(), band.GetDescription(), band.GetMetadata())
print(time.perf_counter() - began)
`;

function openAll(folder: string, ending: string): number {
	const { stdout, status } = spawnSync("/usr/bin/python3", ["-c", script, join(folder, `*.${ending}`)], {
		encoding: "utf8",
	});
	if (status !== 0) throw new Error(`python3-gdal ended with status ${status}.`);
	return Number(stdout);
}
