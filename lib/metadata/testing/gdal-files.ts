import { type GdalModule, startGdal, withTexts } from "#lib/metadata/gdal/gdal-module.ts";

let module: Promise<GdalModule> | undefined;

/** For tests: the file as GDAL writes it in another format, from a GeoTIFF; `options` are those of gdal_translate. */
export async function writeByGdal(
	tiff: Uint8Array,
	driver: string,
	options: readonly string[] = [],
): Promise<Uint8Array> {
	module ??= startGdal(2048);
	const gdal = await module;
	gdal.FS.writeFile("/eosync/in.tif", tiff);
	const dataset = withTexts(gdal, [], (list) =>
		gdal.ccall<number>(
			"GDALOpenEx",
			"number",
			["string", "number", "number", "number", "number"],
			["/eosync/in.tif", 2, list * 0, 0, 0],
		),
	);
	const made = withTexts(gdal, ["-of", driver, ...options], (list) => {
		const given = gdal.ccall<number>("GDALTranslateOptionsNew", "number", ["number", "number"], [list, 0]);
		const types = ["string", "number", "number", "number"] as const;
		return gdal.ccall<number>("GDALTranslate", "number", types, ["/eosync/out", dataset, given, 0]);
	});
	if (made === 0) throw new Error(gdal.ccall<string>("CPLGetLastErrorMsg", "string", [], []));
	for (const one of [made, dataset]) gdal.ccall("GDALClose", null, ["number"], [one]);
	const bytes = Uint8Array.from(gdal.FS.readFile("/eosync/out"));
	gdal.FS.unlink("/eosync/out");
	gdal.FS.unlink("/eosync/in.tif");
	return bytes;
}
