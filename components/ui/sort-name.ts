import type { Sort } from "./table.tsx";

/** As the address has it: `datasets`, descending `-datasets`. */
export function sortName({ by, descending }: Sort<string>): string {
	return descending ? `-${by}` : by;
}

/** The sort that an address names; the first one for anything that is no sort. */
export function sortNamed<Column extends string>(
	name: string | null,
	columns: readonly Column[],
	first: Sort<Column>,
): Sort<Column> {
	const by = columns.find((column) => column === name?.replace(/^-/, ""));
	return by === undefined ? first : { by, descending: name?.startsWith("-") ?? false };
}
