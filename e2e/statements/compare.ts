import { anything, type DeclaredColumn, type DeclaredStatement, type Kind } from "./declared.ts";
import type { DescribedColumn } from "./described.ts";

/** Compares a statement's row type with PostgreSQL's description; empty: they agree. */
export function compareRows(
	declared: DeclaredStatement["rows"],
	described: readonly DescribedColumn[],
): readonly string[] {
	if (declared === "generic") return [];
	if (declared === "untyped") {
		const names = described.filter(({ type }) => type !== "void").map(({ name }) => name);
		return names.length === 0 ? [] : [`${names.join(", ")}: selected without a row type`];
	}
	const describedByName = new Map(described.map((column) => [column.name, column]));
	const declaredByName = new Map(declared.map((column) => [column.name, column]));
	return [
		...declared.flatMap((column) => {
			const found = describedByName.get(column.name);
			if (found === undefined) return column.isOptional ? [] : [`${column.name} is in the row type, but not selected`];
			return disagreements(column, found);
		}),
		...described
			.filter(({ name }) => !declaredByName.has(name))
			.map(({ name }) => `${name} is selected, but not in the row type`),
	];
}

function disagreements(
	{ name, kinds, literals, isNullable }: DeclaredColumn,
	{ type, kind, labels, nullBecause }: DescribedColumn,
): readonly string[] {
	const isWrong = kinds.length > 0 && (kind === null || !kinds.some((each) => agree(each, kind)));
	const unknown = literals === null || labels === null ? [] : literals.filter((literal) => !labels.includes(literal));
	return [
		...(isWrong ? [`${name} is ${type}, which is no ${kinds.join(" or ")}`] : []),
		...(unknown.length > 0 ? [`${name} is ${type}, which has no value ${unknown.join(", ")}`] : []),
		...(nullBecause !== null && !isNullable && !kinds.includes(anything)
			? [`${name} may be null: ${nullBecause}`]
			: []),
	];
}

function agree(declared: Kind, described: Kind): boolean {
	if (declared === anything || described === anything || declared === described) return true;
	const elements = [declared, described].map((kind) => / array$/.test(kind) && kind.slice(0, -" array".length));
	const [one, other] = elements;
	return typeof one === "string" && typeof other === "string" && agree(one, other);
}
