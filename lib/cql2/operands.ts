import { Cql2Error, type Geometry, type Scalar } from "./expression.ts";

/** What operands must be, whichever encoding they come in. */

/** @throws Cql2Error unless it is a text that ends no escape too early, perhaps in CASEI or ACCENTI */
export function requireLikePattern(pattern: Scalar): void {
	if (typeof pattern === "object" && "op" in pattern) {
		requireLikePattern(pattern.args[0]);
		return;
	}
	if (typeof pattern !== "string")
		throw new Cql2Error("LIKE takes a text such as 'S2%': % stands for any characters, _ for one.");
	if (/(^|[^\\])(\\\\)*\\$/.test(pattern))
		throw new Cql2Error("the pattern of LIKE ends with a backslash, which stands before %, _ or another backslash.");
}

/** @throws Cql2Error for positions that are none on Earth, rings that are not closed, and the like */
export function requireGeometry(geometry: Geometry): Geometry {
	if ("bbox" in geometry) {
		boxOf(geometry.bbox);
		return geometry;
	}
	const parts = geometry.type === "GeometryCollection" ? geometry.geometries : geometry.coordinates;
	if (
		parts.length === 0 ||
		(geometry.type === "MultiPolygon" && geometry.coordinates.some(({ length }) => length === 0))
	)
		throw new Cql2Error(`a ${geometry.type} has at least one position.`);
	switch (geometry.type) {
		case "Point":
			requirePosition(geometry.coordinates);
			break;
		case "MultiPoint":
			geometry.coordinates.forEach(requirePosition);
			break;
		case "LineString":
			requireLine(geometry.coordinates);
			break;
		case "MultiLineString":
			geometry.coordinates.forEach(requireLine);
			break;
		case "Polygon":
			geometry.coordinates.forEach(requireRing);
			break;
		case "MultiPolygon":
			for (const polygon of geometry.coordinates) polygon.forEach(requireRing);
			break;
		case "GeometryCollection":
			geometry.geometries.forEach(requireGeometry);
	}
	return geometry;
}

/**
 * West, south, east and north of a box of four numbers, or of six with heights, which do not matter.
 * @throws Cql2Error for any other list
 */
export function boxOf(bbox: readonly number[]): readonly [west: number, south: number, east: number, north: number] {
	const [west, south, east, north] = bbox.length === 6 ? [bbox[0], bbox[1], bbox[3], bbox[4]] : bbox;
	if ((bbox.length !== 4 && bbox.length !== 6) || !bbox.every(Number.isFinite))
		throw new Cql2Error("a bbox has four numbers (west, south, east, north), or six with heights.");
	requirePosition([west as number, south as number]);
	requirePosition([east as number, north as number]);
	if ((south as number) > (north as number))
		throw new Cql2Error(`a bbox goes from south to north: ${south} is north of ${north}.`);
	return [west as number, south as number, east as number, north as number];
}

function requirePosition(position: readonly number[]): void {
	const [lon = Number.NaN, lat = Number.NaN] = position;
	if (position.length < 2 || position.length > 3 || !position.every(Number.isFinite))
		throw new Cql2Error("a position has two numbers, longitude and latitude, or three with a height.");
	if (Math.abs(lon) > 180 || Math.abs(lat) > 90)
		throw new Cql2Error(
			`${lon} ${lat} is no position: longitudes are -180 to 180 and latitudes -90 to 90, in degrees of WGS 84.`,
		);
}

function requireLine(line: readonly (readonly number[])[]): void {
	if (line.length < 2) throw new Cql2Error("a line has at least two positions.");
	line.forEach(requirePosition);
}

function requireRing(ring: readonly (readonly number[])[]): void {
	const [first, last] = [ring[0], ring.at(-1)];
	if (ring.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
		throw new Cql2Error("a ring of a polygon has at least four positions, and the last is the same as the first.");
	ring.forEach(requirePosition);
}
