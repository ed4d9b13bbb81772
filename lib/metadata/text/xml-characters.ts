export type XmlVersion = "1.0" | "1.1";

/** The text with `\n` for all that the version takes for a line end (XML 1.0 and 1.1, section 2.11). */
export function lineEndsOf(text: string, version: XmlVersion): string {
	if (version === "1.1") return text.replaceAll(/\r[\n\u0085]?|[\u0085\u2028]/g, "\n");
	return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}

/** Where the first character stands that XML does not have (`Char`, of 1.1 without `RestrictedChar`); -1: nowhere. Decoders leave no half surrogates. */
export function strangeCharacter(text: string, version: XmlVersion): number {
	return text.search(version === "1.0" ? strange10 : strange11);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const strange10 = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const strange11 = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Where the name (`Name` of XML 1.0, 5th edition) that begins at a place ends; the place itself when none begins there. */
export function nameEnd(text: string, from: number): number {
	const first = text.charCodeAt(from);
	if (first < 128 && !isAsciiNameStart[first]) return from;
	let end = from;
	while (isAsciiName[text.charCodeAt(end)]) end++;
	if (!(text.charCodeAt(end) >= 128)) return end;
	anyName.lastIndex = from;
	return anyName.test(text) ? anyName.lastIndex : from;
}

const nameStart =
	":A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}";
const anyName = new RegExp(`[${nameStart}][-${nameStart}.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]*`, "uy");
const isAsciiNameStart = asciiTable(/[:A-Z_a-z]/);
const isAsciiName = asciiTable(/[-:A-Z_a-z.0-9]/);

function asciiTable(characters: RegExp): readonly boolean[] {
	return Array.from({ length: 128 }, (_, code) => characters.test(String.fromCharCode(code)));
}

/** A run of text with XML's five entities and the character references resolved. */
export function resolveReferences(raw: string, version: XmlVersion, refuse: (reason: string) => never): string {
	const parts = raw.split("&");
	let text = parts[0] ?? "";
	for (const part of parts.slice(1)) {
		const end = part.indexOf(";");
		if (end === -1) refuse("disallowed character in entity name.");
		text += (referred(part.slice(0, end), version) ?? refuse("undefined entity.")) + part.slice(end + 1);
	}
	return text;
}

/** null: it stands for nothing. */
function referred(reference: string, version: XmlVersion): string | null {
	if (reference[0] !== "#") return entities.get(reference) ?? null;
	const [, hexadecimal, decimal] = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference) ?? [];
	const code = hexadecimal === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hexadecimal, 16);
	return isCharacter(code, version) ? String.fromCodePoint(code) : null;
}

function isCharacter(code: number, version: XmlVersion): boolean {
	if (code < 0x20) return version === "1.1" ? code > 0 : code === 0x09 || code === 0x0a || code === 0x0d;
	return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

const entities: ReadonlyMap<string, string> = new Map([
	["amp", "&"],
	["gt", ">"],
	["lt", "<"],
	["quot", '"'],
	["apos", "'"],
]);
