import { RejectedError } from "#lib/errors.ts";
import type { GeoKeys } from "#lib/metadata/crs/epsg-database.ts";
import { crsOfTiff } from "#lib/metadata/crs/tiff-crs.ts";
import { maxGdalMetadataBytes, metadataOfGdal, parseGdalMetadata } from "#lib/metadata/documents/gdal-metadata.ts";
import { gridOfAffine, gridOfGeoreference } from "#lib/metadata/geometry/affine-grid.ts";
import { gcpsOfRpcs } from "#lib/metadata/geometry/rpc.ts";
import { crsOfPrj, worldFile } from "#lib/metadata/images/place-beside.ts";
import { rpcsBeside } from "#lib/metadata/images/rpc-beside.ts";
import type { ByteSource, Raster, RasterReader, ReadOptions } from "#lib/metadata/metadata.ts";
import { stemOf } from "#lib/paths.ts";
import { bandsOf } from "./bands.ts";
import { checkFurtherDirectories, checkSegments } from "./cut-off.ts";
import { isTiff, readDirectory, readTiffLayout, type TiffDirectory } from "./directory.ts";
import { readGrid } from "./grid.ts";
import { readImage, type TiffImage } from "./image.ts";
import { readGeoKeys } from "./keys.ts";
import { hasOwnGrid, hasRpcs, rpcsOfTiff } from "./rpc.ts";
import { tiffTags } from "./tags.ts";
import { TiffBytes } from "./tiff-bytes.ts";

/**
 * GeoTIFF 1.1 and COG, classic and BigTIFF. The first directory is the raster; strips and tiles of all directories must
 * lie within the file. Reads at most `maxBytesRead` bytes, usually one block of 64 KB.
 */
export const geotiff: RasterReader = {
	format: "GeoTIFF",
	recognises: isTiff,
	async read(source, options) {
		const bytes = new TiffBytes(source, options.signal);
		const layout = await readTiffLayout(bytes);
		const directory = await readDirectory(bytes, layout, layout.first);
		const image = await readImage(directory);
		const gdal = parseGdalMetadata(await directory.text(tiffTags.gdalMetadata, { max: maxGdalMetadataBytes }));
		const nodata = await directory.text(tiffTags.gdalNodata, { max: 1024 });
		const bands = bandsOf(image, { namesBySample: gdal.namesBySample, nodata });
		const raster: Raster = { ...(await readPlace(directory, image, { source, options })), bands };
		const dateTime = await directory.text(tiffTags.dateTime, { max: 1024 });
		const metadata = metadataOfGdal(gdal, dateTime, options.timeZone);
		await checkSegments(bytes, directory, image.segments);
		await checkFurtherDirectories(bytes, layout, directory);
		return { raster, metadata };
	},
};

function badRpcs(): RejectedError {
	return new RejectedError(
		"no-crs",
		"The TIFF has RPCs (rational polynomial coefficients) that give no place for its corners, and no grid: orthorectify it (gdalwarp -rpc).",
	);
}

function noCrsBeside({ name }: ByteSource): RejectedError {
	return new RejectedError(
		"no-crs",
		`The TIFF has a world file, but nothing says in which CRS it is: put ${stemOf(name)}.prj beside it, or assign one (gdal_edit.py -a_srs EPSG:4326).`,
	);
}

function noCrs(keys: GeoKeys, reason: string): RejectedError {
	const remedy = "Assign an EPSG code (gdal_edit.py -a_srs EPSG:4326).";
	if (Object.keys(keys).length === 0) return new RejectedError("no-crs", `The TIFF has no CRS. ${remedy}`);
	const name =
		String(keys.PCSCitationGeoKey ?? keys.GTCitationGeoKey ?? keys.GeogCitationGeoKey ?? "").split("|")[0] ?? "";
	const named = name.trim() === "" ? "" : ` (${name.trim().slice(0, 100)})`;
	return new RejectedError("no-crs", `The TIFF has no CRS${named} that can be used: ${reason}. ${remedy}`);
}

const rasterPixelIsPoint = 2;

interface Surroundings {
	readonly source: ByteSource;
	readonly options: ReadOptions;
}

/** As in GDAL: the `.aux.xml`, then its own grid, then what else stands beside it: a world file, with `.prj`, or RPCs. */
async function readPlace(
	directory: TiffDirectory,
	image: TiffImage,
	{ source, options }: Surroundings,
): Promise<Omit<Raster, "bands">> {
	const { georeference } = options;
	const size = [image.width, image.height] as const;
	const keys = await readGeoKeys(directory);
	const answer = crsOfTiff(keys);
	const { crs: besideCrs = null, isFirst = false } = georeference ?? {};
	const crs = isFirst ? (besideCrs ?? answer.crs) : (answer.crs ?? besideCrs);
	const beside = gridOfGeoreference(georeference, size);
	if (beside === null && !hasOwnGrid(directory)) {
		const world = await worldFile(source, options);
		if (world !== null) {
			const found = crs ?? (Object.keys(keys).length === 0 ? await crsOfPrj(source, options) : null);
			if (found !== null) return { size, crs: found, ...gridOfAffine(world, size) };
			if (Object.keys(keys).length === 0) throw noCrsBeside(source);
		}
		const rpcs = world === null ? ((await rpcsOfTiff(directory)) ?? (await rpcsBeside(source, options))) : null;
		const gcps = rpcs === null ? null : gcpsOfRpcs(rpcs, size);
		if (gcps !== null) return { kind: "referenceable", size, crs: "EPSG:4326", extent: null, gcps };
		if (rpcs !== null || hasRpcs(directory)) throw badRpcs();
	}
	if (crs === null) throw noCrs(keys, answer.crs === null ? answer.reason : "");
	const pixelIsPoint = keys.GTRasterTypeGeoKey === rasterPixelIsPoint;
	if (isFirst && beside !== null) return { size, crs, ...beside };
	return { size, crs, ...(await readGrid(directory, { size, pixelIsPoint, beside })) };
}
