import { RejectedError } from "#lib/errors.ts";
import type { Extent, Gcp, Raster } from "./metadata.ts";
import { type TiffDirectory, unreadable } from "./tiff-directory.ts";
import { tags } from "./tiff-tags.ts";

export type Grid = Pick<Raster, "kind" | "extent" | "gcps">;

export interface GridOptions {
	/** Pixels: x, y. */
	readonly size: readonly [number, number];
	/** GTRasterTypeGeoKey is RasterPixelIsPoint: the coordinates are those of pixel centres. */
	readonly pixelIsPoint: boolean;
}

/** GDAL's order: x = a[0] + a[1]·pixel + a[2]·line, y = a[3] + a[4]·pixel + a[5]·line, from the upper left corner. */
type Affine = readonly [number, number, number, number, number, number];

/** A few hundred are usual (Sentinel-1 has 210). */
const maxGcps = 10_000;
const minGcps = 3;

/** GDAL's precedence: pixel scale with a tie point, then the transformation matrix, then the tie points as GCPs. */
export async function readGrid(directory: TiffDirectory, options: GridOptions): Promise<Grid> {
	const scale = await directory.numbers(tags.modelPixelScale, { max: 3 });
	const tiepoints = await directory.numbers(tags.modelTiepoint, { max: maxGcps * 6 });
	const matrix = await directory.numbers(tags.modelTransformation, { max: 16 });
	for (const value of [...scale, ...matrix, ...tiepoints]) {
		if (!Number.isFinite(value)) throw unreadable("its georeferencing has numbers that are not finite");
	}
	const affine = affineOfScale(scale, tiepoints) ?? affineOfMatrix(matrix);
	if (affine !== null) return gridOfAffine(options.pixelIsPoint ? fromCentre(affine) : affine, options.size);
	return gridOfGcps(tiepoints, options);
}

function affineOfScale(scale: readonly number[], tiepoints: readonly number[]): Affine | null {
	const [dx = 0, dy = 0] = scale;
	if (dx === 0 || dy === 0 || tiepoints.length < 6) return null;
	const [pixel = 0, line = 0, , x = 0, y = 0] = tiepoints;
	// North is up whatever the sign: a negative scale in y is a common fault of writers, and GDAL ignores it.
	const height = -Math.abs(dy);
	return [x - pixel * dx, dx, 0, y - line * height, 0, height];
}

function affineOfMatrix(matrix: readonly number[]): Affine | null {
	if (matrix.length !== 16) return null;
	const [a = 0, b = 0, , d = 0, e = 0, f = 0, , h = 0] = matrix;
	return [d, a, b, h, e, f];
}

/** Half a pixel back, as GDAL does. */
function fromCentre([x, a, b, y, d, e]: Affine): Affine {
	return [x - (a + b) / 2, a, b, y - (d + e) / 2, d, e];
}

/** Below this part of a pixel, over the whole raster, a rotation is rounding noise. */
const rotationTolerance = 1e-6;

function gridOfAffine(affine: Affine, [width, height]: readonly [number, number]): Grid {
	const [x, a, b, y, d, e] = affine;
	if (a * e - b * d === 0) throw unreadable("its pixels have no area");
	const corner = (pixel: number, line: number): Gcp => {
		const gcp = { pixel, line, x: x + a * pixel + b * line, y: y + d * pixel + e * line, z: 0 };
		if (!Number.isFinite(gcp.x) || !Number.isFinite(gcp.y)) throw unreadable("its extent is not finite");
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
function withoutNoise(value: number): number {
	return Number(value.toPrecision(15));
}

function gridOfGcps(tiepoints: readonly number[], { pixelIsPoint }: GridOptions): Grid {
	const shift = pixelIsPoint ? 0.5 : 0;
	const gcps = Array.from({ length: Math.floor(tiepoints.length / 6) }, (_, index): Gcp => {
		const [pixel = 0, line = 0, , x = 0, y = 0, z = 0] = tiepoints.slice(index * 6, index * 6 + 6);
		return { pixel: pixel + shift, line: line + shift, x, y, z };
	});
	if (gcps.length >= minGcps) return { kind: "referenceable", extent: null, gcps };
	throw new RejectedError(
		"no-crs",
		`The TIFF does not say where it lies: it has no pixel scale with a tie point, no transformation, and ${gcps.length} of the ${minGcps} GCPs that would do. Georeference it (gdal_edit.py -a_ullr).`,
	);
}
