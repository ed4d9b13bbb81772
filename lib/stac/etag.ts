import { hash } from "node:crypto";
import type { Instant } from "#lib/metadata/metadata.ts";

/** HTTP validators of the API's documents (RFC 9110, 8.8 and 13.1). Pure. */

/** Of a document by what it is made of. Weak: on its way an answer may be compressed. */
export function etagOf(parts: readonly unknown[]): string {
	return `W/"${hash("sha256", JSON.stringify(parts), "base64url").slice(0, 24)}"`;
}

/** Whether a header `If-None-Match` names this ETag, by the weak comparison; `*` is any. */
export function matchesEtag(header: string | null, etag: string): boolean {
	if (header === null) return false;
	if (header.trim() === "*") return true;
	const opaque = (tag: string) => tag.replace(/^W\//, "");
	const tags = header.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g) ?? [];
	return tags.some((tag) => opaque(tag) === opaque(etag));
}

/**
 * `Last-Modified`, and whether the date alone says that a document is the same.
 *
 * HTTP's dates are whole seconds, and what is written at one time is committed, and seen, some time after. So a date is good for that only when
 * the change is long past. It is then given as the second after the one of the change, a date that no client was given while the change was
 * recent: a client that has it has the present document, however often that changed within one second. One that asked earlier has another
 * date, and gets the document once more.
 */
export function lastModifiedOf(
	modifiedAt: string,
	now = Date.now(),
): { readonly date: string; readonly decides: boolean } {
	const changed = Date.parse(modifiedAt);
	const second = Math.floor(changed / 1000) * 1000;
	const decides = now - changed >= settling;
	return { date: new Date(decides ? second + 1000 : second).toUTCString(), decides };
}

/** Milliseconds: longer than any transaction is under way after it has noted the time of what it changes. */
export const settling = 15 * 60_000;

/** Whether what the client has is still true: by the ETag it names, only without one by the very date it was told. */
export function isUnmodified(
	headers: Pick<Headers, "get">,
	{ etag, modified }: { readonly etag: string; readonly modified: ReturnType<typeof lastModifiedOf> | null },
): boolean {
	const tags = headers.get("if-none-match");
	if (tags !== null) return matchesEtag(tags, etag);
	const since = Date.parse(headers.get("if-modified-since") ?? "");
	return modified?.decides === true && since === Date.parse(modified.date);
}

/** Instants of the catalogue are written alike. */
export function laterOf(one: Instant, other: Instant | null): Instant {
	return other !== null && other > one ? other : one;
}
