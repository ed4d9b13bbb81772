import { RejectedError } from "#lib/errors.ts";
import type { Instant, XmlElement } from "#lib/metadata/metadata.ts";
import { parseInstant } from "./time.ts";
import { textAt } from "./xml-path.ts";

/** The time at the first of the paths that has a text. */
export function instantAt(document: XmlElement, paths: readonly string[], timeZone: string): Instant | null {
	const text = paths.map((path) => textAt(document, path)).find((found) => found !== null);
	return text === undefined ? null : instantOrReject(text, timeZone);
}

/** @throws RejectedError `invalid-metadata` if the text is no time. */
export function instantOrReject(text: string, timeZone: string): Instant {
	const instant = parseInstant(text, timeZone);
	if (instant === null)
		throw new RejectedError(
			"invalid-metadata",
			`"${text.slice(0, 60)}" is not a time; write it as 2006-08-16T09:09:29Z`,
		);
	return instant;
}
