import { fromArrayBuffer } from "geotiff";
import { type GdalModule, startGdal, withTexts } from "#lib/metadata/gdal/gdal-module.ts";

/** WebP by GDAL as WebAssembly, which has that format but does not know it within TIFF. For a thread that is ended after one picture. */

const maxMegabytes = 512;
const [blockPath, tiffPath] = ["/eosync/block.webp", "/eosync/block.tif"];
let module: Promise<GdalModule> | undefined;

/** The pixels of a block of the size that is expected, all samples of each together. @throws Error for anything else. */
export async function unpackWebp(
	block: Uint8Array,
	{ width, height, samples }: { readonly width: number; readonly height: number; readonly samples: number },
): Promise<Uint8Array> {
	module ??= startGdal(maxMegabytes);
	const gdal = await module;
	const call = <Result>(name: string, ...values: readonly (number | string)[]) =>
		gdal.ccall<Result>(
			name,
			"number" as const,
			values.map((value) => (typeof value === "number" ? "number" : "string")),
			values,
		);
	gdal.FS.writeFile(blockPath, block);
	const dataset = withTexts(gdal, ["WEBP"], (drivers) => call<number>("GDALOpenEx", blockPath, 2, drivers, 0, 0));
	if (dataset === 0) throw new Error("its WebP is damaged");
	const [w, h] = [call<number>("GDALGetRasterXSize", dataset), call<number>("GDALGetRasterYSize", dataset)];
	const bands = call<number>("GDALGetRasterCount", dataset);
	// The last strip may be shorter.
	if (w !== width || h > height)
		throw new Error(`its WebP has ${w} × ${h} pixels where ${width} × ${height} are expected`);
	// A block without transparency has no band for it, and grey ones are three alike.
	const chosen = Array.from({ length: Math.min(samples, bands) }, (_, band) => ["-b", String(band + 1)]).flat();
	const made = withTexts(gdal, ["-of", "GTiff", ...chosen], (list) => {
		const options = call<number>("GDALTranslateOptionsNew", list, 0);
		const copy = call<number>("GDALTranslate", tiffPath, dataset, options, 0);
		gdal.ccall("GDALTranslateOptionsFree", null, ["number"], [options]);
		return copy;
	});
	gdal.ccall("GDALClose", null, ["number"], [dataset]);
	if (made === 0) throw new Error("its WebP is damaged");
	gdal.ccall("GDALClose", null, ["number"], [made]);
	const bytes = Uint8Array.from(gdal.FS.readFile(tiffPath));
	gdal.FS.unlink(tiffPath);
	const image = await (await fromArrayBuffer(bytes.buffer)).getImage();
	const pixels = Uint8Array.from((await image.readRasters({ interleave: true })) as ArrayLike<number>);
	return bands >= samples ? pixels : withOpacity(pixels, bands, samples);
}

function withOpacity(pixels: Uint8Array, bands: number, samples: number): Uint8Array {
	const count = pixels.length / bands;
	const all = new Uint8Array(count * samples).fill(255);
	for (let i = 0; i < count; i++) all.set(pixels.subarray(i * bands, (i + 1) * bands), i * samples);
	return all;
}
