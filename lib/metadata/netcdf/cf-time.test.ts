import { expect, test } from "vitest";
import { instantSince } from "./cf-time.ts";

/** As cftime 1.6 has them; Julian dates become the Gregorian ones of the same days. */
test.each<[number, string, string, string | null]>([
	[10.5, "days since 2000-01-01", "", "2000-01-11T12:00:00Z"],
	[36, "hours since 2000-01-01 06:30:00", "standard", "2000-01-02T18:30:00Z"],
	[1, "minutes since 2000-01-01T00:00:00Z", "gregorian", "2000-01-01T00:01:00Z"],
	[1.5, "seconds since 1981-01-01 00:00:00.5", "proleptic_gregorian", "1981-01-01T00:00:02Z"],
	[1500, "milliseconds since 2000-01-01", "", "2000-01-01T00:00:01.500Z"],
	[0, "hours since 2000-01-01 00:00:00 +02:00", "", "1999-12-31T22:00:00Z"],
	[0, "Days Since 1-1-1 0:0:0", "proleptic_gregorian", "0001-01-01T00:00:00Z"],
	[735000, "days since 0001-01-01 00:00:00", "standard", "2013-05-11T00:00:00Z"],
	[59, "days since 2000-01-01", "noleap", "2000-03-01T00:00:00Z"],
	[365.25, "days since 2001-01-01", "365_day", "2002-01-01T06:00:00Z"],
	[59, "days since 2001-01-01", "all_leap", "2001-02-28T00:00:00Z"],
	[59, "days since 2001-01-01", "360_day", "2001-02-28T00:00:00Z"],
	[360, "days since 2001-01-01", "360_day", "2002-01-01T00:00:00Z"],
	[13, "days since 1900-01-01", "julian", "1900-01-26T00:00:00Z"],
	[1, "ms since 2000-01-01", "", "2000-01-01T00:00:00.001Z"],
	[3, "secs since 1-JAN-2000 12:00:00", "", "2000-01-01T12:00:03Z"],
	[1, "days since 1985-01-01 00:00:00.0 0:00", "", "1985-01-02T00:00:00Z"],
	[1, "hours since 1992-10-8 15:15:42.5 -6:00", "", "1992-10-08T22:15:42.500Z"],
	[1, "seconds since Jan 1, 2000", "", "2000-01-01T00:00:01Z"],
	[1, "days since 20200101 06:00", "", "2020-01-02T06:00:00Z"],
	[2, "months since 2001-01-01", "360_day", "2001-03-01T00:00:00Z"],
	[2, "common_years since 2001-01-01", "noleap", "2003-01-01T00:00:00Z"],
	[0, "days since 2001-02-30", "360_day", "2001-02-28T00:00:00Z"],
	[0, "days since 2001-02-30", "", null],
	[0, "days since 01-01-1970", "", null],
	[0, "days since 0000-01-01", "", null],
	[0, "days since 2000-01-01 25:00", "", null],
	[0, "seconds since 1993-01-01 TAI", "", null],
	[1, "days since 2000-01-01", "constructor", null],
	[1, "fortnights since 2000-01-01", "", null],
	[1, "days since yesterday", "", null],
	[1, "days since 2000-13-01", "", null],
	[1, "days since 2000-01-01", "mayan", null],
	[Number.NaN, "days since 2000-01-01", "", null],
	[1e300, "days since 2000-01-01", "", null],
	[1e9, "days since 2000-01-01", "360_day", null],
])("%f %s (%s): %s", (value, units, calendar, instant) => {
	expect(instantSince(value, units, calendar)).toBe(instant);
});
