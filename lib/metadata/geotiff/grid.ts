import { RejectedError } from "#lib/errors.ts";
import { type Affine, fromCentre, type Grid, gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import type { Gcp } from "#lib/metadata/metadata.ts";
import { type TiffDirectory, unreadable } from "./directory.ts";
import { tiffTags } from "./tags.ts";

export interface GridOptions {
	/** Pixels: x, y. */
	readonly size: readonly [number, number];
	/** GTRasterTypeGeoKey is RasterPixelIsPoint: the coordinates are those of pixel centres. */
	readonly pixelIsPoint: boolean;
	/** The georeferencing from a file beside the TIFF, for a TIFF without its own. */
	readonly beside: Grid | null;
}

/** A few hundred are usual (Sentinel-1 has 210). */
const maxGcps = 10_000;
const minGcps = 3;

/** GDAL's precedence: pixel scale with a tie point, then the transformation matrix, then the tie points as GCPs. */
export async function readGrid(directory: TiffDirectory, options: GridOptions): Promise<Grid> {
	const scale = await directory.numbers(tiffTags.modelPixelScale, { max: 3 });
	const tiepoints = await directory.numbers(tiffTags.modelTiepoint, { max: maxGcps * 6 });
	const matrix = await directory.numbers(tiffTags.modelTransformation, { max: 16 });
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

function gridOfGcps(tiepoints: readonly number[], { pixelIsPoint, beside }: GridOptions): Grid {
	const shift = pixelIsPoint ? 0.5 : 0;
	const gcps = Array.from({ length: Math.floor(tiepoints.length / 6) }, (_, index): Gcp => {
		const [pixel = 0, line = 0, , x = 0, y = 0, z = 0] = tiepoints.slice(index * 6, index * 6 + 6);
		return { pixel: pixel + shift, line: line + shift, x, y, z };
	});
	if (gcps.length >= minGcps) return { kind: "referenceable", extent: null, gcps };
	if (beside !== null) return beside;
	throw new RejectedError(
		"no-crs",
		`The TIFF does not say where it lies: it has no pixel scale with a tie point, no transformation, and ${gcps.length} GCPs, of which it needs at least ${minGcps}. Georeference it (gdal_edit.py -a_ullr).`,
	);
}
