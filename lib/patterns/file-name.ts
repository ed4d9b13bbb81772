import { RE2JS } from "re2js";
import { messageOf, UsageError } from "#lib/errors.ts";

/** The parts of a file's name; null where the pattern has no such group or it did not take part. */
export interface FileNameParts {
	readonly id: string | null;
	readonly begin: string | null;
	readonly end: string | null;
}

/** null if the name does not match. */
export type FileNameTest = (name: string) => FileNameParts | null;

/** A parsed regular expression, or why it was refused: JavaScript has constructs that cannot be matched in linear time. */
export type FileNameExpression = { readonly test: FileNameTest } | { readonly beyond: string };

const maxPatternLength = 1000;
export const fileNameGroups = ["id", "begin", "end"] as const;

/**
 * A source's `fileName`: a regular expression over base names with the named groups `id`, `begin`, `end` (`(?<id>…)`, or as
 * Python writes them `(?P<id>…)`), at least one of them. RE2 matches it, in a time that grows with the name's length, whatever
 * the expression: some 20 µs a name.
 * @throws UsageError for an invalid regular expression, or one with none of the groups.
 */
export function parseFileName(text: string): FileNameExpression {
	if (text.length > maxPatternLength) {
		throw new UsageError(
			`The file-name pattern has ${text.length} characters; at most ${maxPatternLength} are allowed.`,
		);
	}
	if (!fileNameGroups.some((name) => text.includes(`(?<${name}>`) || text.includes(`(?P<${name}>`))) {
		throw new UsageError(`The file-name pattern ${text} has none of the groups (?<begin>…), (?<end>…), (?<id>…).`);
	}
	let expression: RE2JS;
	try {
		expression = RE2JS.compile(text);
	} catch (cause) {
		const why = unknownToRe2(text) ?? messageOf(cause).replace(/^error parsing regexp: /, "");
		if (isJavaScript(text)) return { beyond: why };
		throw new UsageError(`The file-name pattern ${text} is not a regular expression: ${why}.`, { cause });
	}
	const groups = expression.namedGroups();
	return {
		test: (name) => {
			const matcher = expression.matcher(name);
			if (!matcher.find()) return null;
			const part = (group: string) => (Object.hasOwn(groups, group) ? matcher.group(group) : null) || null;
			return { id: part("id"), begin: part("begin"), end: part("end") };
		},
	};
}

/** In words, what other languages' expressions have and RE2 has not; null: it is something else. */
function unknownToRe2(text: string): string | null {
	if (/\(\?<?[=!]/.test(text))
		return "RE2 does not look ahead or behind, as (?=…), (?!…), (?<=…) and (?<!…) do; what precedes or follows a group can be written beside it";
	if (/\\[1-9]|\\k<|\(\?P=/.test(text)) return "RE2 has no back references, such as \\1 or (?P=name)";
	return null;
}

function isJavaScript(text: string): boolean {
	try {
		new RegExp(text);
		return true;
	} catch {
		return false;
	}
}
