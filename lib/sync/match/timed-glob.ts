import { createContext, Script } from "node:vm";
import picomatch from "picomatch";
import { messageOf, UsageError } from "#lib/errors.ts";
import { parseGlob } from "#lib/patterns/glob.ts";

/** Whether a name fits; null: it took too long to find out. */
export type TimedTest = (text: string) => boolean | null;

/**
 * A source's pattern as a test. Those that `parseGlob` does not know are refused when they are entered; stored ones from
 * before go on by picomatch, whose regular expressions may backtrack for ever: each name has a moment.
 * @param timeLimitMs for one name; V8 looks for the limit while it backtracks
 * @throws UsageError for what is no pattern; the test of a stored one throws it when too many names take too long.
 */
export function globTest(pattern: string, { timeLimitMs = 100 } = {}): TimedTest {
	const glob = parseGlob(pattern);
	return "test" in glob ? glob.test : picomatchTest(pattern.normalize("NFC"), timeLimitMs);
}

/** Whether a pattern is one of those that may take too long. */
export function isTimed(pattern: string): boolean {
	return "beyond" in parseGlob(pattern);
}

/** With more of them nothing else would be done for too long: the run fails, and says why. */
const maxSlowNames = 50;

function picomatchTest(pattern: string, timeLimitMs: number): TimedTest {
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
	let slowNames = 0;
	return (text) => {
		context.text = text.normalize("NFC");
		try {
			return script.runInContext(context, { timeout: timeLimitMs }) === true;
		} catch (cause) {
			if (++slowNames <= maxSlowNames) return null;
			throw new UsageError(
				`The pattern ${JSON.stringify(pattern)} takes too long on ${text}, and on ${maxSlowNames} names before; write it without groups of its kind.`,
				{ cause },
			);
		}
	};
}
