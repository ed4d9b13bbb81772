import type { Transaction } from "#lib/catalog/database/database.ts";
import type { Fragment } from "#lib/catalog/search/condition-sql.ts";
import { itemTimes } from "#lib/cql2/item-property.ts";
import { UsageError } from "#lib/errors.ts";
import { timeColumn } from "./item-properties.ts";
import type { SortValue } from "./page-token.ts";
import { sortedFields, sortedValue } from "./sort-sql.ts";

/** The order in which items are found, and what comes after a place in it. */

export interface SortKey {
	readonly name: string;
	readonly descending: boolean;
}

export const newestFirst: readonly SortKey[] = [{ name: "datetime", descending: true }];

export interface Order {
	readonly keys: readonly {
		readonly column: Fragment;
		readonly as: "timestamptz" | "text" | "float8" | "bigint";
		readonly descending: boolean;
	}[];
	readonly isIndexed: boolean;
}

/** @throws UsageError for an order that cannot be had */
export function orderOf(sql: Transaction, sort: readonly SortKey[]): Order {
	const keys: Order["keys"][number][] = [];
	for (const { name, descending } of sort) keys.push({ ...sortColumn(sql, name), descending });
	const [first] = sort;
	const isIndexed = sort.length === 1 && (first?.name === "datetime" || first?.name === "start_datetime");
	const descending = first?.descending ?? false;
	keys.push({ column: sql`i.dataset_id`, as: "bigint", descending });
	// Of one container as well: a page token stays good when another one is published meanwhile.
	keys.push({ column: sql`i.container_id`, as: "bigint", descending });
	return { keys, isIndexed };
}

function sortColumn(
	sql: Transaction,
	name: string,
): { readonly column: Fragment; readonly as: "timestamptz" | "text" | "float8" } {
	if (itemTimes.includes(name)) return { column: timeColumn(sql, name), as: "timestamptz" };
	const own = sortedValue(sql, name);
	if (own === null)
		throw new UsageError(
			`Items cannot be sorted by ${name.slice(0, 100)}, but by ${[...itemTimes, ...sortedFields].join(", ")}.`,
		);
	return own.isNumber ? { column: own.column, as: "float8" } : { column: sql`${own.column} collate "C"`, as: "text" };
}

/** What comes after a position: greater in the first key that differs; what has no value comes last. */
export function isAfter(sql: Transaction, { keys, isIndexed }: Order, position: readonly SortValue[]): Fragment {
	if (position.length !== keys.length)
		throw new UsageError("The token is not one of this search; begin it anew, without a token.");
	if (isIndexed) {
		const { columns, values } = rowsOf(sql, keys, position);
		return keys[0]?.descending ? sql`(${columns}) < (${values})` : sql`(${columns}) > (${values})`;
	}
	let later: Fragment = sql`false`;
	for (const [index, { column, as, descending }] of [...keys.entries()].reverse()) {
		const value = position[index] ?? null;
		if (value === null) later = sql`(${column} is null and ${later})`;
		else {
			const own = cast(sql, value, as);
			const beyond = descending ? sql`${column} < ${own}` : sql`${column} > ${own}`;
			later = sql`(${column} is null or ${beyond} or (${column} = ${own} and ${later}))`;
		}
	}
	return later;
}

/** What comes up to a position, and at it, in the order of an index: so that no more of the index is read. */
export function isUpTo(sql: Transaction, { keys }: Order, position: readonly SortValue[]): Fragment {
	const { columns, values } = rowsOf(sql, keys, position);
	return keys[0]?.descending ? sql`(${columns}) >= (${values})` : sql`(${columns}) <= (${values})`;
}

function rowsOf(sql: Transaction, keys: Order["keys"], position: readonly SortValue[]) {
	const list = (parts: readonly Fragment[]) => parts.map((part, index) => sql`${index === 0 ? sql`` : sql`, `}${part}`);
	return {
		columns: list(keys.map(({ column }) => column)),
		values: list(keys.map(({ as }, index) => cast(sql, position[index] ?? null, as))),
	};
}

function cast(sql: Transaction, value: SortValue, as: Order["keys"][number]["as"]): Fragment {
	const text = String(value);
	if (as === "timestamptz") return sql`${text}::text::timestamptz`;
	if (as === "text") return sql`${text}::text`;
	return as === "bigint" ? sql`${text}::text::bigint` : sql`${text}::text::float8`;
}
