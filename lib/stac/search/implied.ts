import type { Condition } from "#lib/cql2/condition.ts";
import type { Box } from "#lib/cql2/intersects.ts";

/** What everything that meets a condition meets as well, of what there are indexes for; null: any. Pure. */
export interface Implied {
	readonly collections: readonly string[] | null;
	readonly ids: readonly string[] | null;
	/** Boxes of which each item meets one. */
	readonly boxes: readonly Box[] | null;
}

const nothing: Implied = { collections: null, ids: null, boxes: null };
const mostBoxes = 100;

export function impliedBy(condition: Condition): Implied {
	switch (condition.is) {
		case "and":
			return condition.parts.map(impliedBy).reduce(ofBoth, nothing);
		case "or":
			return condition.parts.map(impliedBy).reduce(ofEither);
		case "texts": {
			if (condition.op !== "=") return nothing;
			const { a, b } = condition;
			return typeof b === "string" ? named(a, [b]) : typeof a === "string" ? named(b, [a]) : nothing;
		}
		case "oneOf":
			return named(condition.a, condition.values);
		case "intersects":
			return { ...nothing, boxes: condition.shape.boxes };
		default:
			return nothing;
	}
}

function named(term: (Condition & { is: "oneOf" })["a"], values: readonly string[]): Implied {
	if (typeof term === "string" || !("name" in term)) return nothing;
	if (term.name === "collection") return { ...nothing, collections: values };
	return term.name === "id" ? { ...nothing, ids: values } : nothing;
}

function ofBoth(a: Implied, b: Implied): Implied {
	const common = (one: readonly string[] | null, other: readonly string[] | null) =>
		one === null || other === null ? (one ?? other) : one.filter((name) => other.includes(name));
	const smaller = a.boxes !== null && b.boxes !== null && areaOf(b.boxes) < areaOf(a.boxes) ? b.boxes : a.boxes;
	return {
		collections: common(a.collections, b.collections),
		ids: common(a.ids, b.ids),
		// What meets two boxes need not meet what they have in common.
		boxes: smaller ?? b.boxes,
	};
}

function ofEither(a: Implied, b: Implied): Implied {
	const together = <T>(one: readonly T[] | null, other: readonly T[] | null) =>
		one === null || other === null ? null : [...one, ...other];
	const boxes = together(a.boxes, b.boxes);
	return {
		collections: together(a.collections, b.collections),
		ids: together(a.ids, b.ids),
		boxes: boxes !== null && boxes.length > mostBoxes ? null : boxes,
	};
}

const areaOf = (boxes: readonly Box[]) =>
	boxes.reduce((sum, [west, south, east, north]) => sum + (east - west) * (north - south), 0);
