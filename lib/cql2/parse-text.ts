import {
	type Comparison,
	comparisons,
	type Expression,
	type GeometryOperand,
	type IntervalEnd,
	type Scalar,
	type TemporalOperand,
	temporalFunctions,
} from "./expression.ts";
import { requireDate, requireIntervalEnd, requireTimestamp } from "./instants.ts";
import { requireLikePattern } from "./operands.ts";
import { geometryKeywords, parseGeometry } from "./text-geometry.ts";
import { parseNumber, TokenReader } from "./token-reader.ts";
import { tokensOf } from "./tokens.ts";

/** Reads CQL2 text in one pass: each word is looked at once. @throws Cql2Error with the place and what was expected */
export function parseCql2Text(text: string): Expression {
	const reader = new TokenReader(tokensOf(text));
	const expression = parseOr(reader, 0);
	if (reader.next.kind !== "end") throw reader.expected("AND, OR or the end");
	return expression;
}

function parseOr(reader: TokenReader, depth: number): Expression {
	reader.budget.depth(depth);
	return parseChain(reader, "or", () => parseChain(reader, "and", () => parseNot(reader, depth)));
}

function parseChain(reader: TokenReader, op: "and" | "or", part: () => Expression): Expression {
	const first = part();
	const args = [first];
	while (reader.skip(op.toUpperCase())) args.push(part());
	if (args.length === 1) return first;
	reader.budget.node();
	return { op, args };
}

function parseNot(reader: TokenReader, depth: number): Expression {
	let negations = 0;
	while (reader.isKeyword("NOT")) {
		reader.take();
		reader.budget.depth(depth + ++negations);
		reader.budget.node();
	}
	let expression = parsePredicate(reader, depth + negations);
	for (; negations > 0; negations--) expression = { op: "not", args: [expression] };
	return expression;
}

function parsePredicate(reader: TokenReader, depth: number): Expression {
	reader.budget.node();
	if (reader.skip("(")) {
		const inner = parseOr(reader, depth + 1);
		reader.require(")");
		return inner;
	}
	const { next } = reader;
	const isCall = next.kind === "name" && reader.second.kind === "symbol" && reader.second.value === "(";
	if (isCall) {
		const word = next.value.toLowerCase();
		const temporal = temporalFunctions.find((name) => name.toLowerCase() === word);
		if (temporal !== undefined) return { op: temporal, args: parsePair(reader, () => parseTemporal(reader)) };
		if (word === "s_intersects") return { op: word, args: parsePair(reader, () => parseGeometryOperand(reader)) };
		if (/^[sa]_/.test(word)) throw reader.expected("S_INTERSECTS (there is no other spatial function)");
	}
	const left = parseScalar(reader, depth);
	if (typeof left === "boolean" && !isOperator(reader)) return left;
	return parseComparison(reader, left, depth);
}

function isOperator({ next }: TokenReader): boolean {
	return (
		(next.kind === "symbol" && comparisons.includes(next.value as Comparison)) ||
		(next.kind === "name" && /^(is|in|like|between|not)$/i.test(next.value))
	);
}

function parseComparison(reader: TokenReader, left: Scalar, depth: number): Expression {
	const { next } = reader;
	const operator = next.kind === "symbol" ? comparisons.find((symbol) => symbol === next.value) : undefined;
	if (operator !== undefined) {
		reader.take();
		return { op: operator, args: [left, parseScalar(reader, depth)] };
	}
	if (reader.skip("IS")) {
		const isNegated = reader.skip("NOT");
		reader.require("NULL");
		return negatedIf(isNegated, { op: "isNull", args: [left] });
	}
	const isNegated = reader.skip("NOT");
	if (reader.skip("LIKE")) {
		const pattern = reader.next;
		const args = [left, parseScalar(reader, depth)] as const;
		reader.at(pattern, () => requireLikePattern(args[1]));
		return negatedIf(isNegated, { op: "like", args });
	}
	if (reader.skip("BETWEEN")) {
		const low = parseScalar(reader, depth);
		reader.require("AND");
		return negatedIf(isNegated, { op: "between", args: [left, low, parseScalar(reader, depth)] });
	}
	if (reader.skip("IN")) {
		reader.require("(");
		const list = [parseScalar(reader, depth)];
		while (reader.skip(",")) list.push(parseScalar(reader, depth));
		reader.require(")");
		return negatedIf(isNegated, { op: "in", args: [left, list] });
	}
	throw reader.expected(isNegated ? "LIKE, BETWEEN or IN" : "=, <>, <, >, <=, >=, LIKE, BETWEEN, IN or IS NULL");
}

function negatedIf(isNegated: boolean, expression: Expression): Expression {
	return isNegated ? { op: "not", args: [expression] } : expression;
}

function parsePair<T>(reader: TokenReader, part: () => T): readonly [T, T] {
	reader.take();
	reader.require("(");
	const first = part();
	reader.require(",");
	const second = part();
	reader.require(")");
	return [first, second];
}

const reserved = /^(and|or|not|is|in|like|between|null)$/i;

function parseScalar(reader: TokenReader, depth: number): Scalar {
	reader.budget.node();
	reader.budget.depth(depth);
	const { next } = reader;
	if (next.kind === "text") return reader.take().value;
	if (next.kind === "number" || reader.isSymbol("-") || reader.isSymbol("+")) return parseNumber(reader);
	if (next.kind === "quotedName") return propertyOf(reader);
	if (next.kind !== "name" || reserved.test(next.value)) throw reader.expected("a property, a number or a 'text'");
	const word = next.value.toLowerCase();
	if (reader.second.kind !== "symbol" || reader.second.value !== "(") {
		if (word !== "true" && word !== "false") return propertyOf(reader);
		reader.take();
		return word === "true";
	}
	if (word === "date" || word === "timestamp") return parseInstantLiteral(reader);
	if (word !== "casei" && word !== "accenti")
		throw reader.expected("a property or one of DATE, TIMESTAMP, CASEI, ACCENTI");
	reader.take();
	reader.require("(");
	const inner = parseScalar(reader, depth + 1);
	reader.require(")");
	return { op: word, args: [inner] };
}

function propertyOf(reader: TokenReader): { readonly property: string } {
	const { next } = reader;
	if (next.value === "" || next.value.length > 200) throw reader.expected("the name of a property");
	return { property: reader.take().value };
}

function parseInstantLiteral(reader: TokenReader): { readonly date: string } | { readonly timestamp: string } {
	const isDay = reader.take().value.toLowerCase() === "date";
	reader.require("(");
	const { next } = reader;
	const text = reader.requireText(isDay ? "a date such as '2026-10-31'" : "a time such as '2026-10-31T12:00:00Z'");
	reader.require(")");
	return reader.at(next, () => (isDay ? { date: requireDate(text) } : { timestamp: requireTimestamp(text) }));
}

function parseTemporal(reader: TokenReader): TemporalOperand {
	reader.budget.node();
	const { next } = reader;
	const isCall = next.kind === "name" && reader.second.kind === "symbol" && reader.second.value === "(";
	const word = isCall ? next.value.toLowerCase() : "";
	if (word === "date" || word === "timestamp") return parseInstantLiteral(reader);
	if (word === "interval") {
		const interval = parsePair(reader, () => parseIntervalEnd(reader));
		return { interval };
	}
	if (isCall || (next.kind !== "name" && next.kind !== "quotedName"))
		throw reader.expected("a property, DATE(…), TIMESTAMP(…) or INTERVAL(…, …)");
	return propertyOf(reader);
}

function parseIntervalEnd(reader: TokenReader): IntervalEnd {
	reader.budget.node();
	const { next } = reader;
	if (next.kind === "text") return reader.at(next, () => requireIntervalEnd(reader.take().value));
	if (next.kind !== "name" && next.kind !== "quotedName") throw reader.expected("'a time', '..' or a property");
	if (reader.second.value !== "(") return propertyOf(reader);
	if (!/^(date|timestamp)$/i.test(next.value)) throw reader.expected("'a time', '..' or a property");
	const literal = parseInstantLiteral(reader);
	return "date" in literal ? literal.date : literal.timestamp;
}

function parseGeometryOperand(reader: TokenReader): GeometryOperand {
	reader.budget.node();
	const { next } = reader;
	if (
		next.kind === "name" &&
		geometryKeywords.includes(next.value.toUpperCase()) &&
		/^[(z]$/i.test(reader.second.value)
	)
		return parseGeometry(reader, 0);
	if (next.kind !== "name" && next.kind !== "quotedName")
		throw reader.expected("a property or a geometry such as POINT(11 48) or BBOX(10,47,12,49)");
	return propertyOf(reader);
}
