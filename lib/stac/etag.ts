import { hash } from "node:crypto";

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

/** Whether what the client has is still true: by the ETag it names, only without one by the time. */
export function isUnmodified(
	headers: Pick<Headers, "get">,
	{ etag, modifiedAt }: { readonly etag: string; readonly modifiedAt: string | null },
): boolean {
	const tags = headers.get("if-none-match");
	if (tags !== null) return matchesEtag(tags, etag);
	const since = Date.parse(headers.get("if-modified-since") ?? "");
	if (Number.isNaN(since) || modifiedAt === null) return false;
	return Math.floor(Date.parse(modifiedAt) / 1000) * 1000 <= since;
}
