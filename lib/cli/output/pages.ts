import type { Page } from "#lib/catalog/read-models/answers.ts";
import { outputClosed, print, printText } from "./output.ts";
import { tableLines } from "./table.ts";

/** Lists are read and printed page by page: they may be of any length. */
export const pageSize = 500;

/** Prints every row as JSON, or page by page as an aligned table when `show` gives cells. */
export async function printPages<Row>(
	read: (after: string | null, want: number) => Promise<Page<Row>>,
	show: (row: Row) => object | readonly string[],
	limit = Number.POSITIVE_INFINITY,
): Promise<void> {
	let left = limit;
	let after: string | null = null;
	while (left > 0 && !outputClosed()) {
		const page: Page<Row> = await read(after, Math.min(left, pageSize));
		const shown = page.rows.slice(0, left).map(show);
		const lines = shown.every((row) => Array.isArray(row))
			? tableLines(shown)
			: shown.map((row) => JSON.stringify(row));
		for (const line of lines) await print(line);
		left -= shown.length;
		if (page.next === null) return;
		after = page.next;
	}
}

/** Prints the pieces of a file as they are made, as long as standard output is read. */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
	for await (const piece of pieces) {
		if (outputClosed()) return;
		await printText(piece);
	}
}
