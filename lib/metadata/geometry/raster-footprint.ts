import { type Projection, projectionOf } from "#lib/metadata/crs/crs.ts";
import type { Extent, Footprint, Gcp, Position, Raster, Ring } from "#lib/metadata/metadata.ts";
import type { Pole } from "./antimeridian.ts";
import { ringToWgs84 } from "./densify.ts";
import { footprintOfPolygons } from "./footprint.ts";

/**
 * The outline of a raster: its extent, or of its GCPs the convex hull in the image, with every GCP that lies on it (the
 * border of a regular grid, so that curved swath edges stay curved). The hull is that of the GCPs: what an image has
 * beyond them is left out. Edges are densified as `ringToWgs84` says.
 * @returns null if the CRS is unknown, or the outline has no area or is not on Earth.
 */
export function footprintOfRaster({ crs, extent, gcps }: Pick<Raster, "crs" | "extent" | "gcps">): Footprint | null {
	const projection = projectionOf(crs);
	const outline = extent === null ? outlineOfGcps(gcps ?? []) : outlineOfExtent(extent);
	if (projection === null || outline === null) return null;
	const ring = ringToWgs84(outline, projection);
	if (ring === null) return null;
	const pole = extent === null || projection.geographic ? null : poleWithin(extent, projection);
	const wideEdges = extent !== null && projection.geographic ? "asGiven" : "short";
	return footprintOfPolygons([[ring]], pole === null ? { wideEdges } : { wideEdges, pole });
}

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

function poleWithin([minx, miny, maxx, maxy]: Extent, projection: Projection): Pole | null {
	const within = (pole: Pole) => {
		const [x, y] = projection.fromWgs84(0, pole);
		return x >= minx && x <= maxx && y >= miny && y <= maxy;
	};
	return within(90) ? 90 : within(-90) ? -90 : null;
}

/** Andrew's monotone chain over pixel and line, collinear points kept. */
function outlineOfGcps(gcps: readonly Gcp[]): Ring | null {
	const sorted = [...gcps].sort((a, b) => a.pixel - b.pixel || a.line - b.line);
	const lower = chain(sorted);
	const upper = chain([...sorted].reverse());
	const hull = [...lower.slice(0, -1), ...upper.slice(0, -1)];
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
