import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { parseSrsName, type SrsName } from "#lib/metadata/crs/srs-name.ts";
import { ringToWgs84 } from "#lib/metadata/geometry/densify.ts";
import { footprintOfPolygons } from "#lib/metadata/geometry/footprint.ts";
import { closeRing, openRing, type Polygon, ringBounds } from "#lib/metadata/geometry/ring.ts";
import type { Footprint, Position, Ring, XmlElement } from "#lib/metadata/metadata.ts";

/** The attributes that an element inherits from those around it. */
interface Reference {
	readonly srs: SrsName;
	/** null: not given. */
	readonly dimension: number | null;
}

const wgs84: Reference = { srs: { crs: "EPSG:4326", latitudeFirst: true }, dimension: null };
const maxRings = 1000;

/**
 * The polygons anywhere within a GML (2, 3.1, 3.2) geometry as one footprint: `posList`, `pos` or `coordinates`, two or
 * three dimensions; the nearest `srsName` around them gives CRS and axis order, EPSG:4326 with latitude first if none.
 * @returns null if there is no polygon.
 * @throws RejectedError `invalid-metadata` if the coordinates are not those of an area on Earth.
 */
export function footprintOfGml(geometry: XmlElement): Footprint | null {
	const polygons = collectPolygons(geometry, wgs84);
	return polygons.length === 0 ? null : footprintOrReject(polygons);
}

/** @throws RejectedError `invalid-metadata` if the polygons (longitude, latitude) have no area on Earth. */
export function footprintOrReject(polygons: readonly Polygon[]): Footprint {
	if (polygons.flat().length > maxRings) throw invalid(`the footprint has more than ${maxRings} rings`);
	const settled = polygons.map((polygon) => polygon.map(withinPoles));
	const strange = settled.flat(2).find(([lon, lat]) => !(Math.abs(lat) <= 90 + 1e-6 && Math.abs(lon) <= 540));
	if (strange !== undefined) {
		throw invalid(
			`the footprint has longitude ${strange[0]}, latitude ${strange[1]}, which is not on Earth; look at the order of its axes`,
		);
	}
	const footprint = footprintOfPolygons(settled);
	if (footprint === null) throw invalid("the footprint has no area");
	return footprint;
}

/** @throws RejectedError `invalid-metadata` for a bounding box whose south is north of its north: its values are mixed up. */
export function requireUpright(south: number, north: number): void {
	if (south > north)
		throw invalid(`its bounding box is upside down: it reaches from ${south} in the south to ${north} in the north`);
}

/** Outlines of global grids end half a cell beyond the poles; other latitudes beyond them are mistakes. */
function withinPoles(ring: Ring): Ring {
	const [west, south, east, north] = ringBounds(ring);
	const isGlobal = east - west >= 350 && south >= -92.5 && north <= 92.5 && (south < -90 || north > 90);
	return isGlobal ? ring.map(([lon, lat]) => [lon, Math.max(-90, Math.min(90, lat))] as const) : ring;
}

/**
 * Numbers between any white space, in groups of `dimension`; the first two of each group, swapped if latitude is first.
 * Where no dimension is given, a list whose every third number is 0 has heights (Sentinel-2 of 2015, which lacks the last).
 */
export function positionsOf(
	text: string,
	{ latitudeFirst, dimension: declared = null }: { latitudeFirst: boolean; dimension?: number | null },
): Ring {
	const given = text.trim().split(/\s+/);
	const hasHeights =
		declared === null && given.length >= 8 && given.every((word, i) => i % 3 !== 2 || Number(word) === 0);
	const words = hasHeights && given.length % 3 === 2 ? [...given, "0"] : given;
	const dimension = declared ?? (hasHeights && words.length % 3 === 0 ? 3 : 2);
	if (words.length % dimension !== 0) {
		throw invalid(`a ring has ${words.length} numbers, which is not a multiple of its ${dimension} dimensions`);
	}
	const positions: Position[] = [];
	for (let i = 0; i < words.length; i += dimension) {
		const [first, second] = [numberOf(words[i]), numberOf(words[i + 1])];
		positions.push(latitudeFirst ? [second, first] : [first, second]);
	}
	if (positions.length < 3) throw invalid(`a ring has ${positions.length} positions, too few for an area`);
	return positions;
}

function numberOf(word = ""): number {
	const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN;
	if (!Number.isFinite(number)) throw invalid(`a ring has "${word.slice(0, 40)}" where a number should stand`);
	return number;
}

function collectPolygons(element: XmlElement, outer: Reference): readonly Polygon[] {
	const reference = referenceOf(element, outer);
	if (element.name !== "Polygon" && element.name !== "PolygonPatch") {
		return element.children.flatMap((child) => collectPolygons(child, reference));
	}
	const rings = (...names: readonly string[]) =>
		element.children.filter(({ name }) => names.includes(name)).map((boundary) => ringOf(boundary, reference));
	const exterior = rings("exterior", "outerBoundaryIs");
	if (exterior.length !== 1) throw invalid(`a polygon of the footprint has ${exterior.length} outer rings`);
	return [[...exterior, ...rings("interior", "innerBoundaryIs")]];
}

function referenceOf({ attributes }: XmlElement, outer: Reference): Reference {
	const { srsName, srsDimension } = attributes;
	const srs = srsName === undefined ? outer.srs : parseSrsName(srsName);
	const dimension = srsDimension === undefined ? outer.dimension : Number(srsDimension);
	if (srs === null) throw invalid(`the footprint's srsName ${String(srsName).slice(0, 100)} is no CRS known here`);
	if (dimension !== null && dimension !== 2 && dimension !== 3)
		throw invalid(`the footprint's srsDimension ${srsDimension} is neither 2 nor 3`);
	return { srs, dimension };
}

function ringOf(boundary: XmlElement, outer: Reference): Ring {
	const runs = coordinatesWithin(boundary, outer);
	const [first] = runs;
	if (first === undefined) throw invalid("a ring of the footprint has no coordinates");
	const { srs, dimension } = first.reference;
	const ring = positionsOf(runs.map(({ text }) => text).join(" "), { latitudeFirst: srs.latitudeFirst, dimension });
	const projection = projectionOf(srs.crs);
	const degrees = projection === null ? null : ringToWgs84(closeRing(openRing(ring)), projection);
	if (degrees === null || degrees.flat().some(Number.isNaN)) {
		throw invalid(`the footprint has coordinates that are not within ${srs.crs}; look at the order of its axes`);
	}
	return degrees;
}

interface Run {
	readonly text: string;
	readonly reference: Reference;
}

function coordinatesWithin(element: XmlElement, outer: Reference): readonly Run[] {
	const reference = referenceOf(element, outer);
	if (element.name === "posList" || element.name === "pos") return [{ text: element.text, reference }];
	if (element.name === "coordinates") return [coordinatesRun(element, reference)];
	return element.children.flatMap((child) => coordinatesWithin(child, reference));
}

/** `x,y x,y`; the separators may be declared otherwise. The length of the first tuple is the dimension. */
function coordinatesRun({ text, attributes }: XmlElement, { srs }: Reference): Run {
	const { cs = ",", ts = " ", decimal = "." } = attributes;
	const split = (words: string, separator: string) => words.trim().split(separator.trim() === "" ? /\s+/ : separator);
	const tuples = split(text, ts).map((tuple) => split(tuple, cs));
	const words = tuples.flat().map((word) => word.trim().replace(decimal, "."));
	return { text: words.join(" "), reference: { srs, dimension: tuples[0]?.length === 3 ? 3 : 2 } };
}

function invalid(reason: string): RejectedError {
	return new RejectedError("invalid-metadata", reason);
}
