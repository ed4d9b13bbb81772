import { createContext, Script } from "node:vm";
import { UsageError } from "#lib/errors.ts";
import { type FileNameParts, type FileNameTest, fileNameGroups, parseFileName } from "#lib/patterns/file-name.ts";

/**
 * A source's `fileName` as a test. Expressions that `parseFileName` does not know are refused when they are entered; stored
 * ones from before go on as JavaScript has them, with 100 ms a name. Names are cut to 255 characters.
 * @throws UsageError for an invalid expression; the test throws it when a name takes too long.
 */
export function compileFileNamePattern(text: string): FileNameTest {
	const known = compiledByText.get(text);
	if (known !== undefined) return known;
	const parsed = parseFileName(text);
	const find = "test" in parsed ? parsed.test : withTimeLimit(text);
	const test: FileNameTest = (name) => find(name.slice(0, maxNameLength));
	if (compiledByText.size >= 1000) compiledByText.clear();
	compiledByText.set(text, test);
	return test;
}

const maxNameLength = 255;
/** Milliseconds a name. V8 looks for the limit while it backtracks. */
const timeLimit = 100;
const compiledByText = new Map<string, FileNameTest>();

function withTimeLimit(text: string): FileNameTest {
	const context = createContext({ expression: new RegExp(text), name: "" });
	const script = new Script("expression.exec(name)");
	return (name) => {
		context.name = name;
		let match: RegExpExecArray | null;
		try {
			match = script.runInContext(context, { timeout: timeLimit });
		} catch (cause) {
			const message = `The file-name pattern ${text} takes too long on ${name}; write it without nested repetitions.`;
			throw new UsageError(message, { cause });
		}
		if (match === null) return null;
		const parts = fileNameGroups.map((group) => [group, match.groups?.[group] || null] as const);
		return Object.fromEntries(parts) as unknown as FileNameParts;
	};
}
