import type { MosaicGrid } from "#lib/catalog/json-columns.ts";
import type { Band, DatasetState } from "#lib/metadata/metadata.ts";

/** What all datasets of a rectified stitched mosaic share; null where the first dataset that fits decides. */
export interface Mosaic {
	readonly grid: MosaicGrid | null;
	readonly rangeType: string | null;
	readonly bands: readonly Band[] | null;
}

/** Rule 8: how far a dataset's grid may be off the mosaic's, in pixels. */
const tolerance = 1e-6;

type Fit = { readonly fits: true; readonly mosaic: Mosaic } | { readonly fits: false; readonly reason: string };

/**
 * Rule 8: whether the dataset fits the mosaic, and the mosaic as it is with the dataset in it (grown, or set by the
 * first dataset). The tolerance of alignment is for the whole extent: the resolution may be off by no more than what
 * shifts the far edge by that much.
 */
export function fitDataset(mosaic: Mosaic, dataset: DatasetState): Fit {
	if (dataset.extent === null) return misfit("a referenceable dataset has no grid; a mosaic needs rectified ones");
	if (mosaic.rangeType !== null && mosaic.rangeType !== dataset.rangeType) {
		return misfit(`its range type is ${dataset.rangeType}, the mosaic's is ${mosaic.rangeType}`);
	}
	const bandTypes = dataset.bands.map((band) => band.dataType).join(", ");
	const mosaicTypes = mosaic.bands?.map((band) => band.dataType).join(", ") ?? bandTypes;
	if (bandTypes !== mosaicTypes) return misfit(`its bands are ${bandTypes}, the mosaic's are ${mosaicTypes}`);
	const own = gridOf(dataset.crs, dataset.extent, dataset.size);
	const grid = mosaic.grid ?? own;
	const reason = misalignment(grid, own);
	if (reason) return misfit(reason);
	return {
		fits: true,
		mosaic: {
			grid: grow(grid, own),
			rangeType: mosaic.rangeType ?? dataset.rangeType,
			bands: mosaic.bands ?? dataset.bands,
		},
	};
}

function misfit(reason: string): Fit {
	return { fits: false, reason: `does not fit the mosaic: ${reason}` };
}

function gridOf(
	crs: string,
	[minx, miny, maxx, maxy]: readonly [number, number, number, number],
	size: readonly [number, number],
): MosaicGrid {
	return { crs, origin: [minx, maxy], resolution: [(maxx - minx) / size[0], (maxy - miny) / size[1]], size };
}

function misalignment(grid: MosaicGrid, own: MosaicGrid): string | null {
	if (grid.crs !== own.crs) return `its CRS is ${own.crs}, the mosaic's is ${grid.crs}`;
	for (const axis of [0, 1] as const) {
		const resolution = grid.resolution[axis];
		if (Math.abs(own.resolution[axis] - resolution) * own.size[axis] > tolerance * resolution * 2) {
			return `its resolution is ${own.resolution.join(" × ")}, the mosaic's is ${grid.resolution.join(" × ")}`;
		}
		const offset = (own.origin[axis] - grid.origin[axis]) / resolution;
		const shift = Math.abs(offset - Math.round(offset));
		if (shift > tolerance)
			return `its grid is off the mosaic's by ${Number(shift.toPrecision(3))} of a pixel in ${axis === 0 ? "x" : "y"}`;
	}
	return null;
}

/** The grid that covers both; the origin moves when the dataset lies above or left of it. */
function grow(grid: MosaicGrid, own: MosaicGrid): MosaicGrid {
	const [resolutionX, resolutionY] = grid.resolution;
	const left = Math.round((own.origin[0] - grid.origin[0]) / resolutionX);
	const top = Math.round((grid.origin[1] - own.origin[1]) / resolutionY);
	const [minLeft, minTop] = [Math.min(0, left), Math.min(0, top)];
	return {
		crs: grid.crs,
		resolution: grid.resolution,
		origin: [grid.origin[0] + minLeft * resolutionX, grid.origin[1] - minTop * resolutionY],
		size: [Math.max(grid.size[0], left + own.size[0]) - minLeft, Math.max(grid.size[1], top + own.size[1]) - minTop],
	};
}
