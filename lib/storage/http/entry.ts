import type { IncomingHttpHeaders } from "node:http";
import type { Entry, Unclear } from "#lib/storage/storage.ts";

/** A folder as a server lists it, in no order. */
export interface FoundEntries {
	readonly folders: readonly string[];
	readonly files: readonly Entry[];
	readonly unclear: readonly Unclear[];
}

/** An HTTP date (RFC 9110, 5.6.7) in microseconds since 1970-01-01T00:00:00Z; null for none and for nonsense. */
export function httpTime(text: string | undefined): number | null {
	const milliseconds = Date.parse(text ?? "");
	return Number.isNaN(milliseconds) ? null : milliseconds * 1000;
}

/** The version of a content, without the mark of weakness: Apache drops that a second after a file was written. */
export function etagOf(etag: string | undefined): string | null {
	const version = etag?.replace(/^W\//, "").slice(0, 1000);
	return version === undefined || version === "" ? null : version;
}

/** Bytes; null where the server does not report them. */
export function sizeOf(length: string | undefined): number | null {
	if (length === undefined || !/^\d{1,15}$/.test(length)) return null;
	return Number(length);
}

/** A file as a web server describes it; size null when the server does not report it. */
export function fileFacts(headers: IncomingHttpHeaders) {
	return {
		size: sizeOf(headers["content-length"]),
		mtime: httpTime(headers["last-modified"]),
		etag: etagOf(headers.etag),
	};
}
