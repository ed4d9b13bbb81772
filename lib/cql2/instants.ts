import { instantOf, parseInstant } from "#lib/metadata/text/time.ts";
import { Cql2Error } from "./expression.ts";

/** A stretch of time in milliseconds, both ends included; infinite where it is open. An instant begins where it ends. */
export interface Stretch {
	readonly from: number;
	readonly to: number;
}

const dayLength = 86_400_000;
const isDate = /^\d{4}-\d\d-\d\d$/;
const isTimestamp = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/;

/** A date is its whole day in UTC; a time without a zone is UTC. null: it is neither. */
export function stretchOf(text: string): Stretch | null {
	if (!isDate.test(text) && !isTimestamp.test(text)) return null;
	const instant = parseInstant(text, "UTC");
	if (instant === null) return null;
	const from = Date.parse(instant);
	return { from, to: isDate.test(text) ? from + dayLength - 1 : from };
}

/** @throws Cql2Error that shows what it must look like */
export function requireDate(text: string): string {
	if (isDate.test(text) && stretchOf(text) !== null) return text;
	throw new Cql2Error(`“${text.slice(0, 60)}” is not a date: write it as DATE('2026-10-31').`);
}

/** @throws Cql2Error that shows what it must look like */
export function requireTimestamp(text: string): string {
	if (isTimestamp.test(text) && stretchOf(text) !== null) return text;
	throw new Cql2Error(`“${text.slice(0, 60)}” is not a time: write it as TIMESTAMP('2026-10-31T12:00:00Z').`);
}

/** @throws Cql2Error that shows what it must look like */
export function requireIntervalEnd(text: string): string {
	if (text === ".." || stretchOf(text) !== null) return text;
	throw new Cql2Error(
		`“${text.slice(0, 60)}” is no end of an interval: write 2026-10-31, 2026-10-31T12:00:00Z or .. where it is open.`,
	);
}

/** As the catalogue writes instants. */
export function instantText(milliseconds: number): string {
	return instantOf(milliseconds) ?? new Date(milliseconds).toISOString();
}
