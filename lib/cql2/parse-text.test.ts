import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Expression, expressionLimits } from "./expression.ts";
import { parseCql2Json } from "./parse-json.ts";
import { parseCql2Text } from "./parse-text.ts";
import { randomExpression } from "./testing.ts";
import { cql2Text } from "./to-text.ts";

const p = (property: string) => ({ property });

it("takes the limits of between in a list, as drafts have them", () => {
	const between = (...args: unknown[]) => parseCql2Json({ op: "between", args });
	expect(between(p("a"), [1, 2])).toEqual(between(p("a"), 1, 2));
	for (const limits of [[1], [1, 2, 3], [[1, 2]], []]) expect(() => between(p("a"), limits)).toThrow(/between/);
});

it.each<[string, Expression]>([
	["platform = 'S2A'", { op: "=", args: [p("platform"), "S2A"] }],
	['"eo:cloud_cover" <= 1.5e1', { op: "<=", args: [p("eo:cloud_cover"), 15] }],
	["eo:cloud_cover<-.5", { op: "<", args: [p("eo:cloud_cover"), -0.5] }],
	[
		"a <> 'it''s' and b = 'it\\'s'",
		{
			op: "and",
			args: [
				{ op: "<>", args: [p("a"), "it's"] },
				{ op: "=", args: [p("b"), "it's"] },
			],
		},
	],
	[
		"a = 1 OR b = 2 AND c = 3",
		{
			op: "or",
			args: [
				{ op: "=", args: [p("a"), 1] },
				{
					op: "and",
					args: [
						{ op: "=", args: [p("b"), 2] },
						{ op: "=", args: [p("c"), 3] },
					],
				},
			],
		},
	],
	["NOT (a IS NULL)", { op: "not", args: [{ op: "isNull", args: [p("a")] }] }],
	["a is not null", { op: "not", args: [{ op: "isNull", args: [p("a")] }] }],
	["a NOT LIKE 'x\\%%'", { op: "not", args: [{ op: "like", args: [p("a"), "x\\%%"] }] }],
	[
		"casei(a) LIKE CASEI('x%')",
		{
			op: "like",
			args: [
				{ op: "casei", args: [p("a")] },
				{ op: "casei", args: ["x%"] },
			],
		},
	],
	[
		"a BETWEEN 1 AND 2 AND b = 3",
		{
			op: "and",
			args: [
				{ op: "between", args: [p("a"), 1, 2] },
				{ op: "=", args: [p("b"), 3] },
			],
		},
	],
	["a IN ('x', 2, TRUE)", { op: "in", args: [p("a"), ["x", 2, true]] }],
	["begin >= DATE('2026-10-31')", { op: ">=", args: [p("begin"), { date: "2026-10-31" }] }],
	["TRUE", true],
	["a = TRUE", { op: "=", args: [p("a"), true] }],
	[
		"T_DURING(datetime, INTERVAL('2026-01-01', '..'))",
		{ op: "t_during", args: [p("datetime"), { interval: ["2026-01-01", ".."] }] },
	],
	[
		"t_metby(INTERVAL(begin, end), TIMESTAMP('2026-01-01T00:00:00Z'))",
		{ op: "t_metBy", args: [{ interval: [p("begin"), p("end")] }, { timestamp: "2026-01-01T00:00:00Z" }] },
	],
	[
		"S_INTERSECTS(geometry, POINT(11 48))",
		{ op: "s_intersects", args: [p("geometry"), { type: "Point", coordinates: [11, 48] }] },
	],
	[
		"S_INTERSECTS(BBOX(170,-10,-170,10), geometry)",
		{ op: "s_intersects", args: [{ bbox: [170, -10, -170, 10] }, p("geometry")] },
	],
	[
		"s_intersects(geometry, MultiPoint Z((1 2 3), (4 5 6)))",
		{
			op: "s_intersects",
			args: [
				p("geometry"),
				{
					type: "MultiPoint",
					coordinates: [
						[1, 2, 3],
						[4, 5, 6],
					],
				},
			],
		},
	],
	[
		"S_INTERSECTS(g, GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)),LINESTRING(0 0,1 1)))",
		{
			op: "s_intersects",
			args: [
				p("g"),
				{
					type: "GeometryCollection",
					geometries: [
						{
							type: "Polygon",
							coordinates: [
								[
									[0, 0],
									[1, 0],
									[1, 1],
									[0, 0],
								],
							],
						},
						{
							type: "LineString",
							coordinates: [
								[0, 0],
								[1, 1],
							],
						},
					],
				},
			],
		},
	],
])("reads %s", (text, expression) => {
	expect(parseCql2Text(text)).toEqual(expression);
	expect(parseCql2Json(expression)).toEqual(expression);
});

describe("refuses", () => {
	it.each([
		["", "At character 1: expected a property, a number or a 'text', found the end."],
		["platform", "At character 9: expected =, <>, <, >, <=, >=, LIKE, BETWEEN, IN or IS NULL, found the end."],
		["platform == 'x'", "At character 11: expected a property, a number or a 'text', found =."],
		["platform = 'x", "The text that begins at character 12 has no closing apostrophe."],
		["a = 1 b", "At character 7: expected AND, OR or the end, found b."],
		["(a = 1", "At character 7: expected ), found the end."],
		["a = 1; drop table datasets", 'Character 6, ";", has no meaning in a filter.'],
		["a NOT = 1", "At character 7: expected LIKE, BETWEEN or IN, found =."],
		[
			"a LIKE 'x\\'",
			"At character 8: the pattern of LIKE ends with a backslash, which stands before %, _ or another backslash.",
		],
		["begin > DATE('2026-02-30')", "At character 14: “2026-02-30” is not a date: write it as DATE('2026-10-31')."],
		[
			"S_WITHIN(g, POINT(1 2))",
			"At character 1: expected S_INTERSECTS (there is no other spatial function), found S_WITHIN.",
		],
		[
			"S_INTERSECTS(g, POINT(1 91))",
			"At character 17: 1 91 is no position: longitudes are -180 to 180 and latitudes -90 to 90, in degrees of WGS 84.",
		],
		[
			"S_INTERSECTS(g, POLYGON((0 0,1 1,0 0)))",
			"At character 17: a ring of a polygon has at least four positions, and the last is the same as the first.",
		],
		["a = foo(1)", "At character 5: expected a property or one of DATE, TIMESTAMP, CASEI, ACCENTI, found foo."],
	])("%s", (text, message) => {
		expect(() => parseCql2Text(text)).toThrow(message);
	});

	it.each([
		["too deep", `${"(".repeat(100)}a = 1${")".repeat(100)}`, "deeper than 40"],
		["too many NOT", `${"NOT ".repeat(100)}a = 1`, "deeper than 40"],
		["too long", `a = '${"x".repeat(expressionLimits.characters)}'`, "characters"],
		["too many parts", Array(900).fill("a = 1").join(" OR "), "parts"],
	])("what is %s", (_, text, message) => {
		expect(() => parseCql2Text(text)).toThrow(message);
	});
});

it("writes what it reads as the same expression", () => {
	fc.assert(
		fc.property(randomExpression, (expression) => {
			expect(parseCql2Text(cql2Text(expression))).toEqual(expression);
			expect(parseCql2Json(JSON.parse(JSON.stringify(expression)))).toEqual(expression);
		}),
		{ numRuns: 300 },
	);
});

it("refuses any other text with a message, and never takes long", () => {
	fc.assert(
		fc.property(
			fc.string({
				unit: fc.constantFrom("a", "=", "'", '"', "(", ")", " ", "1", "NOT ", "POINT", ",", "\\", "\0", "é"),
			}),
			(text) => {
				try {
					parseCql2Text(text);
				} catch (error) {
					expect(error).toHaveProperty("code", "usage");
				}
			},
		),
		{ numRuns: 500 },
	);
});

it.each([
	[{ op: "and" }, "filter: expected an object with op and args."],
	[{ op: "=", args: [{ property: "a" }] }, "filter.args: expected 2 operands of =."],
	[
		{ op: "and", args: [{ op: "in", args: [{ property: "a" }, []] }] },
		"filter.args[0].args[1]: expected a list of values.",
	],
	[
		{ op: "s_intersects", args: [{ property: "g" }, { type: "Point", coordinates: [1] }] },
		"filter.args[1]: a position has two numbers",
	],
	[{ op: "drop", args: [] }, "filter.op: expected and, or, not"],
	[null, "filter: expected an object with op and args, true or false."],
	[{ op: "=", args: [{ property: 'a"b' }, 1] }, "filter.args[0].property: expected the name of a property."],
])("refuses JSON %j", (value, message) => {
	expect(() => parseCql2Json(value)).toThrow(message);
});
