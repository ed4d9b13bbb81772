/**
 * The local name of the first element of what may be an XML document, by its first bytes: enough to tell whether a reader
 * should parse it; null if no element begins there. UTF-8 and what looks like it.
 */
export function xmlRootName(head: Uint8Array): string | null {
	const text = new TextDecoder("windows-1252").decode(head.subarray(0, maxProlog));
	if (!/^(ï»¿)?\s*</.test(text)) return null;
	const body = text.replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, "");
	return /<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(body)?.[1] ?? null;
}

const maxProlog = 4096;
