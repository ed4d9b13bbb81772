import type { XmlVersion } from "./xml-characters.ts";

interface XmlDeclaration {
	/** Every later version counts as 1.1, which allows all that XML has. */
	readonly version: XmlVersion;
	/** Characters; 0: the document has none. */
	readonly length: number;
}

/** How a document begins (XML 1.0, section 2.8); null: what begins like a declaration is none. */
export function declarationOf(document: string): XmlDeclaration | null {
	if (!/^<\?xml[\s?]/.test(document)) return { version: "1.0", length: 0 };
	const found = xmlDeclaration.exec(document);
	return found && { version: found[2] === "1.0" ? "1.0" : "1.1", length: found[0].length };
}

const xmlDeclaration =
	/^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])(1\.[0-9]+)\1([ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[A-Za-z][A-Za-z0-9._-]*\4)?([ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(yes|no)\6)?[ \t\r\n]*\?>/;
