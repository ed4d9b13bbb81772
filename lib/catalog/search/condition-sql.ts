import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Condition, NumberTerm, TextTerm, TimeTerm } from "#lib/cql2/condition.ts";
import { numberPattern } from "#lib/cql2/evaluate.ts";
import type { Comparison } from "#lib/cql2/expression.ts";
import { instantText } from "#lib/cql2/instants.ts";
import type { Box } from "#lib/cql2/intersects.ts";

export type Fragment = ReturnType<Sql>;

/** How the properties of conditions are written in SQL, in a statement that joins what they stand in. */
export interface PropertyColumns {
	/** null: SQL cannot say what it is. */
	text(name: string): Fragment | null;
	/** The text that a number is made of, where that is more than the text says. */
	number?(name: string): Fragment | null;
	time(name: string): Fragment;
	/** A `box` around the geometry; null where it is not known. */
	box(name: string): Fragment;
}

/**
 * A condition in SQL. Names and values are parameters. What lies where is asked of the boxes around geometries only, and what SQL cannot
 * say is not asked: all that meets the condition meets this, and what meets this is still to be evaluated.
 */
export function conditionSql(sql: Sql | Transaction, condition: Condition, columns: PropertyColumns): Fragment {
	return written(condition, false);

	/** @param isNegated within an odd number of NOTs, where less is met the more is asked */
	function written(part: Condition, isNegated: boolean): Fragment {
		switch (part.is) {
			case "constant":
				return sql`${part.value}::boolean`;
			case "and":
			case "or":
				return joined(
					part.parts.map((each) => written(each, isNegated)),
					part.is,
				);
			case "not":
				return sql`not (${written(part.part, !isNegated)})`;
			case "null": {
				const { name, type } = part.property;
				if (type === "geometry") return sql`false`;
				const own = type === "instant" ? columns.time(name) : columns.text(name);
				return own === null ? sql`${!isNegated}::boolean` : sql`${own} is null`;
			}
			case "texts": {
				const [a, b] = [text(part.a), text(part.b)];
				if (a === null || b === null) return sql`${!isNegated}::boolean`;
				// Equality is the same in any order, and has indexes.
				return compared(part.op, part.op === "=" || part.op === "<>" ? a : sql`${a} collate "C"`, b);
			}
			case "numbers": {
				const [a, b] = [number(part.a), number(part.b)];
				return a === null || b === null ? sql`${!isNegated}::boolean` : compared(part.op, a, b);
			}
			case "times":
				return compared(part.op, time(part.a), time(part.b));
			case "like": {
				const [a, pattern] = [text(part.a), text(part.pattern)];
				if (a === null || pattern === null) return sql`${!isNegated}::boolean`;
				return sql`${a} collate "C" like ${pattern} escape '\\'`;
			}
			case "oneOf": {
				const a = text(part.a);
				return a === null ? sql`${!isNegated}::boolean` : sql`${a} = any(${part.values as string[]}::text[])`;
			}
			case "intersects":
				return isNegated ? sql`false` : meetsBoxes(sql, columns.box(part.property.name), part.shape.boxes);
		}
	}

	/** As balanced pairs: a chain of a thousand would be a tree a thousand deep. */
	function joined(parts: readonly Fragment[], by: "and" | "or"): Fragment {
		const [first, second] = parts;
		if (first === undefined) return sql`true`;
		if (second === undefined) return first;
		const middle = parts.length >> 1;
		const [left, right] = [joined(parts.slice(0, middle), by), joined(parts.slice(middle), by)];
		return by === "and" ? sql`(${left} and ${right})` : sql`(${left} or ${right})`;
	}

	function text(term: TextTerm): Fragment | null {
		if (typeof term === "string") return sql`${term}::text`;
		if ("of" in term) {
			const own = columns.text(term.of.name);
			return own === null ? null : sql`left(regexp_replace(${own}, 'Z$', ''), ${term.characters}::int)`;
		}
		if (!("fold" in term)) return columns.text(term.name);
		const inner = text(term.term);
		if (inner === null) return null;
		return term.fold === "casei"
			? sql`lower(${inner})`
			: sql`regexp_replace(normalize(${inner}, NFD), '[\u0300-\u036f]', '', 'g')`;
	}

	function number(term: NumberTerm): Fragment | null {
		if (typeof term === "number") return sql`${term}::float8`;
		const own = (columns.number ?? columns.text)(term.name);
		return own === null ? null : sql`(case when ${own} ~ ${numberPattern}::text then (${own})::float8 end)`;
	}

	function time(term: TimeTerm): Fragment {
		return typeof term === "number" ? sql`${timestamp(term)}::timestamptz` : columns.time(term.name);
	}

	function compared(op: Comparison, a: Fragment, b: Fragment): Fragment {
		switch (op) {
			case "=":
				return sql`${a} = ${b}`;
			case "<>":
				return sql`${a} <> ${b}`;
			case "<":
				return sql`${a} < ${b}`;
			case ">":
				return sql`${a} > ${b}`;
			case "<=":
				return sql`${a} <= ${b}`;
			case ">=":
				return sql`${a} >= ${b}`;
		}
	}
}

const latest = Date.parse("9999-12-31T23:59:59.999Z");

function timestamp(milliseconds: number): string {
	if (milliseconds === -Infinity) return "-infinity";
	return milliseconds > latest ? "infinity" : instantText(milliseconds);
}

/**
 * Whether a box meets one of these, as comparisons of its corners, for which PostgreSQL takes no index: it thinks that any box is met by
 * few, whatever its size, and would sort half the catalogue by time.
 */
function meetsBoxes(sql: Sql | Transaction, box: Fragment, boxes: readonly Box[]): Fragment {
	const meets = boxes.map(
		([west, south, east, north]) =>
			sql`(((${box})[1])[0] <= ${east}::float8 and ((${box})[0])[0] >= ${west}::float8 and ((${box})[1])[1] <= ${north}::float8 and ((${box})[0])[1] >= ${south}::float8)`,
	);
	return sql`(${box} is null${meets.map((each) => sql` or ${each}`)})`;
}

/** Whether a box meets one of these, for the GiST index. */
export function inBoxesByIndex(sql: Sql | Transaction, column: Fragment, boxes: readonly Box[]): Fragment {
	const texts = boxes.map(([west, south, east, north]) => `(${east},${north}),(${west},${south})`);
	return sql`(${texts.map((each, index) => sql`${index === 0 ? sql`` : sql` or `}${column} && ${each}::box`)})`;
}
