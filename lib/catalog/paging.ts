import { UsageError } from "#lib/errors.ts";
import { unstorableIn } from "./storable.ts";

/** Where a page of a list ended: the sort key of its last row, opaque to callers, who hand it back. */
export function encodeCursor(key: readonly unknown[]): string {
	return Buffer.from(JSON.stringify(key)).toString("base64url");
}

type CursorValue = string | number;

/**
 * The sort key of `length` values behind a cursor; an empty list for the first page.
 * @throws UsageError when it is not one of ours.
 */
export function decodeCursor(cursor: string | null | undefined, length: number): readonly CursorValue[] {
	if (cursor === null || cursor === undefined || cursor === "") return [];
	try {
		const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
		if (
			Array.isArray(key) &&
			key.length === length &&
			key.every((value) => (typeof value === "string" ? unstorableIn(value) === null : Number.isSafeInteger(value)))
		) {
			return key;
		}
	} catch {
		// Said below, as for any other text that is not a cursor.
	}
	throw new UsageError("The position in the list is not valid; read it from the beginning.");
}
