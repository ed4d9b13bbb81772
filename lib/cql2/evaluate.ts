import type { Footprint } from "#lib/metadata/metadata.ts";
import type { Condition, NumberTerm, TextTerm, TimeTerm } from "./condition.ts";
import type { Comparison } from "./expression.ts";
import { folded } from "./fold.ts";
import { intersects } from "./intersects.ts";

/** Where the values of properties come from; null: it has none. */
export interface Values {
	text(name: string): string | null;
	/** Milliseconds. */
	time(name: string): number | null;
	geometry(name: string): Footprint | null;
}

/** Whether a condition is met; null: a property that decides has no value. */
export function evaluate(condition: Condition, values: Values): boolean | null {
	switch (condition.is) {
		case "constant":
			return condition.value;
		case "and":
		case "or": {
			const decides = condition.is === "or";
			const parts = condition.parts.map((part) => evaluate(part, values));
			if (parts.includes(decides)) return decides;
			return parts.includes(null) ? null : !decides;
		}
		case "not": {
			const value = evaluate(condition.part, values);
			return value === null ? null : !value;
		}
		case "null": {
			const { name, type } = condition.property;
			if (type === "geometry") return values.geometry(name) === null;
			return (type === "instant" ? values.time(name) : values.text(name)) === null;
		}
		case "texts":
			return compared(condition.op, textOf(condition.a, values), textOf(condition.b, values), byCodePoints);
		case "numbers":
			return compared(condition.op, numberOf(condition.a, values), numberOf(condition.b, values), bySize);
		case "times":
			return compared(condition.op, timeOf(condition.a, values), timeOf(condition.b, values), bySize);
		case "like": {
			const [text, pattern] = [textOf(condition.a, values), textOf(condition.pattern, values)];
			return text === null || pattern === null ? null : isLike(text, pattern);
		}
		case "oneOf": {
			const text = textOf(condition.a, values);
			return text === null ? null : condition.values.includes(text);
		}
		case "intersects": {
			const footprint = values.geometry(condition.property.name);
			return footprint === null ? null : intersects(condition.shape, footprint);
		}
	}
}

function compared<T>(op: Comparison, a: T | null, b: T | null, order: (a: T, b: T) => number): boolean | null {
	if (a === null || b === null) return null;
	const sign = order(a, b);
	switch (op) {
		case "=":
			return sign === 0;
		case "<>":
			return sign !== 0;
		case "<":
			return sign < 0;
		case "<=":
			return sign <= 0;
		case ">":
			return sign > 0;
		case ">=":
			return sign >= 0;
	}
}

const bySize = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);
/** As PostgreSQL compares texts by their bytes in UTF-8. */
const byCodePoints = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function textOf(term: TextTerm, values: Values): string | null {
	if (typeof term === "string") return term;
	if ("of" in term) return values.text(term.of.name)?.replace(/Z$/, "").slice(0, term.characters) ?? null;
	if (!("fold" in term)) return values.text(term.name);
	const inner = textOf(term.term, values);
	return inner === null ? null : folded(term.fold, inner);
}

/** What of metadata counts as a number when it is compared with one: the same in SQL, where nothing else may be cast. */
export const numberPattern = "^[+-]?[0-9]{1,15}(\\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?$";
const isNumber = new RegExp(numberPattern);

function numberOf(term: NumberTerm, values: Values): number | null {
	if (typeof term === "number") return term;
	const text = values.text(term.name);
	return text !== null && isNumber.test(text) ? Number(text) : null;
}

function timeOf(term: TimeTerm, values: Values): number | null {
	return typeof term === "number" ? term : values.time(term.name);
}

/** SQL's LIKE with the escape `\`: goes back only to the last %, so that no pattern costs more than text times pattern. */
export function isLike(text: string, pattern: string): boolean {
	const wanted = likeParts(pattern);
	const characters = [...text];
	let [at, part] = [0, 0];
	let [restartAt, restartPart] = [0, -1];
	while (at < characters.length) {
		const next = wanted[part];
		if (next === anyNumber) {
			[restartAt, restartPart] = [at, part];
			part += 1;
		} else if (next !== undefined && (next === anyOne || next === characters[at])) {
			at += 1;
			part += 1;
		} else if (restartPart >= 0) {
			restartAt += 1;
			at = restartAt;
			part = restartPart + 1;
		} else return false;
	}
	while (wanted[part] === anyNumber) part += 1;
	return part === wanted.length;
}

const anyNumber = Symbol("%");
const anyOne = Symbol("_");

function likeParts(pattern: string): readonly (string | symbol)[] {
	const parts: (string | symbol)[] = [];
	let isEscaped = false;
	for (const character of pattern) {
		if (isEscaped) parts.push(character);
		else if (character === "%") parts.push(anyNumber);
		else if (character === "_") parts.push(anyOne);
		else if (character !== "\\") parts.push(character);
		isEscaped = !isEscaped && character === "\\";
	}
	return parts;
}
