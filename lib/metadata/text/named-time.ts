import type { Instant } from "#lib/metadata/metadata.ts";
import { monthNumber, parseInstant } from "./time.ts";

/** A time as part of a file's name: an instant, or a whole day when it is a date alone. */
export interface NamedTime {
	readonly first: Instant;
	/** The same as `first`, or a day's last millisecond. */
	readonly last: Instant;
	readonly isDay: boolean;
}

/**
 * Reads what a group of a file-name pattern matched: all that `parseInstant` reads, besides it dates and times with `-`, `_`, `.`,
 * a blank or nothing between their parts (`2006-08-16T09-09-29`, `2006_08_16`, `20060816-0909`), a day of the year with or without a time (`2006228`,
 * `2006228.0909`, `2006228090929`) and names of months (`16AUG2006`, `2006Aug16`). Without a zone it is local in `timeZone`.
 * @returns null for anything else, and for days that no calendar has.
 */
export function parseNamedTime(text: string, timeZone: string): NamedTime | null {
	const parts = partsOf(text.trim());
	if (parts === null) {
		const instant = parseInstant(text, timeZone);
		return instant === null ? null : { first: instant, last: instant, isDay: false };
	}
	const { date, time, zone } = parts;
	if (time !== "") {
		const instant = parseInstant(`${date}T${time}${zone}`, timeZone);
		return instant === null ? null : { first: instant, last: instant, isDay: false };
	}
	const first = parseInstant(`${date}T00:00:00${zone}`, timeZone);
	const last = parseInstant(`${date}T23:59:59.999${zone}`, timeZone);
	return first === null || last === null ? null : { first, last, isDay: true };
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

function partsOf(text: string): { readonly date: string; readonly time: string; readonly zone: string } | null {
	if (text.length > 64) return null;
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
