import { createContext, Script } from "node:vm";
import picomatch from "picomatch";
import { messageOf, UsageError } from "#lib/errors.ts";
import { type GlobTest, parseGlob } from "#lib/patterns/glob.ts";

/**
 * A source's pattern as a test. Those that `parseGlob` does not know are refused when they are entered; stored ones from
 * before go on by picomatch, whose regular expressions may backtrack for ever: each name has a moment.
 * @throws UsageError for what is no pattern; the test throws it when a name takes too long.
 */
export function globTest(pattern: string): GlobTest {
	const glob = parseGlob(pattern);
	return "test" in glob ? glob.test : picomatchTest(pattern.normalize("NFC"));
}

/** Milliseconds a name. V8 looks for the limit while it backtracks. */
const timeLimit = 100;

function picomatchTest(pattern: string): GlobTest {
	const options = {
		dot: true,
		nonegate: true,
		strictBrackets: true,
		posix: true,
		windows: false,
		flags: "s",
		debug: true,
	};
	let expression: RegExp;
	try {
		expression = picomatch.makeRe(pattern, options);
	} catch (error) {
		throw new UsageError(`The pattern ${JSON.stringify(pattern)} is not valid: ${messageOf(error)}.`, { cause: error });
	}
	const context = createContext({ expression, text: "" });
	const script = new Script("expression.test(text)");
	return (text) => {
		context.text = text.normalize("NFC");
		try {
			return script.runInContext(context, { timeout: timeLimit }) === true;
		} catch (cause) {
			throw new UsageError(
				`The pattern ${JSON.stringify(pattern)} takes too long on ${text}; write it without groups of its kind.`,
				{ cause },
			);
		}
	};
}
