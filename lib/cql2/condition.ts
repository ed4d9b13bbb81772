import {
	type Comparison,
	Cql2Error,
	type Expression,
	type GeometryOperand,
	type IntervalEnd,
	type Scalar,
	type TemporalFunction,
	type TemporalOperand,
} from "./expression.ts";
import { type Fold, folded } from "./fold.ts";
import { instantText, type Stretch, stretchOf } from "./instants.ts";
import { type Shape, shapeOf } from "./intersects.ts";

/**
 * An expression whose properties are known: what it compares, and how, is decided here once, for the evaluation here and in SQL.
 * Every condition is true, false, or null where a property has no value.
 */
export type Condition =
	| { readonly is: "constant"; readonly value: boolean }
	| { readonly is: "and" | "or"; readonly parts: readonly Condition[] }
	| { readonly is: "not"; readonly part: Condition }
	| { readonly is: "null"; readonly property: Property }
	| { readonly is: "texts"; readonly op: Comparison; readonly a: TextTerm; readonly b: TextTerm }
	| { readonly is: "numbers"; readonly op: Comparison; readonly a: NumberTerm; readonly b: NumberTerm }
	| { readonly is: "times"; readonly op: Comparison; readonly a: TimeTerm; readonly b: TimeTerm }
	| { readonly is: "like"; readonly a: TextTerm; readonly pattern: TextTerm }
	| { readonly is: "oneOf"; readonly a: TextTerm; readonly values: readonly string[] }
	| { readonly is: "intersects"; readonly property: Property; readonly shape: Shape };

export interface Property {
	readonly name: string;
	/** `text`: what metadata says, texts and numbers alike; compared as what it is compared with. */
	readonly type: "text" | "instant" | "geometry";
}

export type TextTerm =
	| string
	| Property
	/** Its first characters without the Z of UTC: times of metadata, which are texts, in an order. */
	| { readonly of: Property; readonly characters: number }
	/** What is written out is folded already. */
	| { readonly fold: Fold; readonly term: Exclude<TextTerm, string> };
export type NumberTerm = number | Property;
/** Milliseconds; infinite at an open end. */
export type TimeTerm = number | Property;

/** @param propertyOf throws a Cql2Error for a name that there is not */
export function conditionOf(expression: Expression, propertyOf: (name: string) => Property): Condition {
	if (typeof expression === "boolean") return { is: "constant", value: expression };
	const { op, args } = expression;
	const scalar = (value: Scalar) => termOf(value, propertyOf);
	switch (op) {
		case "and":
		case "or":
			return { is: op, parts: args.map((each) => conditionOf(each, propertyOf)) };
		case "not":
			return not(conditionOf(args[0], propertyOf));
		case "isNull": {
			const operand = scalar(args[0]);
			if (operand.kind === "property") return { is: "null", property: operand.property };
			throw new Cql2Error("IS NULL asks for a property.");
		}
		case "like": {
			const [a, pattern] = [asText(scalar(args[0])), asText(scalar(args[1]))];
			return { is: "like", a, pattern };
		}
		case "between": {
			const [value, low, high] = [scalar(args[0]), scalar(args[1]), scalar(args[2])];
			return { is: "and", parts: [compared(">=", value, low), compared("<=", value, high)] };
		}
		case "in": {
			const [value, list] = [scalar(args[0]), args[1].map(scalar)];
			const texts = list.flatMap((each) => (each.kind === "text" && typeof each.term === "string" ? [each.term] : []));
			if (texts.length === list.length && !isInstant(value)) return { is: "oneOf", a: asText(value), values: texts };
			return { is: "or", parts: list.map((each) => compared("=", value, each)) };
		}
		case "s_intersects":
			return intersection(args, propertyOf);
		case "=":
		case "<>":
		case "<":
		case ">":
		case "<=":
		case ">=":
			return compared(op, scalar(args[0]), scalar(args[1]));
		default:
			return temporal(op, [spanOf(args[0], propertyOf), spanOf(args[1], propertyOf)]);
	}
}

/** Whether SQL does not decide all of it: places it knows by their boxes only, and of CASEI and ACCENTI the texts in ASCII only. */
export function isToBeEvaluated(condition: Condition): boolean {
	switch (condition.is) {
		case "and":
		case "or":
			return condition.parts.some(isToBeEvaluated);
		case "not":
			return isToBeEvaluated(condition.part);
		case "intersects":
			return true;
		case "texts":
			return isFolded(condition.a) || isFolded(condition.b);
		case "like":
			return isFolded(condition.a) || isFolded(condition.pattern);
		case "oneOf":
			return isFolded(condition.a);
		default:
			return false;
	}
}

const isFolded = (term: TextTerm) => typeof term === "object" && "fold" in term;

const not = (part: Condition): Condition => ({ is: "not", part });
const both = (...parts: readonly Condition[]): Condition => ({ is: "and", parts });

type Term =
	| { readonly kind: "property"; readonly property: Property }
	| { readonly kind: "text"; readonly term: TextTerm }
	| { readonly kind: "number"; readonly value: number }
	| { readonly kind: "stretch"; readonly stretch: Stretch; readonly text: string };

function termOf(value: Scalar, propertyOf: (name: string) => Property): Term {
	if (typeof value === "number") return { kind: "number", value };
	if (typeof value === "string" || typeof value === "boolean") return { kind: "text", term: String(value) };
	if ("property" in value) return { kind: "property", property: propertyOf(value.property) };
	if ("op" in value) {
		const inner = asText(termOf(value.args[0], propertyOf));
		return {
			kind: "text",
			term: typeof inner === "string" ? folded(value.op, inner) : { fold: value.op, term: inner },
		};
	}
	const text = "date" in value ? value.date : value.timestamp;
	return { kind: "stretch", stretch: stretchOf(text) as Stretch, text };
}

function isInstant(term: Term): boolean {
	return term.kind === "property" && term.property.type === "instant";
}

function asText(term: Term): TextTerm {
	if (term.kind === "text") return term.term;
	if (term.kind === "number") return String(term.value);
	if (term.kind === "stretch") return term.text;
	if (term.property.type === "text") return term.property;
	throw new Cql2Error(
		term.property.type === "instant"
			? `${term.property.name} is a time: compare it with TIMESTAMP('…') or DATE('…').`
			: `${term.property.name} is a geometry: ask for it by S_INTERSECTS(${term.property.name}, …).`,
	);
}

const turned: Readonly<Record<Comparison, Comparison>> = {
	"=": "=",
	"<>": "<>",
	"<": ">",
	">": "<",
	"<=": ">=",
	">=": "<=",
};

function compared(op: Comparison, a: Term, b: Term): Condition {
	if (isInstant(a)) return comparedTime(op, (a as { property: Property }).property, b);
	if (isInstant(b)) return comparedTime(turned[op], (b as { property: Property }).property, a);
	if (a.kind === "stretch" || b.kind === "stretch") return comparedTimeText(op, a, b);
	if (a.kind === "number" || b.kind === "number") return { is: "numbers", op, a: asNumber(a), b: asNumber(b) };
	return { is: "texts", op, a: asText(a), b: asText(b) };
}

function asNumber(term: Term): NumberTerm {
	if (term.kind === "number") return term.value;
	if (term.kind === "property" && term.property.type === "text") return term.property;
	if (term.kind === "text" && typeof term.term === "string" && /^[+-]?\d{1,15}(\.\d{1,17})?$/.test(term.term))
		return Number(term.term);
	if (term.kind === "property") asText(term);
	throw new Cql2Error("a number is compared with something that is none.");
}

/** A text is understood as the time it says; a date as its whole day. */
function comparedTime(op: Comparison, property: Property, other: Term): Condition {
	if (other.kind === "property" && other.property.type === "instant")
		return { is: "times", op, a: property, b: other.property };
	const text = other.kind === "text" && typeof other.term === "string" ? other.term : null;
	const stretch = other.kind === "stretch" ? other.stretch : text === null ? null : stretchOf(text);
	if (stretch === null)
		throw new Cql2Error(
			`${property.name} is a time: compare it with TIMESTAMP('2026-10-31T12:00:00Z') or DATE('2026-10-31').`,
		);
	const { from, to } = stretch;
	const times = (relation: Comparison, b: number): Condition => ({ is: "times", op: relation, a: property, b });
	if (from === to) return times(op, from);
	const within = both(times(">=", from), times("<", to + 1));
	switch (op) {
		case "=":
			return within;
		case "<>":
			return not(within);
		case "<":
			return times("<", from);
		case ">=":
			return times(">=", from);
		case "<=":
			return times("<", to + 1);
		case ">":
			return times(">=", to + 1);
	}
}

/** Of metadata times are texts in ISO 8601, UTC: compared with a date by their day, else without the Z. */
function comparedTimeText(op: Comparison, a: Term, b: Term): Condition {
	const side = (term: Term, other: Term): TextTerm => {
		const reference = term.kind === "stretch" ? term : other;
		const isDay = reference.kind === "stretch" && reference.stretch.from !== reference.stretch.to;
		if (term.kind === "stretch")
			return instantText(term.stretch.from)
				.replace("Z", "")
				.slice(0, isDay ? 10 : 30);
		const text = asText(term);
		return typeof text === "object" && "type" in text ? { of: text, characters: isDay ? 10 : 30 } : text;
	};
	return { is: "texts", op, a: side(a, b), b: side(b, a) };
}

function intersection(
	args: readonly [GeometryOperand, GeometryOperand],
	propertyOf: (name: string) => Property,
): Condition {
	const [first, second] = args;
	const [name, geometry] =
		"property" in first ? [first.property, second] : ["property" in second ? second.property : "", first];
	if (name === "" || "property" in geometry)
		throw new Cql2Error(
			"S_INTERSECTS takes the geometry of the data and one that is written out, such as BBOX(10,47,12,49).",
		);
	const property = propertyOf(name);
	if (property.type !== "geometry") throw new Cql2Error(`${name} is no geometry.`);
	return { is: "intersects", property, shape: shapeOf(geometry) };
}

interface Span {
	readonly from: TimeTerm;
	readonly to: TimeTerm;
}

function spanOf(operand: TemporalOperand, propertyOf: (name: string) => Property): Span {
	if ("property" in operand) {
		const property = timeProperty(operand.property, propertyOf);
		return { from: property, to: property };
	}
	if ("interval" in operand) {
		const [from, to] = operand.interval;
		const span = { from: endOf(from, "from", propertyOf), to: endOf(to, "to", propertyOf) };
		if (typeof span.from === "number" && typeof span.to === "number" && span.from > span.to)
			throw new Cql2Error("an interval begins before it ends.");
		return span;
	}
	return stretchOf("date" in operand ? operand.date : operand.timestamp) as Stretch;
}

function endOf(end: IntervalEnd, which: "from" | "to", propertyOf: (name: string) => Property): TimeTerm {
	if (typeof end !== "string") return timeProperty(end.property, propertyOf);
	if (end === "..") return which === "from" ? -Infinity : Infinity;
	return (stretchOf(end) as Stretch)[which];
}

function timeProperty(name: string, propertyOf: (name: string) => Property): Property {
	const property = propertyOf(name);
	if (property.type === "instant") return property;
	throw new Cql2Error(`${name} is no time of the catalogue, as temporal functions want it.`);
}

/** Table 8 of 21-065r2: how the ends of two intervals lie. */
function temporal(op: TemporalFunction, [a, b]: readonly [Span, Span]): Condition {
	const times = (left: TimeTerm, relation: Comparison, right: TimeTerm): Condition => ({
		is: "times",
		op: relation,
		a: left,
		b: right,
	});
	switch (op) {
		case "t_after":
			return times(a.from, ">", b.to);
		case "t_before":
			return times(a.to, "<", b.from);
		case "t_disjoint":
			return { is: "or", parts: [times(a.from, ">", b.to), times(a.to, "<", b.from)] };
		case "t_intersects":
			return both(times(a.from, "<=", b.to), times(a.to, ">=", b.from));
		case "t_equals":
			return both(times(a.from, "=", b.from), times(a.to, "=", b.to));
		case "t_contains":
			return both(times(a.from, "<", b.from), times(a.to, ">", b.to));
		case "t_during":
			return both(times(a.from, ">", b.from), times(a.to, "<", b.to));
		case "t_finishes":
			return both(times(a.from, ">", b.from), times(a.to, "=", b.to));
		case "t_finishedBy":
			return both(times(a.from, "<", b.from), times(a.to, "=", b.to));
		case "t_starts":
			return both(times(a.from, "=", b.from), times(a.to, "<", b.to));
		case "t_startedBy":
			return both(times(a.from, "=", b.from), times(a.to, ">", b.to));
		case "t_meets":
			return times(a.to, "=", b.from);
		case "t_metBy":
			return times(a.from, "=", b.to);
		case "t_overlaps":
			return both(times(a.from, "<", b.from), times(a.to, ">", b.from), times(a.to, "<", b.to));
		case "t_overlappedBy":
			return both(times(a.from, ">", b.from), times(a.from, "<", b.to), times(a.to, ">", b.to));
	}
}
