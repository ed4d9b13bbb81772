/** Characters; a longer cell moves just what follows it in its own row. */
const maxColumnWidth = 48;

/** Rows as aligned columns; the last one is not padded. Control characters of names become `?`. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
	const clean = rows.map((row) => row.map(printable));
	const widths: number[] = [];
	for (const row of clean) {
		for (const [column, { length }] of row.map((cell) => [...cell]).entries())
			if (length <= maxColumnWidth) widths[column] = Math.max(widths[column] ?? 0, length);
	}
	return clean.map((row) =>
		row
			.map((cell, column) =>
				column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + cell.length - [...cell].length),
			)
			.join("  ")
			.trimEnd(),
	);
}

/** Names come from archives: what would move the cursor or colour the terminal is not written to it. */
export function printable(text: string): string {
	return text.replace(/\p{Cc}|\p{Cf}/gu, "?");
}

/** `2006-08-16 09:09:29`; an empty cell for null. */
export function instantCell(instant: string | null): string {
	return instant === null ? "" : instant.slice(0, 19).replace("T", " ");
}
