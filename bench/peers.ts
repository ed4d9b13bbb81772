import { spawn, spawnSync } from "node:child_process";
import type { Measurement } from "./measurement.ts";

/** Programs that do the minimum of work: the cost of the archive by itself. */

/** One listing of everything. */
export function find(root: string): Promise<Measurement> {
	return run("find", [root, "-printf", "%p %s %T@\n"]);
}

const openAll = `
import os, sys
from osgeo import gdal
gdal.UseExceptions()
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if not name.endswith('.tif'):
            continue
        data = gdal.Open(os.path.join(folder, name))
        if sys.argv[2] == 'open':
            continue
        data.GetGeoTransform()
        data.GetSpatialRef().GetAuthorityCode(None)
        data.GetMetadata()
        for number in range(1, data.RasterCount + 1):
            band = data.GetRasterBand(number)
            (band.DataType, band.GetNoDataValue(), band.GetDescription())
`;

/**
 * Debian's python3-gdal opens every TIFF, one process, no database: `open` and no more (GDAL puts off nearly everything),
 * or `read` what a registration needs: size, georeference, CRS, bands.
 */
export function gdal(root: string, what: "open" | "read"): Promise<Measurement> {
	return run("/usr/bin/python3", ["-c", openAll, root, what]);
}

export function hasGdal(): boolean {
	return spawnSync("/usr/bin/python3", ["-c", "from osgeo import gdal"]).status === 0;
}

async function run(program: string, args: readonly string[]): Promise<Measurement> {
	const began = performance.now();
	const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
	const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
	if (status !== 0) throw new Error(`${program} ended with status ${status}.`);
	return { seconds: (performance.now() - began) / 1000 };
}
