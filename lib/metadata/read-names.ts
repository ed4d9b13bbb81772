import { UsageError } from "#lib/errors.ts";
import type { Instant, NamedPeriod } from "#lib/metadata/metadata.ts";
import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import { type FileNameExpression, parseFileName } from "#lib/patterns/file-name.ts";

/** What a pattern reads from one name; null where it reads nothing. */
export interface NameReading {
	readonly name: string;
	readonly id: string | null;
	readonly begin: Instant | null;
	readonly end: Instant | null;
	/** The name ends with a day, month or year alone, and `end` is its last millisecond; null: it gives an instant, or no time. */
	readonly wholePeriod: NamedPeriod | null;
	/** Why it is no use, a sentence; null: it is read. */
	readonly problem: string | null;
}

export interface NamesRead {
	/** Of those asked for the one that reads most names. */
	readonly pattern: string;
	readonly readings: readonly NameReading[];
	/** How many have a problem. */
	readonly unread: number;
}

/** Tries patterns on names; the first that reads the most counts. @throws UsageError for what is no pattern */
export function readNames(patterns: readonly string[], names: readonly string[], timeZone: string): NamesRead {
	let best: NamesRead | null = null;
	for (const pattern of patterns) {
		const expression = parseFileName(pattern);
		if (!("test" in expression)) throw new UsageError(`The pattern cannot be used: ${expression.beyond}.`);
		const readings = names.map((name) => readName(name, expression, timeZone));
		const unread = readings.filter(({ problem }) => problem !== null).length;
		if (best === null || unread < best.unread) best = { pattern, readings, unread };
	}
	if (best === null) throw new UsageError("Give a pattern.");
	return best;
}

function readName(
	name: string,
	{ test }: Extract<FileNameExpression, { test: unknown }>,
	timeZone: string,
): NameReading {
	const nothing = { name, id: null, begin: null, end: null, wholePeriod: null };
	const parts = test(name.slice(0, 255));
	if (parts === null) return { ...nothing, problem: "The pattern does not fit this name." };
	const [begin, end] = [parts.begin, parts.end].map((text) => (text === null ? null : parseNamedTime(text, timeZone)));
	const given = [parts.begin, parts.end].find((text, i) => text !== null && [begin, end][i] === null);
	if (given !== undefined && given !== null) return { ...nothing, id: parts.id, problem: `“${given}” is not a time.` };
	const until = end?.last ?? begin?.last ?? null;
	const wholePeriod = (end ?? begin)?.period ?? null;
	const reading = { name, id: parts.id, begin: begin?.first ?? null, end: until, wholePeriod };
	const isBackwards = reading.begin !== null && until !== null && Date.parse(reading.begin) > Date.parse(until);
	return { ...reading, problem: isBackwards ? "It would end before it begins." : null };
}
