import type { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { crsOfTiff } from "#lib/metadata/crs/tiff-crs.ts";
import type { PlacedGrid } from "#lib/metadata/geometry/affine-grid.ts";
import { readDirectory, readTiffLayout } from "#lib/metadata/geotiff/directory.ts";
import { readGrid } from "#lib/metadata/geotiff/grid.ts";
import { readGeoKeys } from "#lib/metadata/geotiff/keys.ts";
import { tiffTags } from "#lib/metadata/geotiff/tags.ts";
import { TiffBytes } from "#lib/metadata/geotiff/tiff-bytes.ts";
import type { ByteSource, Raster } from "#lib/metadata/metadata.ts";
import type { Jp2Box } from "./boxes.ts";

const geoJp2 = "b14bf8bd083d4b43a5ae8cd7d5a6ce03";
const rasterPixelIsPoint = 2;
const placeTags = [tiffTags.modelTiepoint, tiffTags.modelTransformation];

/**
 * Where a JPEG 2000 lies by its GeoJP2 box, a GeoTIFF of one pixel whose georeferencing is the image's; null if there is
 * none, or if it does not give both place and CRS.
 * @throws RejectedError for a malformed TIFF.
 */
export async function placeOfGeoJp2(
	source: ByteSource,
	{
		bytes,
		boxes,
		size,
		signal,
	}: { bytes: BoundedBytes; boxes: readonly Jp2Box[]; size: Raster["size"]; signal: AbortSignal },
): Promise<PlacedGrid | null> {
	for (const { type, start, length } of boxes) {
		if (type !== "uuid" || length < 24) continue;
		const id = await bytes.view(start, 16, "a UUID");
		if (Buffer.from(id.buffer, id.byteOffset, 16).toString("hex") !== geoJp2) continue;
		const tiff = new TiffBytes(partOf(source, start + 16, length - 16), signal);
		const layout = await readTiffLayout(tiff);
		const directory = await readDirectory(tiff, layout, layout.first);
		const keys = await readGeoKeys(directory);
		const crs = crsOfTiff(keys).crs;
		if (crs === null || placeTags.every((tag) => directory.count(tag) === 0)) return null;
		const pixelIsPoint = keys.GTRasterTypeGeoKey === rasterPixelIsPoint;
		return { crs, ...(await readGrid(directory, { size, pixelIsPoint, beside: null })) };
	}
	return null;
}

function partOf(source: ByteSource, from: number, size: number): ByteSource {
	return {
		name: source.name,
		size,
		read: (offset, length, options) => source.read(from + offset, Math.min(length, size - offset), options),
	};
}
