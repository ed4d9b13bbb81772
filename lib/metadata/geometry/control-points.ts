import type { Gcp, Position, Raster, Ring } from "#lib/metadata/metadata.ts";
import { directionOf, positionOf } from "./direction.ts";

/**
 * The outline of an image by its ground control points where they are not those of its border: a piece that was cut out of a
 * scene has those of the whole scene, a scanned map has a few inside. null where they are (within a pixel), and for the
 * positions of pixels' centres: those of a geolocation array, whose other pixels lie nowhere, unless they are those of every so many
 * pixels.
 *
 * Between and beyond the points the place is that of a plane through them all, of which the nearest count most. Longitudes go
 * on beyond the antimeridian; near a pole, degrees are taken as directions.
 * @param hull of the points in the image
 */
export function outlineByControlPoints(
	gcps: readonly Gcp[],
	{ hull, size, isGeographic }: { hull: readonly Gcp[]; size: Raster["size"]; isGeographic: boolean },
): Ring | null {
	const [width, height] = size;
	const isCentre = ({ pixel, line }: Gcp) =>
		pixel % 1 === 0.5 && line % 1 === 0.5 && pixel > 0 && pixel < width && line > 0 && line < height;
	const isOfCentres = gcps.every(isCentre) && !isThinned(gcps, size);
	const isInDegrees = gcps.every(({ x, y }) => Math.abs(x) <= 540 && Math.abs(y) <= 90);
	if (isOfCentres || hull.length < 3 || isBorder(hull, size) || (isGeographic && !isInDegrees)) return null;
	const isPolar = isGeographic && gcps.some(({ y }) => Math.abs(y) > polarLatitude);
	const [{ x: start }] = hull as readonly [Gcp, ...Gcp[]];
	const vectorOf = ({ x, y }: Gcp) =>
		isPolar ? directionOf(x, y) : [isGeographic ? x - 360 * Math.round((x - start) / 360) : x, y];
	const nodes = gcps.map((gcp) => ({ pixel: gcp.pixel, line: gcp.line, vector: vectorOf(gcp) }));
	const positions = borderOf(size).map(([pixel, line]): Position => {
		const vector = planeAt(nodes, pixel, line);
		return isPolar ? positionOf(vector) : [vector[0] ?? Number.NaN, vector[1] ?? Number.NaN];
	});
	if (positions[0] === undefined || !positions.flat().every(Number.isFinite)) return null;
	return [...positions, positions[0]];
}

const polarLatitude = 80;

/** Whether they are a whole grid with equal steps from the first pixel to the last one that a step leads to. */
function isThinned(gcps: readonly Gcp[], [width, height]: Raster["size"]): boolean {
	const pixels = [...new Set(gcps.map(({ pixel }) => pixel))].sort((a, b) => a - b);
	const lines = [...new Set(gcps.map(({ line }) => line))].sort((a, b) => a - b);
	const isComplete = gcps.length === pixels.length * lines.length;
	return isComplete && reachesEnd(pixels, width) && reachesEnd(lines, height);
}

function reachesEnd(places: readonly number[], length: number): boolean {
	const [first = 0, second = first] = places;
	const step = second - first;
	const isEven = step > 0 && places.every((place, index) => place === first + index * step);
	return isEven && first === 0.5 && length - (places.at(-1) ?? 0) < step;
}

/** Whether no corner of the image is more than a pixel outside of the hull, nor a point more than one outside of the image. */
function isBorder(hull: readonly Gcp[], [width, height]: Raster["size"]): boolean {
	const isWithin = ({ pixel, line }: Gcp) => pixel >= -1 && pixel <= width + 1 && line >= -1 && line <= height + 1;
	const corners = [
		[0, 0],
		[width, 0],
		[width, height],
		[0, height],
	] as const;
	return hull.every(isWithin) && corners.every(([pixel, line]) => distanceBeyond(hull, pixel, line) <= borderTolerance);
}

/** Pixels: a corner that both sides miss by one. */
const borderTolerance = 1.5;

/** How far a point lies beyond the side that it is furthest from; negative inside. */
function distanceBeyond(hull: readonly Gcp[], pixel: number, line: number): number {
	const distances = hull.map((from, index) => {
		const to = hull[(index + 1) % hull.length] as Gcp;
		const [dx, dy] = [to.pixel - from.pixel, to.line - from.line];
		const length = Math.hypot(dx, dy);
		return length === 0 ? 0 : ((pixel - from.pixel) * dy - (line - from.line) * dx) / length;
	});
	return Math.max(...distances);
}

const stepsPerSide = 8;

/** Counter-clockwise with lines downwards, from the upper left corner. */
function borderOf([width, height]: Raster["size"]): readonly Position[] {
	const shares = Array.from({ length: stepsPerSide }, (_, step) => step / stepsPerSide);
	return [
		...shares.map((share): Position => [0, share * height]),
		...shares.map((share): Position => [share * width, height]),
		...shares.map((share): Position => [width, (1 - share) * height]),
		...shares.map((share): Position => [(1 - share) * width, 0]),
	];
}

interface Node {
	readonly pixel: number;
	readonly line: number;
	readonly vector: readonly number[];
}

/** Moving least squares: a plane for each coordinate, weighted by the inverse square of the distance. */
function planeAt(nodes: readonly Node[], pixel: number, line: number): readonly number[] {
	const weighted = nodes.map((node) => {
		const [dx, dy] = [node.pixel - pixel, node.line - line];
		return { dx, dy, vector: node.vector, weight: 1 / (dx * dx + dy * dy + 1e-3) };
	});
	const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
	const mean = (value: (one: (typeof weighted)[number]) => number) =>
		weighted.reduce((sum, one) => sum + one.weight * value(one), 0) / total;
	const [meanX, meanY] = [mean(({ dx }) => dx), mean(({ dy }) => dy)];
	const xx = mean(({ dx }) => (dx - meanX) ** 2);
	const yy = mean(({ dy }) => (dy - meanY) ** 2);
	const xy = mean(({ dx, dy }) => (dx - meanX) * (dy - meanY));
	const determinant = xx * yy - xy * xy;
	return (nodes[0]?.vector ?? []).map((_, axis) => {
		const value = mean(({ vector }) => vector[axis] ?? Number.NaN);
		const xv = mean(({ dx, vector }) => (dx - meanX) * ((vector[axis] ?? Number.NaN) - value));
		const yv = mean(({ dy, vector }) => (dy - meanY) * ((vector[axis] ?? Number.NaN) - value));
		const alongX = (xv * yy - yv * xy) / determinant;
		const alongY = (yv * xx - xv * xy) / determinant;
		return value - alongX * meanX - alongY * meanY;
	});
}
