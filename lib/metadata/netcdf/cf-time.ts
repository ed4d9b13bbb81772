import { lookupTable } from "#lib/lookup-table.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { inIsoOrder, instantOf } from "#lib/metadata/text/time.ts";

/** Milliseconds; months and years are the mean ones of UDUNITS, as CF has it. */
const lengthsByUnit = lookupTable<number>({
	nanosecond: 1e-6,
	nsec: 1e-6,
	ns: 1e-6,
	microsecond: 1e-3,
	microsec: 1e-3,
	usec: 1e-3,
	us: 1e-3,
	µs: 1e-3,
	μs: 1e-3,
	millisecond: 1,
	millisec: 1,
	msec: 1,
	ms: 1,
	second: 1000,
	sec: 1000,
	s: 1000,
	minute: 60_000,
	min: 60_000,
	hour: 3_600_000,
	hr: 3_600_000,
	h: 3_600_000,
	day: 86_400_000,
	d: 86_400_000,
	week: 604_800_000,
	month: 31_556_925_974.7 / 12,
	year: 31_556_925_974.7,
});

const dayLength = 86_400_000;
const since = /^([a-zµμ_]+)\s+since\s+(.+)$/i;
const reference =
	/^(?:(\d{4})(?:-(\d{1,2}))?|(\d{1,4})([-/])(\d{1,2})\4(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?)?)?\s*(Z|UTC|GMT|([+-]?)(\d{1,2})(?::?([0-5]\d))?)?)$/i;
const packedReference = /^(\d{4})(\d\d)(\d\d)(?=$|[T\s])/;

/** Whether units count from a point in time. */
export function isSince(units: string): boolean {
	return since.test(units);
}

/** How long a time without a beginning is (`hours`), in milliseconds; null for other units. */
export function lengthOfUnit(units: string): number | null {
	const word = units.trim().toLowerCase();
	return lengthsByUnit[word] ?? lengthsByUnit[word.replace(/s$/, "")] ?? null;
}

/**
 * The instant `value` after the reference of `units` (`days since 1970-01-01 00:00:00`; CF conventions 1.10, 4.4), in
 * UTC unless they carry a zone. Dates of calendars with other years (`noleap`, `360_day`, …) become the Gregorian date
 * of the same name, the last of the month for days it does not have.
 * @returns null for units or calendars of other kinds, and beyond the years 1…9999.
 */
export function instantSince(value: number, units: string, calendar: string): Instant | null {
	return clockOf(units, calendar)?.(value) ?? null;
}

/** What turns values into instants; null for units or calendars that are not known, and references that are no date. */
export function clockOf(units: string, calendar: string): ((value: number) => Instant | null) | null {
	const [, unit = "", epoch = ""] = since.exec(units.trim().slice(0, 100)) ?? [];
	const name = calendar.trim().toLowerCase() || "standard";
	const days = calendars[name];
	const length = lengthIn(unit.toLowerCase(), days);
	const match = reference.exec(inIsoOrder(epoch.trim()).replace(packedReference, "$1-$2-$3"));
	if (match === null || days === undefined || length === null) return null;
	const date = [match[3] ?? match[1], match[5] ?? match[2], match[6]].map((word) => Number(word ?? 1));
	const [year = 0, month = 1, day = 1] = date;
	const [hour = 0, minute = 0, second = 0] = match.slice(7, 10).map((word) => Number(word ?? 0));
	const zone = Number(match[12] ?? 0) * 60 + Number(match[13] ?? 0);
	const isZoneAlone = match[12] !== undefined && match[7] === undefined;
	if (hour > 24 || minute > 59 || second >= 61 || zone > 14 * 60 || isZoneAlone) return null;
	if (!hasDay(days, year, month, day)) return null;
	const clock = ((hour * 60 + minute) * 60 + second) * 1000 - zone * 60_000 * (match[11] === "-" ? -1 : 1);
	const start = days.toDays(year, month, day);
	return (value) => {
		if (!Number.isFinite(value)) return null;
		// Halves of milliseconds come from fractions of days.
		const milliseconds = Math.round(start * dayLength + clock + value * length);
		const wholeDays = Math.floor(milliseconds / dayLength);
		const date = days.toUtc(wholeDays);
		return date === null ? null : instantOf(date + milliseconds - wholeDays * dayLength);
	};
}

/** Months and years that are all alike have the length of their calendar. */
function lengthIn(unit: string, calendar: Calendar | undefined): number | null {
	const [, common, name] = /^(common_)?(month|year)s?$/.exec(unit) ?? [];
	const yearLength = calendar?.yearLength ?? null;
	if (name === "year" && common !== undefined) return yearLength === 365 ? 365 * dayLength : null;
	if (name !== undefined && common === undefined && yearLength === 360) return (name === "year" ? 360 : 30) * dayLength;
	return common === undefined ? lengthOfUnit(unit) : null;
}

function hasDay(calendar: Calendar, year: number, month: number, day: number): boolean {
	if (month < 1 || month > 12 || day < 1 || (year === 0 && !calendar.hasYearZero)) return false;
	const next = month === 12 ? calendar.toDays(year + 1, 1, 1) : calendar.toDays(year, month + 1, 1);
	return calendar.toDays(year, month, day) < next;
}

interface Calendar {
	/** Days since any fixed one. */
	readonly toDays: (year: number, month: number, day: number) => number;
	/** Midnight UTC of the date, milliseconds since 1970. */
	readonly toUtc: (days: number) => number | null;
	/** Where all years are alike. */
	readonly yearLength: number | null;
	/** Before the first year; where there is none, the year 0 of climatologies is no date. */
	readonly hasYearZero: boolean;
}

function utc(year: number, month: number, day: number): number {
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	return date.getTime();
}

const gregorian: Calendar = {
	toDays: (year, month, day) => utc(year, month, day) / dayLength,
	toUtc: (days) => days * dayLength,
	yearLength: null,
	hasYearZero: true,
};

/** Days of the Julian calendar as days since 1970-01-01 (Gregorian); Meeus, Astronomical Algorithms, chapter 7. */
function julianDays(year: number, month: number, day: number): number {
	const [y, m] = month > 2 ? [year, month] : [year - 1, month + 12];
	return Math.floor(365.25 * (y + 4716)) + Math.floor(30.6001 * (m + 1)) + day - 1524.5 - 2440587.5;
}

/**
 * Since the reform the Gregorian date of the same name, as for a model's calendars: writers that say `julian` (GPM's IMERG) mean
 * the dates that everybody has.
 */
function julianToUtc(days: number): number {
	if (days < julianDays(1582, 10, 15)) return days * dayLength;
	const shifted = Math.floor(days + 2440587.5 + 0.5) + 1524;
	const century = Math.floor((shifted - 122.1) / 365.25);
	const before = Math.floor(365.25 * century);
	const month = Math.floor((shifted - before) / 30.6001);
	const day = shifted - before - Math.floor(30.6001 * month);
	const monthOfYear = month < 14 ? month - 1 : month - 13;
	const year = monthOfYear > 2 ? century - 4716 : century - 4715;
	return utc(year, monthOfYear, Math.min(day, new Date(utc(year, monthOfYear + 1, 0)).getUTCDate()));
}

/** The first day of the Gregorian calendar, 1582-10-15. */
const reform = utc(1582, 10, 15) / dayLength;

const standard: Calendar = {
	toDays: (year, month, day) => {
		const days = gregorian.toDays(year, month, day);
		return days >= reform ? days : julianDays(year, month, day);
	},
	toUtc: gregorian.toUtc,
	yearLength: null,
	hasYearZero: false,
};

function sameYears(monthLengths: readonly number[]): Calendar {
	const yearLength = monthLengths.reduce((sum, length) => sum + length, 0);
	return {
		yearLength,
		hasYearZero: true,
		toDays: (year, month, day) =>
			year * yearLength + monthLengths.slice(0, month - 1).reduce((sum, length) => sum + length, 0) + day - 1,
		toUtc: (days) => {
			const year = Math.floor(days / yearLength);
			let rest = days - year * yearLength;
			let month = 0;
			while (rest >= (monthLengths[month] ?? Number.POSITIVE_INFINITY)) {
				rest -= monthLengths[month] ?? 0;
				month += 1;
			}
			const last = new Date(utc(year, month + 2, 0)).getUTCDate();
			return utc(year, month + 1, Math.min(rest + 1, last));
		},
	};
}

const noLeap = sameYears([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
const allLeap = sameYears([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

const calendars = lookupTable<Calendar>({
	standard,
	gregorian: standard,
	proleptic_gregorian: gregorian,
	julian: { ...standard, toDays: julianDays, toUtc: julianToUtc },
	noleap: noLeap,
	"365_day": noLeap,
	all_leap: allLeap,
	"366_day": allLeap,
	"360_day": sameYears(Array<number>(12).fill(30)),
});
