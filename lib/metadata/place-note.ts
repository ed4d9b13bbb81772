import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { uncertaintyOf } from "#lib/metadata/crs/datum-shifts.ts";
import { type Box, boxesOf, gapBetween } from "#lib/metadata/geometry/footprint-gap.ts";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import type { Footprint, Position, Raster } from "./metadata.ts";

/** The dataset's property that has it. */
export const placeNoteName = "footprintNote";

/** Metres. Footprints are rounded, and those of metadata are coarse. */
const tolerance = 1000;

/**
 * A sentence about a footprint that a file tells and that does not meet the place of the raster at all; null where they meet, or the raster
 * has no place. By rule 9 the footprint counts nevertheless.
 * @param file that tells it
 */
export function noteOfPlace(footprint: Footprint, raster: Raster, file: string): string | null {
	const told = boxesOf(footprint);
	const middle = middleOf(raster);
	// Nearly always; the outline need not be made for it.
	if (middle === null || told.some((box) => isIn(box, middle))) return null;
	const outline = footprintOfRaster(raster);
	if (outline === null) return null;
	const lies = boxesOf(outline);
	const metres = gapBetween(told, lies);
	if (metres <= tolerance) return null;
	const [[west, south, east, north] = [0, 0, 0, 0]] = lies;
	const [lon, lat] = [(west + east) / 2, (south + north) / 2].map((degrees) => Number(degrees.toFixed(3)));
	const far = `${Math.round(metres / 1000)} km from where its raster lies (longitude ${lon}, latitude ${lat})`;
	const exchanged = told
		.filter((box) => Math.max(Math.abs(box[0]), Math.abs(box[2])) <= 90)
		.map((box): Box => [box[1], box[0], box[3], box[2]]);
	const hint = exchanged.length > 0 && gapBetween(exchanged, lies) <= tolerance ? exchangedHint : "";
	return `The footprint is that of ${file}, which is ${far}.${hint}`;
}

const exchangedHint = " With longitude and latitude exchanged the two would meet.";

/** A sentence about a footprint that is the raster's own place in a CRS whose datum is not known well; null: it is. */
export function noteOfDatum({ crs }: Pick<Raster, "crs">): string | null {
	const metres = uncertaintyOf(crs);
	if (metres === null) return null;
	return `The datum of ${crs} has several shifts to WGS 84 by place, or none that is certain: the footprint may be off by ${metres} m.`;
}

function middleOf({ crs, extent, gcps }: Raster): Position | null {
	const count = gcps?.length ?? 0;
	if (extent === null && count === 0) return null;
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / count, 0);
	const [x, y] =
		extent === null
			? [mean((gcps ?? []).map((gcp) => gcp.x)), mean((gcps ?? []).map((gcp) => gcp.y))]
			: [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2];
	const position = projectionOf(crs)?.toWgs84(x, y);
	return position?.every(Number.isFinite) ? position : null;
}

function isIn([west, south, east, north]: Box, [lon, lat]: Position): boolean {
	return lon >= west && lon <= east && lat >= south && lat <= north;
}
