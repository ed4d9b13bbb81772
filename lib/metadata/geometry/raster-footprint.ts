import { type Projection, projectionOf } from "#lib/metadata/crs/crs.ts";
import type { Extent, Footprint, Gcp, Position, Raster, Ring } from "#lib/metadata/metadata.ts";
import type { UnwrapOptions } from "./antimeridian.ts";
import { outlineByControlPoints } from "./control-points.ts";
import { degreesOfCylinder } from "./cylindrical.ts";
import { ringToWgs84 } from "./densify.ts";
import { footprintOfPolygons } from "./footprint.ts";
import { isFootprintOf, isSmall } from "./footprint-check.ts";
import { hasLimb, limbOutline, lobesOf, poleWithin } from "./limb-outline.ts";
import { isDegenerate } from "./ring.ts";

/**
 * The outline of a raster: its extent, or of its GCPs the convex hull in the image, with every GCP that lies on it (the
 * border of a regular grid, so that curved swath edges stay curved). Where the GCPs are not those of the border, the outline
 * is that of the image, as they tell it. Edges are densified as `ringToWgs84` says; where the extent reaches beyond the limb of its
 * projection the outline follows the limb.
 * @returns null if the CRS is unknown, or the outline has no area, is not on Earth, or is not where the raster is
 */
export function footprintOfRaster({ crs, extent, gcps, size }: RasterPlace): Footprint | null {
	const projection = projectionOf(crs);
	if (projection === null) return null;
	if (extent === null) {
		const outline = outlineOfGcps(gcps ?? [], size, projection.geographic);
		return footprintOfRing(outline, projection, { wideEdges: "short" });
	}
	if (projection.geographic) return footprintOfDegrees(extent, projection, size);
	const degrees = degreesOfCylinder(extent, projection);
	if (degrees !== null) return footprintOfBox(degrees);
	if (isWholeSphere(extent, projection)) return footprintOfBox([-180, -90, 180, 90]);
	const footprint = footprintOfProjected(extent, projection);
	if (footprint === null || isSmall(footprint) || isFootprintOf(footprint, extent, projection)) return footprint;
	return null;
}

/** Degrees about another pole, all around and from pole to pole. */
function isWholeSphere([minx, miny, maxx, maxy]: Extent, { proj }: Projection): boolean {
	return (
		/^\+proj=ob_tran \+o_proj=longlat /.test(proj) &&
		maxx - minx >= 360 - 1e-6 &&
		miny <= 1e-6 - 90 &&
		maxy >= 90 - 1e-6
	);
}

function footprintOfProjected(extent: Extent, projection: Projection): Footprint | null {
	const lobes = lobesOf(extent, projection);
	if (lobes !== null) {
		const outlines = lobes.flatMap((lobe) => limbOutline(lobe, projection) ?? []);
		return footprintOfPolygons(
			outlines.map(({ ring }) => [ring]),
			{ wideEdges: "asGiven" },
		);
	}
	if (!isWithinLimb(extent, projection)) {
		if (!hasLimb(projection)) return null;
		const outline = limbOutline(extent, projection);
		return outline === null ? null : footprintOfPolygons([[outline.ring]], outline.unwrap);
	}
	const pole = poleWithin(extent, projection);
	return footprintOfRing(outlineOfExtent(extent), projection, {
		wideEdges: "short",
		...(pole === null ? {} : { pole }),
	});
}

/** Whether the raster is on Earth and too small for a footprint, which is told to 1e-7°. */
export function isBelowSquareMetre({ crs, extent }: RasterPlace): boolean {
	const projection = projectionOf(crs);
	const outline = extent === null ? null : outlineOfExtent(extent);
	const ring = projection === null || outline === null ? null : ringToWgs84(outline, projection);
	return ring !== null && isDegenerate(ring);
}

export type RasterPlace = Pick<Raster, "crs" | "extent" | "gcps"> & Partial<Pick<Raster, "size">>;

function footprintOfRing(outline: Ring | null, projection: Projection, unwrap: UnwrapOptions): Footprint | null {
	const ring = outline === null ? null : ringToWgs84(outline, projection);
	return ring === null ? null : footprintOfPolygons([[ring]], unwrap);
}

/** Degrees: a grid all around the Earth may begin anywhere, and cells around the poles end beyond them. */
function footprintOfDegrees(
	[west, miny, east, maxy]: Extent,
	projection: Projection,
	size: Raster["size"] | undefined,
): Footprint | null {
	const cell = size === undefined ? 0 : (maxy - miny) / size[1];
	const beyond = Math.max(maxy - 90, -90 - miny);
	if (beyond > Math.max(poleTolerance, cell)) return null;
	const [south, north] = [Math.max(-90, miny), Math.min(90, maxy)];
	const isAround = east - west >= 360 - 1e-6;
	const extent: Extent = isAround ? [-180, south, 180, north] : [west, south, east, north];
	return footprintOfRing(outlineOfExtent(extent), projection, { wideEdges: "asGiven" });
}

/** Degrees of WGS 84. */
function footprintOfBox([west, south, east, north]: Extent): Footprint | null {
	const isAround = east - west >= 360 - 1e-6;
	const outline = outlineOfExtent(isAround ? [-180, south, 180, north] : [west, south, east, north]);
	return outline === null ? null : footprintOfPolygons([[outline]], { wideEdges: "asGiven" });
}

/** Degrees beyond a pole that are no fault, whatever the cells. */
const poleTolerance = 1;

/** Whether the whole outline, looked at closely, is on Earth. */
function isWithinLimb(extent: Extent, projection: Projection): boolean {
	const outline = outlineOfExtent(extent);
	if (outline === null) return true;
	return outline.slice(1).every(([x, y], side) => {
		const [fromX, fromY] = outline[side] as Position;
		return Array.from({ length: samplesPerSide }, (_, step) => step / samplesPerSide).every((share) => {
			const [lon] = projection.toWgs84(fromX + (x - fromX) * share, fromY + (y - fromY) * share);
			return Number.isFinite(lon);
		});
	});
}

const samplesPerSide = 16;

function outlineOfExtent([minx, miny, maxx, maxy]: Extent): Ring | null {
	if (!(minx < maxx && miny < maxy)) return null;
	return [
		[minx, miny],
		[maxx, miny],
		[maxx, maxy],
		[minx, maxy],
		[minx, miny],
	];
}

/** Andrew's monotone chain over pixel and line, collinear points kept. */
function outlineOfGcps(gcps: readonly Gcp[], size: Raster["size"] | undefined, isGeographic: boolean): Ring | null {
	const sorted = [...gcps].sort((a, b) => a.pixel - b.pixel || a.line - b.line);
	const lower = chain(sorted);
	const upper = chain([...sorted].reverse());
	const hull = [...lower.slice(0, -1), ...upper.slice(0, -1)];
	const byImage = size === undefined ? null : outlineByControlPoints(gcps, { hull, size, isGeographic });
	if (byImage !== null) return byImage;
	const position = ({ x, y }: Gcp): Position => [x, y];
	return hull[0] === undefined || hull.length < 3 ? null : [...hull.map(position), position(hull[0])];
}

function chain(sorted: readonly Gcp[]): readonly Gcp[] {
	const kept: Gcp[] = [];
	for (const gcp of sorted) {
		while (kept.length >= 2 && turn(kept.at(-2) as Gcp, kept.at(-1) as Gcp, gcp) < 0) kept.pop();
		kept.push(gcp);
	}
	return kept;
}

function turn(a: Gcp, b: Gcp, c: Gcp): number {
	return (b.pixel - a.pixel) * (c.line - a.line) - (b.line - a.line) * (c.pixel - a.pixel);
}
