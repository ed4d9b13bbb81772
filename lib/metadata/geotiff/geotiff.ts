import { RejectedError } from "#lib/errors.ts";
import type { GeoKeys } from "#lib/metadata/crs/epsg-database.ts";
import { crsOfTiff } from "#lib/metadata/crs/tiff-crs.ts";
import { maxGdalMetadataBytes, metadataOfGdal, parseGdalMetadata } from "#lib/metadata/documents/gdal-metadata.ts";
import { gridOfGeoreference } from "#lib/metadata/geometry/affine-grid.ts";
import type { Georeference, Raster, RasterReader } from "#lib/metadata/metadata.ts";
import { bandsOf } from "./bands.ts";
import { checkFurtherDirectories, checkSegments } from "./cut-off.ts";
import { isTiff, readDirectory, readTiffLayout, type TiffDirectory } from "./directory.ts";
import { readGrid } from "./grid.ts";
import { readImage, type TiffImage } from "./image.ts";
import { readGeoKeys } from "./keys.ts";
import { gcpsOfRpcs, isPlacedByRpcs } from "./rpc.ts";
import { tiffTags } from "./tags.ts";
import { TiffBytes } from "./tiff-bytes.ts";

/**
 * GeoTIFF 1.1 and COG, classic and BigTIFF. The first directory is the raster; strips and tiles of all directories must
 * lie within the file. Reads at most `maxBytesRead` bytes, usually one block of 64 KB.
 */
export const geotiff: RasterReader = {
	format: "GeoTIFF",
	recognises: isTiff,
	async read(source, { timeZone, georeference, signal }) {
		const bytes = new TiffBytes(source, signal);
		const layout = await readTiffLayout(bytes);
		const directory = await readDirectory(bytes, layout, layout.first);
		const image = await readImage(directory);
		const gdal = parseGdalMetadata(await directory.text(tiffTags.gdalMetadata, { max: maxGdalMetadataBytes }));
		const nodata = await directory.text(tiffTags.gdalNodata, { max: 1024 });
		const bands = bandsOf(image, { namesBySample: gdal.namesBySample, nodata });
		const raster: Raster = { ...(await readPlace(directory, image, georeference)), bands };
		const dateTime = await directory.text(tiffTags.dateTime, { max: 1024 });
		const metadata = metadataOfGdal(gdal, dateTime, timeZone);
		await checkSegments(bytes, directory, image.segments);
		await checkFurtherDirectories(bytes, layout, directory);
		return { raster, metadata };
	},
};

function noCrs(keys: GeoKeys, { reason, isByRpcs }: { reason: string; isByRpcs: boolean }): RejectedError {
	if (isByRpcs)
		return new RejectedError(
			"no-crs",
			"The TIFF has RPCs (rational polynomial coefficients) that give no place for its corners, and no grid: orthorectify it (gdalwarp -rpc).",
		);
	const remedy = "Assign an EPSG code (gdal_edit.py -a_srs EPSG:4326).";
	if (Object.keys(keys).length === 0) return new RejectedError("no-crs", `The TIFF has no CRS. ${remedy}`);
	const name =
		String(keys.PCSCitationGeoKey ?? keys.GTCitationGeoKey ?? keys.GeogCitationGeoKey ?? "").split("|")[0] ?? "";
	const named = name.trim() === "" ? "" : ` (${name.trim().slice(0, 100)})`;
	return new RejectedError("no-crs", `The TIFF has no CRS${named} that can be used: ${reason}. ${remedy}`);
}

const rasterPixelIsPoint = 2;

async function readPlace(
	directory: TiffDirectory,
	image: TiffImage,
	georeference: Georeference | undefined,
): Promise<Omit<Raster, "bands">> {
	const size = [image.width, image.height] as const;
	const keys = await readGeoKeys(directory);
	const answer = crsOfTiff(keys);
	const { crs: besideCrs = null, isFirst = false } = georeference ?? {};
	const crs = isFirst ? (besideCrs ?? answer.crs) : (answer.crs ?? besideCrs);
	const beside = gridOfGeoreference(georeference, size);
	const rpcs = beside === null ? await gcpsOfRpcs(directory, size) : null;
	if (rpcs !== null) return { kind: "referenceable", size, crs: "EPSG:4326", extent: null, gcps: rpcs };
	if (crs === null)
		throw noCrs(keys, { reason: answer.crs === null ? answer.reason : "", isByRpcs: isPlacedByRpcs(directory) });
	const pixelIsPoint = keys.GTRasterTypeGeoKey === rasterPixelIsPoint;
	if (isFirst && georeference?.geoTransform && beside !== null) return { size, crs, ...beside };
	return { size, crs, ...(await readGrid(directory, { size, pixelIsPoint, beside })) };
}
