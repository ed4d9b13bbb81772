/**
 * The row, whose columns of these names may be null as their table has it, and never are in the rows that were asked for.
 * @throws when one is null all the same
 */
export function withValues<Row extends object, Name extends keyof Row>(
	row: Row,
	names: readonly Name[],
): Row & { readonly [Column in Name]: NonNullable<Row[Column]> } {
	if (!hasValues(row, names)) {
		const missing = names.filter((name) => row[name] === null);
		throw new Error(`A row lacks ${missing.join(", ")}: ${JSON.stringify(row).slice(0, 300)}`);
	}
	return row;
}

function hasValues<Row extends object, Name extends keyof Row>(
	row: Row,
	names: readonly Name[],
): row is Row & { readonly [Column in Name]: NonNullable<Row[Column]> } {
	return names.every((name) => row[name] !== null);
}
