import type { Geometry } from "./expression.ts";
import { requireGeometry } from "./operands.ts";
import { parseNumber, type TokenReader } from "./token-reader.ts";

/** Geometries of CQL2 text: well-known text, and `BBOX(west, south, east, north)`. */

export const geometryKeywords: readonly string[] = [
	"POINT",
	"MULTIPOINT",
	"LINESTRING",
	"MULTILINESTRING",
	"POLYGON",
	"MULTIPOLYGON",
	"GEOMETRYCOLLECTION",
	"BBOX",
];

export function parseGeometry(reader: TokenReader, depth: number): Geometry {
	reader.budget.depth(depth);
	reader.budget.node();
	const start = reader.take();
	const keyword = start.value.toUpperCase();
	// A Z before the coordinates; how many numbers they have says the same.
	if (reader.isKeyword("Z")) reader.take();
	const geometry = (): Geometry => {
		const coordinates = () => parsePosition(reader);
		const line = () => parseList(reader, coordinates);
		switch (keyword) {
			case "POINT":
				return { type: "Point", coordinates: parsePoint(reader) };
			case "MULTIPOINT":
				// Each position may have parentheses of its own.
				return {
					type: "MultiPoint",
					coordinates: parseList(reader, () => (reader.isSymbol("(") ? parsePoint(reader) : coordinates())),
				};
			case "LINESTRING":
				return { type: "LineString", coordinates: line() };
			case "MULTILINESTRING":
				return { type: "MultiLineString", coordinates: parseList(reader, line) };
			case "POLYGON":
				return { type: "Polygon", coordinates: parseList(reader, line) };
			case "MULTIPOLYGON":
				return { type: "MultiPolygon", coordinates: parseList(reader, () => parseList(reader, line)) };
			case "BBOX":
				return { bbox: parseList(reader, () => parseNumber(reader)) };
			default:
				return { type: "GeometryCollection", geometries: parseList(reader, () => parseMember(reader, depth + 1)) };
		}
	};
	const parsed = geometry();
	return reader.at(start, () => requireGeometry(parsed));
}

function parseMember(reader: TokenReader, depth: number): Geometry {
	const { next } = reader;
	const keyword = next.value.toUpperCase();
	if (next.kind !== "name" || !geometryKeywords.includes(keyword) || keyword === "BBOX")
		throw reader.expected("a geometry such as POINT(11 48)");
	return parseGeometry(reader, depth);
}

function parseList<T>(reader: TokenReader, part: () => T): readonly T[] {
	reader.require("(");
	const parts = [part()];
	while (reader.skip(",")) parts.push(part());
	reader.require(")");
	return parts;
}

function parsePoint(reader: TokenReader): readonly number[] {
	reader.require("(");
	const position = parsePosition(reader);
	reader.require(")");
	return position;
}

function parsePosition(reader: TokenReader): readonly number[] {
	reader.budget.position();
	const numbers = [parseNumber(reader), parseNumber(reader)];
	if (!reader.isSymbol(",") && !reader.isSymbol(")")) numbers.push(parseNumber(reader));
	return numbers;
}
