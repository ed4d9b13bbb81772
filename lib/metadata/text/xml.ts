import { RejectedError } from "#lib/errors.ts";
import type { XmlElement } from "#lib/metadata/metadata.ts";
import { type ElementLimits, parseElements, XmlFault } from "./xml-elements.ts";

export interface XmlLimits extends ElementLimits {
	readonly bytes: number;
}

export const xmlLimits: XmlLimits = { bytes: 16 * 1024 * 1024, depth: 200, nodes: 200_000 };

/**
 * Parses a whole document with its namespaces; UTF-8, UTF-16 or Latin-1 by byte order mark or declaration.
 * A document type may only name an external subset, which is passed over: there are no entities but XML's five, and nothing
 * is ever fetched.
 * @throws RejectedError `invalid-metadata` with line and reason.
 */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = xmlLimits): XmlElement {
	if (bytes.length > limits.bytes) throw invalid(`it has ${bytes.length} bytes, more than ${limits.bytes}`);
	const text = decode(bytes);
	try {
		return parseElements(text, limits);
	} catch (error) {
		if (!(error instanceof XmlFault)) throw error;
		throw invalid(`line ${error.line}: ${error.message}`, error);
	}
}

function decode(bytes: Uint8Array): string {
	const encoding = encodingByMark(bytes) ?? declaredEncoding(bytes);
	try {
		return decoders[encoding].decode(bytes);
	} catch (cause) {
		throw invalid(`its bytes are not ${encoding}`, cause);
	}
}

/** By byte order mark, or by the zero byte that UTF-16 has beside the first `<`. */
function encodingByMark([first, second, third]: Uint8Array): Encoding | null {
	if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
	if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return "utf-16le";
	if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return "utf-16be";
	return null;
}

/** Without the byte order mark. */
const decoders: Readonly<Record<Encoding, TextDecoder>> = {
	"utf-8": new TextDecoder("utf-8", { fatal: true }),
	"utf-16le": new TextDecoder("utf-16le", { fatal: true }),
	"utf-16be": new TextDecoder("utf-16be", { fatal: true }),
	"windows-1252": new TextDecoder("windows-1252", { fatal: true }),
};

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

function declaredEncoding(bytes: Uint8Array): Encoding {
	const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(200, bytes.length)).toString("latin1");
	const name = /^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]?.toLowerCase() ?? "utf-8";
	const encoding = encodingsByName.get(name);
	if (encoding === undefined) throw invalid(`line 1: the encoding ${name} is not supported; use UTF-8`);
	return encoding;
}

/** `windows-1252` is what the WHATWG (and so TextDecoder) reads for Latin-1. UTF-16 would have shown itself by now. */
const encodingsByName: ReadonlyMap<string, Encoding> = new Map([
	["utf-8", "utf-8"],
	["utf8", "utf-8"],
	["us-ascii", "utf-8"],
	["ascii", "utf-8"],
	["iso-8859-1", "windows-1252"],
	["latin1", "windows-1252"],
	["windows-1252", "windows-1252"],
]);

function invalid(reason: string, cause?: unknown): RejectedError {
	return new RejectedError("invalid-metadata", `not acceptable as XML: ${reason}`, { cause });
}

/**
 * The local name of the first element of what may be an XML document, by its first bytes: enough to decide whether a reader
 * should parse it; null if no element begins there. UTF-8 and what looks like it.
 */
export function xmlRootName(head: Uint8Array): string | null {
	const text = new TextDecoder("windows-1252").decode(head.subarray(0, maxProlog));
	if (!/^(ï»¿)?\s*</.test(text)) return null;
	const body = text.replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, "");
	return /<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(body)?.[1] ?? null;
}

const maxProlog = 4096;
