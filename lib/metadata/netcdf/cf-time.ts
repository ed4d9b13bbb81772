import type { Instant } from "#lib/metadata/metadata.ts";
import { instantOf } from "#lib/metadata/text/time.ts";

/** Milliseconds; months and years are the mean ones of UDUNITS, as CF has it. */
const lengthsByUnit: Readonly<Record<string, number>> = {
	microsecond: 1e-3,
	millisecond: 1,
	msec: 1,
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
};

const dayLength = 86_400_000;
const reference =
	/^([a-z]+?)s?\s+since\s+(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?)?)?\s*(?:Z|UTC|GMT|([+-])(\d{1,2}):?(\d\d)?)?$/i;

/**
 * The instant `value` after the reference of `units` (`days since 1970-01-01 00:00:00`; CF conventions 1.10, 4.4), in
 * UTC unless they carry a zone. Dates of calendars with other years (`noleap`, `360_day`, …) become the Gregorian date
 * of the same name, the last of the month for days it does not have.
 * @returns null for units or calendars of other kinds, and beyond the years 1…9999.
 */
export function instantSince(value: number, units: string, calendar: string): Instant | null {
	const match = reference.exec(units.trim().slice(0, 100));
	const unit = lengthsByUnit[match?.[1]?.toLowerCase() ?? ""];
	const days = calendars[calendar.trim().toLowerCase() || "standard"];
	if (match === null || unit === undefined || days === undefined || !Number.isFinite(value)) return null;
	const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
		.slice(2, 8)
		.map((word) => Number(word ?? 0));
	if (month < 1 || month > 12 || day < 1 || day > 31) return null;
	const zone = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * 60_000 * (match[8] === "-" ? -1 : 1);
	const clock = ((hour * 60 + minute) * 60 + second) * 1000 - zone;
	// Halves of milliseconds come from fractions of days.
	const milliseconds = Math.round(days.toDays(year, month, day) * dayLength + clock + value * unit);
	const wholeDays = Math.floor(milliseconds / dayLength);
	const date = days.toUtc(wholeDays);
	return date === null ? null : instantOf(date + milliseconds - wholeDays * dayLength);
}

interface Calendar {
	/** Days since any fixed one. */
	readonly toDays: (year: number, month: number, day: number) => number;
	/** Midnight UTC of the date, milliseconds since 1970. */
	readonly toUtc: (days: number) => number | null;
}

function utc(year: number, month: number, day: number): number {
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	return date.getTime();
}

const gregorian: Calendar = {
	toDays: (year, month, day) => utc(year, month, day) / dayLength,
	toUtc: (days) => days * dayLength,
};

/** Days of the Julian calendar as days since 1970-01-01 (Gregorian); Meeus, Astronomical Algorithms, chapter 7. */
function julianDays(year: number, month: number, day: number): number {
	const [y, m] = month > 2 ? [year, month] : [year - 1, month + 12];
	return Math.floor(365.25 * (y + 4716)) + Math.floor(30.6001 * (m + 1)) + day - 1524.5 - 2440587.5;
}

/** The first day of the Gregorian calendar, 1582-10-15. */
const reform = utc(1582, 10, 15) / dayLength;

const standard: Calendar = {
	toDays: (year, month, day) => {
		const days = gregorian.toDays(year, month, day);
		return days >= reform ? days : julianDays(year, month, day);
	},
	toUtc: gregorian.toUtc,
};

function sameYears(monthLengths: readonly number[]): Calendar {
	const yearLength = monthLengths.reduce((sum, length) => sum + length, 0);
	return {
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

const calendars: Readonly<Record<string, Calendar>> = {
	standard,
	gregorian: standard,
	proleptic_gregorian: gregorian,
	julian: { toDays: julianDays, toUtc: gregorian.toUtc },
	noleap: noLeap,
	"365_day": noLeap,
	all_leap: allLeap,
	"366_day": allLeap,
	"360_day": sameYears(Array<number>(12).fill(30)),
};
