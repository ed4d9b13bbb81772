import { RejectedError } from "#lib/errors.ts";

/** `KEYWORD[value, …]` of well-known text, of any version (WKT 1 as OGC, GDAL and Esri write it, WKT 2). */
export interface WktNode {
	/** In capitals. */
	readonly keyword: string;
	/** Names and numbers in their order; words without quotation marks (`north`) are texts too. */
	readonly values: readonly (string | number)[];
	readonly children: readonly WktNode[];
}

export const maxWktLength = 64 * 1024;
const maxDepth = 32;
const token =
	/\s*(?:([A-Za-z_]\w*)\s*[[(]|"((?:[^"]|"")*)"|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(\w+)|([\])])|(,))/y;

/** @throws RejectedError `invalid-metadata` for text that is not well-known text. */
export function parseWkt(text: string): WktNode {
	if (text.length > maxWktLength) throw invalid(`it has ${text.length} characters, more than ${maxWktLength}`);
	const open: Building[] = [];
	token.lastIndex = 0;
	for (;;) {
		const at = token.lastIndex;
		const match = token.exec(text);
		if (match === null) throw invalid(`it cannot be parsed from character ${at} on`);
		const [, keyword, quoted, number, word, closing] = match;
		const inner = open.at(-1);
		if (keyword !== undefined) {
			if (open.length >= maxDepth) throw invalid(`more than ${maxDepth} brackets inside each other`);
			const node = { keyword: keyword.toUpperCase(), values: [], children: [] };
			inner?.children.push(node);
			open.push(node);
		} else if (inner === undefined) {
			throw invalid("it does not begin with a keyword and a bracket");
		} else if (closing !== undefined) {
			open.pop();
			if (open.length === 0) return inner;
		} else if (quoted !== undefined) inner.values.push(quoted.replaceAll('""', '"'));
		else if (number !== undefined) inner.values.push(Number(number));
		else if (word !== undefined) inner.values.push(word);
	}
}

/** The name of a CRS and its method, for messages: `"GDM2000 / East Malaysia" (Bonne)`. */
export function nameOfWkt(text: string): string {
	const node = parseWkt(text);
	const holder = node.children.find(({ keyword }) => keyword === "CONVERSION") ?? node;
	const method = holder.children.find(({ keyword }) => keyword === "PROJECTION" || keyword === "METHOD")?.values[0];
	const name = JSON.stringify(String(node.values[0] ?? "").slice(0, 100));
	return method === undefined ? name : `${name} (${String(method).slice(0, 60)})`;
}

interface Building {
	readonly keyword: string;
	readonly values: (string | number)[];
	readonly children: Building[];
}

function invalid(reason: string): RejectedError {
	return new RejectedError("invalid-metadata", `its CRS is not well-known text: ${reason}`);
}
