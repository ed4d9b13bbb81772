import { RejectedError } from "#lib/errors.ts";
import type { JsonObject, JsonValue } from "#lib/metadata/metadata.ts";
import { decodeText } from "./decode-text.ts";

export const jsonLimits = { bytes: 16 * 1024 * 1024, depth: 64, values: 500_000 } as const;

/**
 * A whole JSON document (RFC 8259, UTF-8) that is an object. How deep and how full it is, is counted before it is parsed.
 * @throws RejectedError `invalid-metadata` with the reason.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
	if (bytes.length > jsonLimits.bytes) throw invalid(`it has ${bytes.length} bytes, more than ${jsonLimits.bytes}`);
	const text = decodeText(bytes, "JSON");
	checkShape(text);
	let value: JsonValue;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw invalid((cause as Error).message.slice(0, 200), cause);
	}
	const object = asObject(value);
	if (object === null) throw invalid("it is no object");
	return object;
}

export function asObject(value: JsonValue | undefined): JsonObject | null {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** A member that is the object's own; undefined for any other name, `constructor` and the like too. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
	return Object.hasOwn(object, name) ? object[name] : undefined;
}

function checkShape(text: string): void {
	let depth = 0;
	let values = 0;
	let isText = false;
	for (let i = 0; i < text.length; i++) {
		const character = text.charCodeAt(i);
		if (isText) {
			if (character === backslash) i += 1;
			else if (character === quote) isText = false;
		} else if (character === quote) isText = true;
		else if (character === openBrace || character === openBracket) {
			depth += 1;
			values += 1;
			if (depth > jsonLimits.depth) throw invalid(`more than ${jsonLimits.depth} objects and lists inside each other`);
		} else if (character === closeBrace || character === closeBracket) depth -= 1;
		else if (character === comma) values += 1;
		if (values > jsonLimits.values) throw invalid(`more than ${jsonLimits.values} values`);
	}
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function invalid(reason: string, cause?: unknown): RejectedError {
	// JavaScript quotes the text around the place, with its line ends.
	const line = reason.replace(/\s+/g, " ");
	return new RejectedError("invalid-metadata", `not acceptable as JSON: ${line}`, { cause });
}
