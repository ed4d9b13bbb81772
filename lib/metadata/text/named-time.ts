import type { Instant, NamedPeriod } from "#lib/metadata/metadata.ts";
import { monthNumber, parseInstant } from "./time.ts";

/** A time as part of a file's name: an instant, or a whole day, month or year. */
export interface NamedTime {
	readonly first: Instant;
	/** The same as `first`, or the last millisecond of the period. */
	readonly last: Instant;
	/** null: an instant. */
	readonly period: NamedPeriod | null;
}

/**
 * Reads what a group of a file-name pattern matched: all that `parseInstant` reads, besides it dates and times with `-`, `_`, `.`,
 * a blank or nothing between their parts (`2006-08-16T09-09-29`, `2006_08_16`, `20060816-0909`), a day of the year with or without a time (`2006228`,
 * `2006228.0909`, `2006228090929`) and names of months (`16AUG2006`, `2006Aug16`). A month alone (`200608`, `2006-08`, `Aug2006`) or a year alone
 * (`2006`), from 1850 to 2199, is the whole period: composites and maps are named so. Without a zone it is local in `timeZone`.
 * @returns null for anything else, and for days that no calendar has.
 */
export function parseNamedTime(text: string, timeZone: string): NamedTime | null {
	const given = text.trim();
	if (given.length > 64) return null;
	const period = periodOf(given);
	if (period !== null) return between(period.first, period.last, { period: period.is, zone: "", timeZone });
	const parts = partsOf(given);
	if (parts === null) return at(text, timeZone);
	const { date, time, zone } = parts;
	return time === "" ? between(date, date, { period: "day", zone, timeZone }) : at(`${date}T${time}${zone}`, timeZone);
}

function at(text: string, timeZone: string): NamedTime | null {
	const instant = parseInstant(text, timeZone);
	return instant === null ? null : { first: instant, last: instant, period: null };
}

interface Period {
	readonly period: NamedPeriod;
	readonly zone: string;
	readonly timeZone: string;
}

/** From the midnight that the first day begins with to the last millisecond of the last one. */
function between(firstDay: string, lastDay: string, { period, zone, timeZone }: Period): NamedTime | null {
	const first = parseInstant(`${firstDay}T00:00:00${zone}`, timeZone);
	const last = parseInstant(`${lastDay}T23:59:59.999${zone}`, timeZone);
	return first === null || last === null ? null : { first, last, period };
}

const gap = "[-_.:/ ]?";
const dates = [
	`(?<year>\\d{4})${gap}(?<month>\\d\\d)${gap}(?<day>\\d\\d)`,
	`(?<year>\\d{4})${gap}(?<dayOfYear>\\d{3})`,
	`(?<day>\\d{1,2})${gap}(?<name>[A-Za-z]{3,9})${gap}(?<year>\\d{4})`,
	`(?<year>\\d{4})${gap}(?<name>[A-Za-z]{3,9})${gap}(?<day>\\d{1,2})`,
];
const clock = `(?:[Tt]|${gap})(?<hour>\\d\\d)[-_.:hH]?(?<minute>\\d\\d)(?:[-_.:mM]?(?<second>\\d\\d)[sS]?(?:[.,](?<fraction>\\d+))?)?`;
const forms = dates.map((date) => new RegExp(`^${date}(?:${clock})?(?<zone>[Zz]|[+-]\\d\\d:?\\d\\d)?$`));

/** Other numbers are more likely a day and a month, or no time at all. */
const year = "(?<year>18[5-9]\\d|19\\d\\d|2[01]\\d\\d)";
const periods = [
	year,
	`${year}${gap}(?<month>\\d\\d)`,
	`${year}${gap}(?<name>[A-Za-z]{3,9})`,
	`(?<name>[A-Za-z]{3,9})${gap}${year}`,
].map((form) => new RegExp(`^${form}$`));

function partsOf(text: string): { readonly date: string; readonly time: string; readonly zone: string } | null {
	for (const form of forms) {
		const groups = form.exec(text)?.groups;
		if (groups === undefined) continue;
		const { year, day, dayOfYear, name, hour, minute, second = "00", fraction, zone = "" } = groups;
		const month = name === undefined ? groups.month : monthNumber(name);
		if (name !== undefined && month === null) continue;
		const date = dayOfYear === undefined ? `${year}-${month}-${day?.padStart(2, "0")}` : `${year}-${dayOfYear}`;
		const time = hour === undefined ? "" : `${hour}:${minute}:${second}${fraction === undefined ? "" : `.${fraction}`}`;
		return { date, time, zone };
	}
	return null;
}

/** A month or year alone, by its first and last day. */
function periodOf(
	text: string,
): { readonly is: "month" | "year"; readonly first: string; readonly last: string } | null {
	const groups = periods.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
	if (groups === undefined) return null;
	const { year, name } = groups;
	const month = name === undefined ? groups.month : monthNumber(name);
	if (month === undefined) return { is: "year", first: `${year}-01-01`, last: `${year}-12-31` };
	if (month === null || month < "01" || month > "12") return null;
	const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
	return { is: "month", first: `${year}-${month}-01`, last: `${year}-${month}-${days}` };
}
