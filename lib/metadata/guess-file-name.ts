import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import { parseFileName } from "#lib/patterns/file-name.ts";

/** How a time may stand in a name: RE2, the most exact first. Each has a year of 1900…2099. */
const forms = [
	"(?:19|20)\\d{6}T\\d{6}",
	"(?:19|20)\\d{6}[_-]\\d{6}",
	"(?:19|20)\\d{12}",
	"(?:19|20)\\d\\d-\\d\\d-\\d\\d[T_-]\\d\\d[-_:]?\\d\\d[-_:]?\\d\\d",
	"(?:19|20)\\d{11}",
	"(?:19|20)\\d{5}\\.\\d{4}",
	"(?:19|20)\\d{6}T\\d{4}",
	"(?:19|20)\\d{6}[_-]\\d{4}",
	"(?:19|20)\\d{6}",
	"(?:19|20)\\d\\d[-_.]\\d\\d[-_.]\\d\\d",
	"(?:19|20)\\d{5}",
	"\\d{1,2}[-_]?[A-Za-z]{3}[-_]?(?:19|20)\\d\\d",
	"(?:19|20)\\d\\d[-_]?[A-Za-z]{3}[-_]?\\d{1,2}",
] as const;
const edge = { before: "(?:^|[^0-9])", after: "(?:[^0-9]|$)" } as const;

export interface GuessedPattern {
	readonly pattern: string;
	/** Of how many of the names it reads a begin. */
	readonly read: number;
}

/** The `fileName` pattern that reads times from most of the names; null when none reads any. */
export function guessFileName(names: readonly string[], timeZone: string): GuessedPattern | null {
	let best: GuessedPattern | null = null;
	for (const form of forms) {
		const patterns = [
			`${edge.before}(?<begin>${form})[^0-9A-Za-z]{1,2}(?<end>${form})${edge.after}`,
			`${edge.before}(?<begin>${form})${edge.after}`,
		];
		for (const pattern of patterns) {
			const read = countRead(pattern, names, timeZone);
			if (read > (best?.read ?? 0)) best = { pattern, read };
		}
	}
	return best;
}

function countRead(pattern: string, names: readonly string[], timeZone: string): number {
	const parsed = parseFileName(pattern);
	if (!("test" in parsed)) return 0;
	return names.filter((name) => {
		const parts = parsed.test(name);
		const begin = parts?.begin ? parseNamedTime(parts.begin, timeZone) : null;
		if (begin === null || parts === null) return false;
		const end = parts.end === null ? begin : parseNamedTime(parts.end, timeZone);
		return end !== null && begin.first <= end.last;
	}).length;
}
