import { expect, test } from "vitest";
import { readerStamp } from "./reader-versions.ts";

test.each<[string, readonly string[], Parameters<typeof readerStamp>[1], string]>([
	["no reader was raised", ["a.tif"], {}, ""],
	["its reader was raised", ["a.tif"], { geotiff: 3 }, "+geotiff3"],
	["letters of either case", ["A.TIF"], { geotiff: 3 }, "+geotiff3"],
	["another reader was raised", ["a.tif"], { netcdf: 3 }, ""],
	["the reader of its metadata was raised", ["a.tif", "a.xml"], { documents: 2 }, "+documents2"],
	["several readers were raised", ["a.tif", "a.xml"], { products: 1, geotiff: 3, netcdf: 1 }, "+geotiff3+products1"],
	["a name without an ending may be any reader's", ["scene"], { netcdf: 1, images: 2 }, "+images2+netcdf1"],
	["so may one with an unknown ending", ["scene.L1C"], { netcdf: 1 }, "+netcdf1"],
])("%s", (_, names, versions, stamp) => {
	expect(readerStamp(names, versions)).toBe(stamp);
});
