import type { Georeference } from "#lib/metadata/metadata.ts";
import { type Grid, gridOfAffine } from "./affine-grid.ts";

const minGcps = 3;

/** The grid of a raster of `size` (pixels: x, y), by the geotransform, else by the GCPs; null if neither is told. */
export function gridOfGeoreference(
	georeference: Georeference | undefined,
	size: readonly [number, number],
): Grid | null {
	if (georeference === undefined) return null;
	const { geoTransform, gcps } = georeference;
	if (geoTransform !== null) return gridOfAffine(geoTransform, size);
	return gcps.length >= minGcps ? { kind: "referenceable", extent: null, gcps } : null;
}
