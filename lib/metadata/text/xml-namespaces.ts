import type { XmlVersion } from "./xml-characters.ts";

export const xmlnsNamespace = "http://www.w3.org/2000/xmlns/";
const xmlNamespace = "http://www.w3.org/XML/1998/namespace";

/** The namespaces of the prefixes ("" for the default one) that hold at the place that is being read. */
export class Namespaces {
	/** By prefix; the innermost declaration is the last one. */
	readonly #bound = new Map([
		["xml", [xmlNamespace]],
		["xmlns", [xmlnsNamespace]],
	]);

	/** "": there is none. */
	of(prefix: string): string {
		return this.#bound.get(prefix)?.at(-1) ?? "";
	}

	declare(prefix: string, namespace: string): void {
		const bound = this.#bound.get(prefix);
		if (bound === undefined) this.#bound.set(prefix, [namespace]);
		else bound.push(namespace);
	}

	/** Those that an element declared end with it. */
	forget(prefixes: ReadonlySet<string>): void {
		for (const prefix of prefixes) this.#bound.get(prefix)?.pop();
	}
}

interface Declaration {
	readonly isDefault: boolean;
	readonly version: XmlVersion;
}

/** Why a prefix cannot stand for a namespace ("Namespaces in XML", section 3); null: it can. */
export function namespaceFault(prefix: string, namespace: string, { isDefault, version }: Declaration): string | null {
	if (!isDefault && namespace === "" && version === "1.0") return "invalid attempt to undefine prefix in XML 1.0";
	if (prefix === "xml") return namespace === xmlNamespace ? null : `xml prefix must be bound to ${xmlNamespace}.`;
	if (prefix === "xmlns" || namespace === xmlnsNamespace) return `nothing may be bound to ${xmlnsNamespace}.`;
	if (namespace === xmlNamespace) return `only the prefix xml may be bound to ${xmlNamespace}.`;
	return null;
}
