import type { Expression, Geometry, GeometryOperand, IntervalEnd, Scalar, TemporalOperand } from "./expression.ts";

/** The expression as CQL2 text, which reads as the same expression again. */
export function cql2Text(expression: Expression): string {
	return written(expression, 0);
}

/** @param around how tightly what is around it binds: 0 nothing, 1 OR, 2 AND, 3 NOT */
function written(expression: Expression, around: number): string {
	if (typeof expression === "boolean") return expression ? "TRUE" : "FALSE";
	const { op, args } = expression;
	switch (op) {
		case "or":
		case "and": {
			const own = op === "or" ? 1 : 2;
			// A chain in a chain of its own kind keeps its parentheses: it is another expression.
			const text = args.map((each) => written(each, own)).join(op === "or" ? " OR " : " AND ");
			if (args.length === 1) return text;
			return around >= own ? `(${text})` : text;
		}
		case "not":
			return `NOT ${written(args[0], 3)}`;
		case "like":
			return `${scalarText(args[0])} LIKE ${scalarText(args[1])}`;
		case "between":
			return `${scalarText(args[0])} BETWEEN ${scalarText(args[1])} AND ${scalarText(args[2])}`;
		case "in":
			return `${scalarText(args[0])} IN (${args[1].map(scalarText).join(", ")})`;
		case "isNull":
			return `${scalarText(args[0])} IS NULL`;
		case "s_intersects":
			return `S_INTERSECTS(${args.map(geometryOperandText).join(", ")})`;
		case "=":
		case "<>":
		case "<":
		case ">":
		case "<=":
		case ">=":
			return `${scalarText(args[0])} ${op} ${scalarText(args[1])}`;
		default:
			return `${op.toUpperCase()}(${args.map(temporalText).join(", ")})`;
	}
}

function scalarText(scalar: Scalar): string {
	if (typeof scalar === "string") return textLiteral(scalar);
	if (typeof scalar === "number") return String(scalar);
	if (typeof scalar === "boolean") return scalar ? "TRUE" : "FALSE";
	if ("property" in scalar) return propertyText(scalar.property);
	if ("date" in scalar) return `DATE(${textLiteral(scalar.date)})`;
	if ("timestamp" in scalar) return `TIMESTAMP(${textLiteral(scalar.timestamp)})`;
	return `${scalar.op.toUpperCase()}(${scalarText(scalar.args[0])})`;
}

/** After a backslash, which would take the first of two apostrophes, the other escape is used. The grammar has no way to end a text by a backslash. */
function textLiteral(text: string): string {
	return `'${text.replaceAll(/(\\?)'/g, (_, backslash: string) => (backslash ? "\\\\'" : "''"))}'`;
}

const plainName = /^[:_A-Za-z][:_A-Za-z0-9.]*$/;
const keyword = /^(and|or|not|is|in|like|between|null|true|false)$/i;

function propertyText(name: string): string {
	return plainName.test(name) && !keyword.test(name) ? name : `"${name}"`;
}

function temporalText(operand: TemporalOperand): string {
	return "interval" in operand ? `INTERVAL(${operand.interval.map(endText).join(", ")})` : scalarText(operand);
}

function endText(end: IntervalEnd): string {
	return typeof end === "string" ? textLiteral(end) : propertyText(end.property);
}

function geometryOperandText(operand: GeometryOperand): string {
	return "property" in operand ? propertyText(operand.property) : geometryText(operand);
}

function geometryText(geometry: Geometry): string {
	if ("bbox" in geometry) return `BBOX(${geometry.bbox.join(", ")})`;
	const name = geometry.type.toUpperCase();
	if (geometry.type === "GeometryCollection") return `${name}(${geometry.geometries.map(geometryText).join(", ")})`;
	return name + (geometry.type === "Point" ? `(${geometry.coordinates.join(" ")})` : nested(geometry.coordinates));
}

type Nested = readonly (number | Nested)[];

function nested(coordinates: Nested): string {
	const isPosition = typeof coordinates[0] === "number";
	return isPosition ? coordinates.join(" ") : `(${coordinates.map((each) => nested(each as Nested)).join(", ")})`;
}
