import { UsageError } from "#lib/errors.ts";

/**
 * An expression of CQL2 (OGC 21-065r2) in the form of its JSON encoding, which both parsers return: comparisons, AND, OR, NOT and IS
 * NULL (basic), LIKE, BETWEEN and IN (advanced comparison), CASEI and ACCENTI, S_INTERSECTS, and the temporal functions.
 */
export type Expression =
	| boolean
	| { readonly op: "and" | "or"; readonly args: readonly Expression[] }
	| { readonly op: "not"; readonly args: readonly [Expression] }
	| { readonly op: Comparison; readonly args: readonly [Scalar, Scalar] }
	| { readonly op: "like"; readonly args: readonly [Scalar, Scalar] }
	| { readonly op: "between"; readonly args: readonly [Scalar, Scalar, Scalar] }
	| { readonly op: "in"; readonly args: readonly [Scalar, readonly Scalar[]] }
	| { readonly op: "isNull"; readonly args: readonly [Scalar] }
	| { readonly op: "s_intersects"; readonly args: readonly [GeometryOperand, GeometryOperand] }
	| { readonly op: TemporalFunction; readonly args: readonly [TemporalOperand, TemporalOperand] };

export const comparisons = ["=", "<>", "<", ">", "<=", ">="] as const;
export type Comparison = (typeof comparisons)[number];

export const temporalFunctions = [
	"t_after",
	"t_before",
	"t_contains",
	"t_disjoint",
	"t_during",
	"t_equals",
	"t_finishedBy",
	"t_finishes",
	"t_intersects",
	"t_meets",
	"t_metBy",
	"t_overlappedBy",
	"t_overlaps",
	"t_startedBy",
	"t_starts",
] as const;
export type TemporalFunction = (typeof temporalFunctions)[number];

export interface PropertyName {
	readonly property: string;
}

/** An instant: `{"date": "2026-10-31"}` or `{"timestamp": "2026-10-31T12:00:00Z"}`. */
export type InstantLiteral = { readonly date: string } | { readonly timestamp: string };

export type Scalar =
	| string
	| number
	| boolean
	| PropertyName
	| InstantLiteral
	| { readonly op: "casei" | "accenti"; readonly args: readonly [Scalar] };

/** One end of an interval; `..` is open. */
export type IntervalEnd = string | PropertyName;

export type TemporalOperand =
	| PropertyName
	| InstantLiteral
	| { readonly interval: readonly [IntervalEnd, IntervalEnd] };

type Coordinates = readonly number[];

/** GeoJSON (RFC 7946), or a box `[west, south, east, north]` or with heights, whose west is greater than its east across the antimeridian. */
export type Geometry =
	| { readonly type: "Point"; readonly coordinates: Coordinates }
	| { readonly type: "MultiPoint" | "LineString"; readonly coordinates: readonly Coordinates[] }
	| { readonly type: "MultiLineString" | "Polygon"; readonly coordinates: readonly (readonly Coordinates[])[] }
	| { readonly type: "MultiPolygon"; readonly coordinates: readonly (readonly (readonly Coordinates[])[])[] }
	| { readonly type: "GeometryCollection"; readonly geometries: readonly Geometry[] }
	| { readonly bbox: readonly number[] };

export type GeometryOperand = PropertyName | Geometry;

/** What an expression may be at most: it comes from anybody, and is kept in a URL. */
export const expressionLimits = { characters: 64_000, depth: 40, nodes: 2_000, positions: 5_000 };

/** An expression that cannot be understood or makes no sense; the message says where and what was expected. */
export class Cql2Error extends UsageError {}

/** Names the field or member of a request in the refusal of what stands in it. @throws UsageError */
export function about<T>(field: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof Cql2Error)) throw error;
		throw new UsageError(error.message.startsWith(field) ? error.message : `${field}: ${error.message}`);
	}
}

/** Counts what is parsed, so that no expression costs more than the limits. */
export class Budget {
	private nodes = 0;
	private positions = 0;

	node(): void {
		this.nodes += 1;
		if (this.nodes > expressionLimits.nodes)
			throw new Cql2Error(`The filter has more than ${expressionLimits.nodes} parts: make it shorter.`);
	}

	position(): void {
		this.positions += 1;
		if (this.positions > expressionLimits.positions)
			throw new Cql2Error(`The geometries of the filter have more than ${expressionLimits.positions} positions.`);
	}

	/** @param depth parts around this one */
	depth(depth: number): void {
		if (depth > expressionLimits.depth)
			throw new Cql2Error(`The filter is nested deeper than ${expressionLimits.depth} levels.`);
	}
}
