import { createContext, Script } from "node:vm";
import { messageOf, UsageError } from "#lib/errors.ts";

/** What a file's name says of it; null where the pattern has no such group or it did not take part. */
export interface FileNameParts {
	readonly id: string | null;
	readonly begin: string | null;
	readonly end: string | null;
}

/** null if the name does not match. */
export type FileNamePattern = (name: string) => FileNameParts | null;

/**
 * A source's `fileName`: a regular expression over base names with the named groups `id`, `begin`, `end`, at least one
 * of them. Names are cut to 255 characters, and a pattern that could backtrack for long is stopped after 100 ms a name.
 * @throws UsageError if it is not a regular expression or has none of the groups; the matcher throws it if it is stopped.
 */
export function compileFileNamePattern(text: string): FileNamePattern {
	const known = compiledByText.get(text);
	if (known !== undefined) return known;
	const expression = compile(text);
	const run = backtracksLittle(text) ? (name: string) => expression.exec(name) : withTimeLimit(expression);
	const pattern: FileNamePattern = (name) => {
		const match = run(name.slice(0, maxNameLength));
		if (match === null) return null;
		const { id, begin, end } = match.groups ?? {};
		return { id: id || null, begin: begin || null, end: end || null };
	};
	if (compiledByText.size >= 1000) compiledByText.clear();
	compiledByText.set(text, pattern);
	return pattern;
}

const maxNameLength = 255;
const maxPatternLength = 1000;
const timeLimit = 100;
const compiledByText = new Map<string, FileNamePattern>();

function compile(text: string): RegExp {
	if (text.length > maxPatternLength) {
		throw new UsageError(`The file-name pattern has ${text.length} characters; ${maxPatternLength} are the most.`);
	}
	let expression: RegExp;
	try {
		expression = new RegExp(text);
	} catch (cause) {
		throw new UsageError(`The file-name pattern is not a regular expression: ${messageOf(cause)}`, { cause });
	}
	if (!/\(\?<(id|begin|end)>/.test(text)) {
		throw new UsageError(`The file-name pattern ${text} has none of the groups (?<begin>…), (?<end>…), (?<id>…).`);
	}
	return expression;
}

/**
 * True for what people write: no repeated group, no back reference, at most three open-ended repetitions and ten
 * optional parts. The worst is then some 255³ / 6 steps, a few milliseconds.
 */
function backtracksLittle(text: string): boolean {
	const plain = text.replace(/\\[^k\d]/g, "x").replace(/\[(?:\\.|[^\]\\])*\]/g, "x");
	const openEnded = plain.match(/[*+]|\{\d+,\d*\}/g) ?? [];
	const optional = plain.match(/[^(*+?}]\?|\)\?/g) ?? [];
	return !/\)[*+{]|\\[k\d]/.test(plain) && openEnded.length <= 3 && optional.length <= 10;
}

/** V8 looks for the time limit while it backtracks; it costs some 0.2 ms a name. */
function withTimeLimit(expression: RegExp): (name: string) => RegExpExecArray | null {
	const script = new Script("expression.exec(name)");
	return (name) => {
		try {
			return script.runInContext(createContext({ expression, name }), { timeout: timeLimit });
		} catch (cause) {
			const message = `The file-name pattern ${expression.source} takes too long on ${name}; write it without nested repetitions.`;
			throw new UsageError(message, { cause });
		}
	};
}
