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
	const from = Date.parse(instant) + microsecondsIn(text);
	return { from, to: isDate.test(text) ? from + dayLength - 1 : from };
}

/** The time of an instant of the catalogue in milliseconds; microseconds are their fraction. */
export function timeOf(instant: string): number {
	return Date.parse(instant) + microsecondsIn(instant);
}

/** The fourth to sixth digit of the second, as a fraction of a millisecond. */
function microsecondsIn(text: string): number {
	const [, digits = ""] = /[.,]\d{3}(\d{1,3})/.exec(text) ?? [];
	return digits === "" ? 0 : Number(digits.padEnd(3, "0")) / 1000;
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

/** The last instant before the year 10000. A number near it is rounded up to that year, which the catalogue cannot store and PostgreSQL writes differently. */
const last = { milliseconds: Date.parse("9999-12-31T23:59:59.999Z"), text: "9999-12-31T23:59:59.999999Z" };

/** As the catalogue writes instants; a fraction of a millisecond as microseconds. */
export function instantText(milliseconds: number): string {
	if (milliseconds > last.milliseconds) return last.text;
	const whole = Math.floor(milliseconds);
	const micros = Math.round((milliseconds - whole) * 1000);
	if (micros > 0 && micros < 1000)
		return new Date(whole).toISOString().replace("Z", `${String(micros).padStart(3, "0")}Z`);
	const rounded = micros === 1000 ? whole + 1 : whole;
	return instantOf(rounded) ?? new Date(rounded).toISOString();
}
