import { RejectedError } from "#lib/errors.ts";
import type { Extent, Gcp, Georeference, Raster } from "#lib/metadata/metadata.ts";

export type Grid = Pick<Raster, "kind" | "extent" | "gcps">;

/** A grid and the CRS it lies in. */
export type PlacedGrid = Grid & Pick<Raster, "crs">;

/** GDAL's order: x = a[0] + a[1]·pixel + a[2]·line, y = a[3] + a[4]·pixel + a[5]·line, from the upper left corner. */
export type Affine = readonly [number, number, number, number, number, number];

/** Half a pixel back, for transformations that are about the centres of pixels. */
export function fromCentre([x, a, b, y, d, e]: Affine): Affine {
	return [x - (a + b) / 2, a, b, y - (d + e) / 2, d, e];
}

/** Below this part of a pixel, over the whole raster, a rotation is rounding noise. */
const rotationTolerance = 1e-6;

/**
 * Where the raster of `size` (pixels: x, y) lies: rectified, or referenceable by its corners if rotated or sheared.
 * @throws RejectedError `unreadable` for a malformed transformation.
 */
export function gridOfAffine(affine: Affine, [width, height]: readonly [number, number]): Grid {
	const [x, a, b, y, d, e] = affine;
	if (a * e - b * d === 0) throw unsound("its pixels have no area");
	const corner = (pixel: number, line: number): Gcp => {
		const gcp = { pixel, line, x: x + a * pixel + b * line, y: y + d * pixel + e * line, z: 0 };
		if (!Number.isFinite(gcp.x) || !Number.isFinite(gcp.y)) throw unsound("its extent is not finite");
		return gcp;
	};
	const corners = [corner(0, 0), corner(width, 0), corner(width, height), corner(0, height)];
	const isRotated =
		Math.abs(b * height) > Math.abs(a) * rotationTolerance || Math.abs(d * width) > Math.abs(e) * rotationTolerance;
	if (isRotated) return { kind: "referenceable", extent: null, gcps: corners };
	const [left, right] = [withoutNoise(x), withoutNoise(x + a * width)];
	const [top, bottom] = [withoutNoise(y), withoutNoise(y + e * height)];
	const extent: Extent = [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)];
	return { kind: "rectified", extent, gcps: null };
}

/** 28.294810000000002 is 28.29481: the sums above are not better than 15 digits. */
export function withoutNoise(value: number): number {
	if (Number.isInteger(value) && Math.abs(value) < 1e15) return value;
	return Number(value.toPrecision(15));
}

function unsound(what: string): RejectedError {
	return new RejectedError("unreadable", `The georeferencing is invalid: ${what}.`);
}

const minGcps = 3;

/** The grid of a raster of `size` (pixels: x, y), by the geotransform, else by the GCPs; null if it has neither. */
export function gridOfGeoreference(
	georeference: Georeference | undefined,
	size: readonly [number, number],
): Grid | null {
	if (georeference === undefined) return null;
	const { geoTransform, gcps } = georeference;
	if (geoTransform !== null) return gridOfAffine(geoTransform, size);
	return gcps.length >= minGcps ? { kind: "referenceable", extent: null, gcps } : null;
}

/**
 * As GDAL has it for most formats: what the `.aux.xml` says counts before what the file says itself (`own`), its place or its CRS alone.
 * null: there is none, or it is not enough.
 */
export function placeByPam(
	own: PlacedGrid | null,
	size: Raster["size"],
	georeference: Georeference | undefined,
): PlacedGrid | null {
	if (!georeference?.isFirst) return null;
	const crs = georeference.crs ?? own?.crs ?? null;
	const grid = gridOfGeoreference(georeference, size) ?? own;
	return crs === null || grid === null ? null : { ...grid, crs };
}
