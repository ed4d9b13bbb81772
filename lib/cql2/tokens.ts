import { Cql2Error, expressionLimits } from "./expression.ts";

/** The words of CQL2 text, each with its place in the text. */
export interface Token {
	readonly kind: "name" | "quotedName" | "text" | "number" | "symbol" | "end";
	/** Without quotation marks and escapes. */
	readonly value: string;
	/** From 0. */
	readonly at: number;
}

// The ranges of `identifierStart` and `identifierPart` in the grammar of 21-065r2.
const nameStart =
	":_A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFE\\u200C-\\u200D\\u2070-\\u218F" +
	"\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}";
const name = `[${nameStart}][${nameStart}.0-9\\u0300-\\u036F\\u203F-\\u2040]*`;
const token = new RegExp(
	`\\s+|(?<name>${name})|"(?<quotedName>[^"]*)"|'(?<text>(?:[^'\\\\]|''|\\\\'?)*)'` +
		"|(?<number>(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?)|(?<symbol><>|<=|>=|[<>=(),+\\-*/%^\\[\\]])",
	"uy",
);

/** @throws Cql2Error for what is no CQL2 text, with its place */
export function tokensOf(text: string): readonly Token[] {
	if (text.length > expressionLimits.characters)
		throw new Cql2Error(`The filter has more than ${expressionLimits.characters} characters.`);
	const tokens: Token[] = [];
	for (let at = 0; at < text.length; at = token.lastIndex) {
		token.lastIndex = at;
		const groups = token.exec(text)?.groups;
		if (groups === undefined) throw strayCharacter(text, at);
		for (const kind of ["name", "quotedName", "number", "symbol"] as const) {
			const value = groups[kind];
			if (value !== undefined) tokens.push({ kind, value, at });
		}
		if (groups.text !== undefined) tokens.push({ kind: "text", value: unescaped(groups.text), at });
	}
	tokens.push({ kind: "end", value: "", at: text.length });
	return tokens;
}

/** `''` and `\'` are an apostrophe; any other backslash stands for itself, and in LIKE for the escape. */
function unescaped(text: string): string {
	return text.replaceAll(/''|\\'/g, "'");
}

function strayCharacter(text: string, at: number): Cql2Error {
	const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
	if (character === "'") return new Cql2Error(`The text that begins at character ${at + 1} has no closing apostrophe.`);
	if (character === '"')
		return new Cql2Error(`The name that begins at character ${at + 1} has no closing quotation mark.`);
	return new Cql2Error(`Character ${at + 1}, ${JSON.stringify(character)}, has no meaning in a filter.`);
}

/** What stands there, for a sentence. */
export function describeToken({ kind, value }: Token): string {
	const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
	if (kind === "end") return "the end";
	if (kind === "text") return `the text '${shown}'`;
	return kind === "quotedName" ? `"${shown}"` : shown;
}
