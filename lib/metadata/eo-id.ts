/** As long as an identifier may be in EOxServer's catalogue. */
export const maxEoIdLength = 256;

/**
 * An EO ID must be an NCName (Namespaces in XML 1.0: a name without a colon), because services write it as `gml:id`;
 * 256 characters at most.
 */
export function isEoId(text: string): boolean {
	return text.length <= maxEoIdLength && ncName.test(text);
}

/** The stem of a file name as an EO ID: `_` for every character that may not stand in one, and before a bad first one. */
export function toNcName(stem: string): string {
	const name = stem.replace(notNameCharacters, "_");
	const started = startsWell.test(name) ? name : `_${name}`;
	return started.slice(0, maxEoIdLength).replace(/[\uD800-\uDBFF]$/, "");
}

/**
 * NameStartChar of XML 1.0 (fifth edition), production 4, without the colon, and without U+1680 and U+180E, which Unicode
 * has or had for white space and PostgreSQL, by its locale, still may.
 */
const startCharacters =
	"A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{167F}\\u{1681}-\\u{180D}\\u{180F}-\\u{1FFF}\\u{200C}-\\u{200D}" +
	"\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}";
/** NameChar, production 4a. */
const characters = `${startCharacters}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`;

const ncName = new RegExp(`^[${startCharacters}][${characters}]*$`, "u");
const startsWell = new RegExp(`^[${startCharacters}]`, "u");
const notNameCharacters = new RegExp(`[^${characters}]`, "gu");
