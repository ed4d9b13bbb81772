import { hash } from "node:crypto";

/** HTTP validators of the API's documents (RFC 9110, 8.8 and 13.1). Pure. */

/** Of a document by what it is made of. Weak: on its way an answer may be compressed. */
export function etagOf(parts: readonly unknown[]): string {
	return `W/"${hash("sha256", JSON.stringify(parts), "base64url").slice(0, 24)}"`;
}
