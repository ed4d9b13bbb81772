import { z } from "zod";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import { UsageError } from "#lib/errors.ts";
import { unstorableIn } from "./storable.ts";

/** A part of a sort key: a text as PostgreSQL compares it. */
export const textKey = z.string().refine((text) => unstorableIn(text) === null);
/** A part of a sort key: the number of a row (`bigint`). */
export const numberKey = z.int().min(0);

/** Cuts a list into pages: the cursor is the sort key of a page's last row, opaque to callers. */
interface Paging<Key> {
	/** The key behind a cursor; its parts are undefined for the first page. @throws UsageError when it is not one of this list. */
	readonly keyOf: (cursor: string | null | undefined) => Partial<Key>;
	/** A page of at most `limit` rows. @param rows one more than that, where there are more */
	readonly pageOf: <Row>(
		rows: readonly Row[],
		limit: number,
		keyOfRow: (row: Row) => Key,
	) => { readonly rows: readonly Row[]; readonly next: string | null };
}

/** Pages by a sort key of these parts: a cursor has exactly their types before it is in any statement. */
export function pagingBy<Parts extends readonly [z.ZodType, ...z.ZodType[]]>(
	...parts: Parts
): Paging<z.output<z.ZodTuple<Parts, null>>> {
	const key = z.tuple(parts);
	return {
		keyOf: (cursor) => {
			if (cursor === null || cursor === undefined || cursor === "") return [] as Partial<z.output<typeof key>>;
			const parsed = key.safeParse(jsonOf(cursor));
			if (parsed.success) return parsed.data;
			throw new UsageError("The position in the list is not valid; read it from the beginning.");
		},
		pageOf: (rows, limit, keyOfRow) => {
			const page = rows.slice(0, limit);
			const last = page.at(-1);
			return { rows: page, next: rows.length > limit && last !== undefined ? cursorOf(keyOfRow(last)) : null };
		},
	};
}

/** Reads a list to its end, a page with rows at a time: a slow reader holds no connection. */
export async function* everyPage<Row>(
	read: (after: string | null) => Promise<Page<Row>>,
): AsyncGenerator<readonly Row[]> {
	let after: string | null = null;
	do {
		const page: Page<Row> = await read(after);
		if (page.rows.length > 0) yield page.rows;
		after = page.next;
	} while (after !== null);
}

export function cursorOf(key: readonly unknown[]): string {
	return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** undefined: it is no cursor. */
function jsonOf(cursor: string): unknown {
	try {
		return JSON.parse(Buffer.from(cursor, "base64url").toString());
	} catch {
		return undefined;
	}
}
