import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Condition, NumberTerm, TextTerm, TimeTerm } from "#lib/cql2/condition.ts";
import { numberPattern } from "#lib/cql2/evaluate.ts";
import type { Comparison } from "#lib/cql2/expression.ts";
import type { Fold } from "#lib/cql2/fold.ts";
import { instantText } from "#lib/cql2/instants.ts";
import type { Box } from "#lib/cql2/intersects.ts";

export type Fragment = ReturnType<Sql>;

/** How the properties of conditions are written in SQL, in a statement that joins what they stand in. */
export interface PropertyColumns {
	text(name: string): Known;
	/** As numbers (float8), where that is more than the text says. */
	number?(name: string): Known | null;
	time(name: string): Fragment;
	/** A `box` around the geometry; null where it is not known. */
	box(name: string): Fragment;
}

/** What SQL knows of a property's value: it has none, is one of these, or SQL cannot say. */
export interface Known {
	readonly values: readonly Fragment[];
	/** Never null, and true where the value may be another one; null: it is always one of these. */
	readonly unknown: Fragment | null;
	/** True wherever the property has no value, and never where its value is one of these; null: SQL cannot say. */
	readonly isNull: Fragment | null;
}

export function exactly(sql: Sql | Transaction, value: Fragment): Known {
	return { values: [value], unknown: null, isNull: sql`${value} is null` };
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
				return not(written(part.part, !isNegated));
			case "null": {
				const { name, type } = part.property;
				if (type === "geometry") return sql`false`;
				if (type === "instant") return sql`${columns.time(name)} is null`;
				return nothing(columns.text(name), isNegated);
			}
			case "texts": {
				// Equality is the same in any order, and has indexes.
				const isEquality = part.op === "=" || part.op === "<>";
				return ofAny([text(part.a), text(part.b)], isNegated, (a, b) =>
					compared(part.op, isEquality ? a : sql`${a} collate "C"`, b),
				);
			}
			case "numbers":
				return ofAny([number(part.a), number(part.b)], isNegated, (a, b) => compared(part.op, a, b));
			case "times":
				return compared(part.op, time(part.a), time(part.b));
			case "like":
				return ofAny(
					[text(part.a), text(part.pattern)],
					isNegated,
					(a, pattern) => sql`${a} collate "C" like ${pattern} escape '\\'`,
				);
			case "oneOf":
				return ofAny(
					[text(part.a), literal(sql`${part.values as string[]}::text[]`)],
					isNegated,
					(a, values) => sql`${a} = any(${values})`,
				);
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

	/** Met where any two of the values meet it, or SQL cannot say; within NOT, where all of them do and it can. */
	function ofAny(
		[a, b]: readonly [Operand, Operand],
		isNegated: boolean,
		meets: (a: Fragment, b: Fragment) => Fragment,
	): Fragment {
		const parts = a.values.flatMap((left) => b.values.map((right) => meets(left, right)));
		for (const { unknown } of [a, b]) if (unknown !== null) parts.push(isNegated ? not(unknown) : unknown);
		return parts.length === 0 ? sql`null::boolean` : joined(parts, isNegated ? "and" : "or");
	}

	function not(part: Fragment): Fragment {
		return sql`not (${part})`;
	}

	function nothing({ values, unknown, isNull }: Known, isNegated: boolean): Fragment {
		if (!isNegated) return isNull ?? sql`true`;
		if (values.length === 0 && unknown === null) return sql`true`;
		const unsaid: Fragment[] = values.map((value) => sql`${value} is null`);
		if (unknown !== null) unsaid.push(not(unknown));
		return joined(unsaid, "and");
	}

	function text(term: TextTerm): Operand {
		if (typeof term === "string") return literal(sql`${term}::text`);
		if ("of" in term)
			return each(
				columns.text(term.of.name),
				(value) => sql`left(regexp_replace(${value}, 'Z$', ''), ${term.characters}::int)`,
			);
		return "fold" in term ? folded(text(term.term), term.fold) : columns.text(term.name);
	}

	/** Only of ASCII: what databases make of other letters depends on their locale. */
	function folded({ values, unknown }: Operand, fold: Fold): Operand {
		const others: Fragment[] = values.map((value) => sql`coalesce(${value} ~ '[^ -~]', false)`);
		if (unknown !== null) others.push(unknown);
		return {
			values: fold === "casei" ? values.map((value) => sql`lower(${value} collate "C")`) : values,
			unknown: others.length === 0 ? null : joined(others, "or"),
		};
	}

	function number(term: NumberTerm): Operand {
		if (typeof term === "number") return literal(sql`${term}::float8`);
		const own = columns.number?.(term.name) ?? null;
		return (
			own ??
			each(
				columns.text(term.name),
				(value) => sql`(case when ${value} ~ ${numberPattern}::text then (${value})::float8 end)`,
			)
		);
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

type Operand = Pick<Known, "values" | "unknown">;

const literal = (value: Fragment): Operand => ({ values: [value], unknown: null });

const each = ({ values, unknown }: Operand, make: (value: Fragment) => Fragment): Operand => ({
	values: values.map(make),
	unknown,
});

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
