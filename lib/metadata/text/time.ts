import { RejectedError, UsageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/**
 * Reads a point in time: ISO 8601 extended (`2006-08-16T09:09:29.25+02:00`) or compact (`20060816T090929Z`,
 * `20060816090929`), ordinal dates (`2006-228`), TIFF's `2006:08:16 09:09:29`, what `inIsoOrder` turns into these; `T`, blank or `_` before the time; a date
 * alone is its midnight. Without a zone the time is local in `timeZone` (an IANA name); an hour that a change of the
 * clocks repeats is the first of the two, one that it leaves out is moved on by the gap. Fractions are cut to
 * milliseconds, what JavaScript's dates keep; a leap second is the second after it.
 * @returns null for anything else, impossible dates and years outside 1…9999 included.
 * @throws UsageError if there is no zone of that name.
 */
export function parseInstant(text: string, timeZone: string): Instant | null {
	if (text === "") return null;
	const known = plainInstant(text);
	if (known !== null) return known;
	const trimmed = inIsoOrder(text.trim());
	if (trimmed.length > maxLength) return null;
	const match = calendarDate.exec(trimmed) ?? ordinalDate.exec(trimmed);
	if (match === null) return null;
	const day = dayOf(match.groups ?? {});
	const rest = timeOfDay.exec(trimmed.slice(match[0].length));
	if (day === null || rest === null) return null;
	const { zone, ...clock } = rest.groups ?? {};
	const time = millisecondsOfDay(clock);
	const offset = zone === undefined ? null : offsetOf(zone);
	if (time === null || offset === undefined) return null;
	const local = day + time;
	return instantOf(offset === null ? localToUtc(local, timeZone) : local - offset);
}

const plain = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** Of a text that is in normal form already, or ends in `.000Z` instead, as nearly all are; null: it is in another one, or no time. */
function plainInstant(text: string): Instant | null {
	if (!plain.test(text)) return null;
	const instant = instantOf(Date.parse(text));
	// What the calendar lacks is read as something else: 30 February as 2 March.
	return instant === text.replace(".000Z", "Z") ? instant : null;
}

/** The normal form of an instant; null outside the years 1…9999. */
export function instantOf(millisecondsUtc: number): Instant | null {
	if (!(millisecondsUtc >= earliest && millisecondsUtc <= latest)) return null;
	return new Date(millisecondsUtc).toISOString().replace(".000Z", "Z");
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekday = "(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?";
const dayFirst = new RegExp(`^${weekday}(?<day>\\d{1,2})[- ](?<month>[A-Za-z]{3,9})[- ,]+(?<year>\\d{4})(?=$|[T\\s])`);
const monthFirst = /^(?<month>[A-Za-z]{3,9})\.? +(?<day>\d{1,2}),? +(?<year>\d{4})(?=$|[T\s])/;
/** What C's `asctime` writes: `Wed Aug 16 09:09:29 2006`. */
const yearLast = new RegExp(`^${weekday}(?<month>[A-Za-z]{3}) +(?<day>\\d{1,2}) +(?<clock>[\\d:.]+) +(?<year>\\d{4})$`);
/** Parts without their leading zeros, or with slashes; the year first, so that day and month cannot be mixed up. */
const yearFirst = /^(?<year>\d{4})(?<separator>[-/:])(?<month>\d{1,2})\k<separator>(?<day>\d{1,2})(?=$|[T\sZ_])/;

/**
 * `18-JUL-2017 10:10:29.026999`, `Jan 1, 2000`, `Wed, 16 Aug 2006 09:09:29 GMT`, `2006/8/16 9:09:29`, ESA's `UTC=2006-…` and zones
 * such as ` 0:00`, as ISO 8601; anything else stays as it is.
 */
export function inIsoOrder(text: string): string {
	if (text.length > maxLength || inOrder.test(text)) return text;
	const given = text.replace(/^UTC=(?=.*\d$)/, "");
	const match = dayFirst.exec(given) ?? monthFirst.exec(given) ?? yearLast.exec(given) ?? yearFirst.exec(given);
	const { day = "", month = "", year, clock } = match?.groups ?? {};
	const number = /^\d/.test(month) ? month.padStart(2, "0") : monthNumber(month);
	const rest = clock === undefined ? given.slice(match?.[0].length) : ` ${clock}`;
	const iso = match === null || number === null ? given : `${year}-${number}-${day.padStart(2, "0")}${rest}`;
	return iso
		.replace(/(?<=^\d{4}-\d\d-\d\d[T\s]+)(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?=$|[.,Z\s+-])/, padded)
		.replace(
			/(:\d\d(?:[.,]\d+)?) +([+-]?)(\d{1,2}):(\d\d)$/,
			(_, end: string, sign: string, hour: string, minute: string) => {
				return `${end}${sign || "+"}${hour.padStart(2, "0")}:${minute}`;
			},
		);
}

function padded(clock: string): string {
	return clock
		.split(":")
		.map((part) => part.padStart(2, "0"))
		.join(":");
}

/** Nothing of it is to be put in order: the patterns for all else take ten times as long. */
const inOrder = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** `Aug` and `August` as `08`, in either case; null for what begins no month's name. */
export function monthNumber(name: string): string | null {
	const index = monthNames.indexOf(name.slice(0, 3).toLowerCase());
	return index < 0 ? null : String(index + 1).padStart(2, "0");
}

const maxLength = 64;
const minute = 60_000;
const dayLength = 86_400_000;
const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

const calendarDate = /^(?<year>\d{4})(?<separator>[-:]?)(?<month>\d\d)\k<separator>(?<day>\d\d)/;
const ordinalDate = /^(?<year>\d{4})-?(?<dayOfYear>\d{3})(?!\d)/;
const timeOfDay = new RegExp(
	"^(?:(?:[Tt_]| +)?(?<hour>\\d\\d)(?:(?<separator>:?)(?<minute>\\d\\d)" +
		"(?:\\k<separator>(?<second>\\d\\d)(?:[.,](?<fraction>\\d+))?)?)?)?" +
		" *(?<zone>[Zz]|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)?$",
);

type Groups = Readonly<Record<string, string | undefined>>;

/** Midnight of the date as if it were UTC; null if the calendar has no such day. */
function dayOf({ year, month, day, dayOfYear }: Groups): number | null {
	const date = new Date(0);
	date.setUTCFullYear(Number(year), month === undefined ? 0 : Number(month) - 1, Number(day ?? dayOfYear));
	const kept = month === undefined ? Number(dayOfYear) > 0 : date.getUTCMonth() === Number(month) - 1;
	return kept && Number(day ?? 1) > 0 && date.getUTCFullYear() === Number(year) ? date.getTime() : null;
}

function millisecondsOfDay({ hour, minute: minutes, second, fraction }: Groups): number | null {
	const hours = Number(hour ?? 0);
	const wholeMinutes = Number(minutes ?? 0);
	const seconds = Number(second ?? 0);
	const milliseconds = Number((fraction ?? "").slice(0, 3).padEnd(3, "0"));
	const midnightAtTheEnd = hours === 24 && wholeMinutes === 0 && seconds === 0 && milliseconds === 0;
	const leapSecond = seconds === 60 && wholeMinutes === 59;
	if ((hours > 23 && !midnightAtTheEnd) || wholeMinutes > 59 || (seconds > 59 && !leapSecond)) return null;
	return hours * 60 * minute + wholeMinutes * minute + seconds * 1000 + (leapSecond ? 0 : milliseconds);
}

/** Milliseconds east of UTC; undefined beyond ±14:00, the limit of XML Schema. */
function offsetOf(zone: string): number | undefined {
	const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
	if (match === null) return 0;
	const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
	if (Number(match[3] ?? 0) > 59 || minutes > 14 * 60) return undefined;
	return (match[1] === "-" ? -minutes : minutes) * minute;
}

/** The same choices as the `compatible` disambiguation of ECMAScript's Temporal. */
function localToUtc(local: number, timeZone: string): number {
	if (timeZone === "UTC") return local;
	const before = zoneOffset(local - dayLength, timeZone);
	const after = zoneOffset(local + dayLength, timeZone);
	const candidates = [local - before, local - after].filter((utc) => utc + zoneOffset(utc, timeZone) === local);
	return candidates.length > 0 ? Math.min(...candidates) : local - before;
}

/** Milliseconds that the clocks of the zone are ahead of UTC at an instant. */
function zoneOffset(utc: number, timeZone: string): number {
	const wholeSecond = Math.floor(utc / 1000) * 1000;
	const parts: Record<string, string> = {};
	for (const { type, value } of clockOf(timeZone).formatToParts(wholeSecond)) parts[type] = value;
	const date = new Date(0);
	date.setUTCFullYear(Number(parts.year) * (parts.era === "BC" ? -1 : 1), Number(parts.month) - 1, Number(parts.day));
	date.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
	return date.getTime() - wholeSecond;
}

const clocksByZone = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
	let clock = clocksByZone.get(timeZone);
	if (clock === undefined) {
		try {
			clock = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
				timeZone,
				hourCycle: "h23",
				era: "short",
				year: "numeric",
				month: "2-digit",
				day: "2-digit",
				hour: "2-digit",
				minute: "2-digit",
				second: "2-digit",
			});
		} catch (cause) {
			throw new UsageError(`There is no time zone "${timeZone}"; give an IANA name such as Europe/Vienna.`, { cause });
		}
		clocksByZone.set(timeZone, clock);
	}
	return clock;
}

/**
 * @param name of the field, for the message
 * @throws RejectedError `invalid-metadata` if the text is no time.
 */
export function instantOrReject(text: string, timeZone: string, name: string): Instant {
	const instant = parseInstant(text, timeZone);
	if (instant === null)
		throw new RejectedError(
			"invalid-metadata",
			`its ${name.slice(0, 60)} "${text.slice(0, 60)}" is not a time; write it as 2006-08-16T09:09:29Z`,
		);
	return instant;
}

/**
 * The time of a single acquisition, UTC, where date and time of day are two fields; without the latter the whole day.
 * @throws RejectedError as `instantOrReject`.
 */
export function acquisitionOrReject(date: string, time: string | null, name: string) {
	if (time !== null) {
		const instant = instantOrReject(`${date}T${time}`, "UTC", name);
		return { begin: instant, end: instant };
	}
	const begin = instantOrReject(date, "UTC", name);
	const isDay = begin.endsWith("T00:00:00Z") && !/[T:]\d/.test(date);
	return { begin, end: isDay ? begin.replace("T00:00:00Z", "T23:59:59.999Z") : begin };
}
