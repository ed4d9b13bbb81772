import { gdalInfoOf, parseGdalJson } from "#lib/metadata/gdal/gdal-info.ts";
import { type GdalModule, infoOf, startGdal, withTexts } from "#lib/metadata/gdal/gdal-module.ts";
import type { Position } from "#lib/metadata/metadata.ts";
import { asObject } from "#lib/metadata/text/json.ts";
import type { Opinion, Variant } from "./second-opinion.ts";

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

/** For tests: what GDAL says of a file and those beside it; null: it does not open it. */
export async function opinionOf({ name, bytes, siblings }: Variant): Promise<Opinion | null> {
	module ??= startGdal(2048);
	const gdal = await module;
	for (const [key, value] of Object.entries({ GDAL_DISABLE_READDIR_ON_OPEN: "FALSE", GDAL_PAM_ENABLED: "NO" }))
		gdal.ccall("CPLSetConfigOption", null, ["string", "string"], [key, value]);
	const folder = `/eosync/${++asked}`;
	gdal.FS.mkdir(folder);
	const files = Object.entries({ [name]: bytes, ...siblings });
	for (const [path, content] of files)
		gdal.FS.writeFile(`${folder}/${path}`, typeof content === "string" ? new TextEncoder().encode(content) : content);
	const types = ["string", "number", "number", "number", "number"] as const;
	const dataset = gdal.ccall<number>("GDALOpenEx", "number", types, [`${folder}/${name}`, 2, 0, 0, 0]);
	const json = dataset === 0 ? null : infoOf(gdal, dataset);
	if (dataset !== 0) gdal.ccall("GDALClose", null, ["number"], [dataset]);
	for (const [path] of files) gdal.FS.unlink(`${folder}/${path}`);
	if (json === null) return null;
	const { coordinateSystem, gcps, ...root } = parseGdalJson(json);
	const withoutCrs = gcps === undefined ? root : { ...root, gcps: { ...asObject(gcps), coordinateSystem: {} } };
	const { size, bands, grid } = gdalInfoOf(withoutCrs, "file");
	const outline = asObject(root.wgs84Extent)?.coordinates as readonly (readonly Position[])[] | undefined;
	return {
		size,
		bands,
		grid,
		corners: outline?.[0]?.slice(0, 4) ?? [],
		hasCrs: (coordinateSystem ?? gcps) !== undefined,
	};
}

let asked = 0;
