import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Sql, Transaction } from "./database.ts";

/** What COPY takes: text, numbers, booleans, null; arrays and objects are written as JSON. */
export type CopyValue = string | number | boolean | null | object;

/** Rows into a table by COPY, the fastest way in (5 times faster than `insert`); `columns` are SQL names. */
export async function copyRows(
	sql: Sql | Transaction,
	table: string,
	columns: readonly string[],
	rows: readonly (readonly CopyValue[])[],
): Promise<void> {
	if (rows.length === 0) return;
	await copyText(sql, table, columns, lines(rows));
}

/** The same for rows that are in COPY's text format already, in pieces of any length. */
export async function copyText(
	sql: Sql | Transaction,
	table: string,
	columns: readonly string[],
	text: Iterable<string> | AsyncIterable<Uint8Array>,
): Promise<void> {
	const query = sql`copy ${sql(table)} (${sql(columns as string[])}) from stdin`;
	const target = await query.writable();
	// The driver tells an error that comes after the last row to the query, which is settled by then, and never to the
	// stream: whoever waits for it would wait for ever.
	Object.assign(query, { reject: (error: Error) => target.destroy(error) });
	await pipeline(Readable.from(text), target);
}

/** Chunks of about 64 kB in COPY's text format. */
function* lines(rows: readonly (readonly CopyValue[])[]): Generator<string> {
	let chunk = "";
	for (const row of rows) {
		chunk += `${row.map(field).join("\t")}\n`;
		if (chunk.length > 65_536) {
			yield chunk;
			chunk = "";
		}
	}
	yield chunk;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function field(value: CopyValue): string {
	if (value === null) return "\\N";
	const text = typeof value === "object" ? JSON.stringify(value) : String(value);
	return text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}
