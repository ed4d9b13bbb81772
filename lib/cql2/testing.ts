import fc from "fast-check";
import { comparisons, type Expression, type Scalar, type TemporalOperand, temporalFunctions } from "./expression.ts";

/** For tests: expressions of every kind over a few properties and values, so that many are met. */

const property = fc
	.constantFrom("platform", "cloudCover", "orbit:number", "id", "naïve", "nothing")
	.map((name) => ({ property: name }));
const instantProperty = fc.constantFrom("begin", "end", "updated").map((name) => ({ property: name }));
const text = fc.constantFrom(
	"S2A",
	"s2a",
	"S2B",
	"12",
	"7.5",
	"é",
	"it's",
	"\\x",
	"",
	"%",
	"2026-01-02",
	"Ünï\u0301",
	"οδος",
	"i\u0307",
);
const number = fc.constantFrom(0, 1, 7.5, 12, -3, 1e15);
const day = fc.integer({ min: 1, max: 9 }).map((n) => `2026-01-0${n}`);
const second = fc.tuple(day, fc.integer({ min: 10, max: 23 })).map(([date, hour]) => `${date}T${hour}:00:00Z`);
const instant = fc.oneof(
	day.map((date) => ({ date })),
	second.map((timestamp) => ({ timestamp })),
);
const fold = fc.constantFrom("casei" as const, "accenti" as const);
const folded = (inner: fc.Arbitrary<Scalar>) =>
	fc.tuple(fold, inner).map(([op, each]) => ({ op, args: [each] as const }));
const textual: fc.Arbitrary<Scalar> = fc.oneof(property, text, folded(property));

const interval = fc
	.tuple(day, day)
	.map((days) => [...days].sort() as [string, string])
	.map(([from, to]) => ({ interval: [from, to] as const }));
const temporal: fc.Arbitrary<TemporalOperand> = fc.oneof(
	instantProperty,
	instant,
	interval,
	fc.constant({ interval: [{ property: "begin" }, { property: "end" }] as const }),
	day.map((from) => ({ interval: [from, ".."] as const })),
);

const lon = fc.integer({ min: -4, max: 4 });
const lat = fc.integer({ min: -4, max: 4 });
const position = fc.tuple(lon, lat);
const geometry = fc.oneof(
	position.map((coordinates) => ({ type: "Point" as const, coordinates })),
	fc.tuple(position, position).map(([[a, b], [c, d]]) => ({
		bbox: [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)],
	})),
	fc
		.tuple(position, position, position)
		.map(([a, b, c]) => ({ type: "Polygon" as const, coordinates: [[a, b, c, a]] })),
	fc
		.array(position, { minLength: 2, maxLength: 3 })
		.map((coordinates) => ({ type: "LineString" as const, coordinates })),
);

const comparison = fc.constantFrom(...comparisons);

const predicate: fc.Arbitrary<Expression> = fc.oneof(
	fc.boolean(),
	fc
		.tuple(comparison, property, fc.oneof(textual, number, instant))
		.map(([op, a, b]) => ({ op, args: [a, b] as const })),
	fc
		.tuple(comparison, instantProperty, fc.oneof(instant, instantProperty))
		.map(([op, a, b]) => ({ op, args: [a, b] as const })),
	fc.tuple(comparison, fc.oneof(instant, number), property).map(([op, a, b]) => ({ op, args: [a, b] as const })),
	fc
		.tuple(textual, fc.constantFrom("S2_", "%2%", "\\%", "s%a", "%", "_", "\\\\x", "S2\\A"))
		.map(([a, pattern]) => ({ op: "like" as const, args: [a, pattern] as const })),
	fc
		.tuple(property, number, number)
		.map(([a, low, high]) => ({ op: "between" as const, args: [a, low, high] as const })),
	fc
		.tuple(property, fc.array(fc.oneof(text, number), { minLength: 1, maxLength: 3 }))
		.map(([a, list]) => ({ op: "in" as const, args: [a, list] as const })),
	fc.oneof(property, instantProperty).map((a) => ({ op: "isNull" as const, args: [a] as const })),
	geometry.map((each) => ({ op: "s_intersects" as const, args: [{ property: "footprint" }, each] as const })),
	fc
		.tuple(fc.constantFrom(...temporalFunctions), temporal, temporal)
		.map(([op, a, b]) => ({ op, args: [a, b] as const })),
);

export const randomExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
	expression: fc.oneof(
		{ depthSize: "small", withCrossShrink: true },
		predicate,
		fc
			.tuple(
				fc.constantFrom("and" as const, "or" as const),
				fc.array(tie("expression"), { minLength: 2, maxLength: 3 }),
			)
			.map(([op, args]) => ({ op, args })),
		tie("expression").map((inner) => ({ op: "not" as const, args: [inner] as const })),
	),
})).expression;
