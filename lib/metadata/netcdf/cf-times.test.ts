import { expect, test } from "vitest";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { type ClassicVariable, writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { netcdf3 } from "./netcdf.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };

const steps = (size: number, first: number, step: number) =>
	Array.from({ length: size }, (_, index) => first + step * index);
const place = {
	lat: { type: "double", dimensions: ["lat"], attributes: { units: "degrees_north" }, values: steps(8, 49.75, -0.5) },
	lon: { type: "double", dimensions: ["lon"], attributes: { units: "degrees_east" }, values: steps(12, 10.25, 0.5) },
} as const;

/** What a file with these variables beside its data (time, lat, lon) says. */
async function timesOf(
	variables: Readonly<Record<string, ClassicVariable>>,
	attributes: Readonly<Record<string, string>> = {},
	data: Partial<ClassicVariable> = {},
) {
	const sst = { type: "short", dimensions: ["time", "lat", "lon"], ...data } as const;
	const dimensions = { time: 2, step: 3, nv: 2, text: 20, lat: 8, lon: 12 };
	const bytes = writeClassic({ dimensions, attributes, variables: { ...variables, ...place, sst } });
	const { begin, end, timeProblem } = (await netcdf3.read(fileWith(bytes, "scene.nc"), options)).metadata;
	return timeProblem ?? `${begin} ${end}`;
}

type Attributes = NonNullable<ClassicVariable["attributes"]>;

/** Days since 2020. */
const time = (attributes: Attributes, dimensions: readonly string[], ...values: number[]) =>
	({ type: "double", dimensions, attributes: { units: "days since 2020-01-01", ...attributes }, values }) as const;
const bounds = (dimensions: readonly string[], ...values: number[]) =>
	({ type: "double", dimensions, values }) as const;
const texts = (...lines: string[]) =>
	({
		type: "char",
		dimensions: ["time", "text"],
		values: [...lines.map((line) => line.padEnd(20, "\0")).join("")].map((one) => one.charCodeAt(0)),
	}) as const;
const hours = { ...time({}, ["step"], 0, 24, 48), attributes: { units: "hours", standard_name: "forecast_period" } };
const reference = { standard_name: "forecast_reference_time" };
const standard = { standard_name: "time" };
const day = (number: number) => `2020-01-${String(number + 1).padStart(2, "0")}T00:00:00Z`;
const days = (first: number, last: number) => `${day(first)} ${day(last)}`;

test.each<[string, Readonly<Record<string, ClassicVariable>>, string, Partial<ClassicVariable>?]>([
	["reference before it", { analysed: time(reference, [], 100), time: time(standard, ["time"], 1, 2) }, days(1, 2)],
	["reference by name alone", { reftime: time({}, ["time"], 9, 9), time: time({}, ["time"], 1, 2) }, days(1, 2)],
	[
		"a dimension of reference",
		{ time: time(reference, ["time"], 1, 2), valid: time(standard, ["time"], 5, 6) },
		days(5, 6),
	],
	["own dimension before a scalar", { time: time({}, [], 200), step: time(standard, ["time"], 3, 5) }, days(3, 5)],
	["a scalar by its standard name", { production: time({}, [], 7), valid: time(standard, [], 4) }, days(4, 4)],
	["axis T", { production: time({}, [], 7), valid: time({ axis: "T" }, [], 4) }, days(4, 4)],
	["instants in any order", { time: time({}, ["time"], 9, 2) }, days(2, 9)],
	["one that is missing", { time: time({ _FillValue: [-1] }, ["time"], 9, -1) }, days(9, 9)],
	["one that was never written", { time: time({}, ["time"], 9, 9.969209968386869e36) }, days(9, 9)],
	["packed", { time: time({ scale_factor: [0.5], add_offset: [1] }, ["time"], 0, 2) }, days(1, 2)],
	["bounds", { time: time({ bounds: "b" }, ["time"], 5, 6), b: bounds(["time", "nv"], 4, 5, 5, 7) }, days(4, 7)],
	[
		"climatology",
		{ time: time({ climatology: "b" }, ["time"], 5, 6), b: bounds(["time", "nv"], 0, 10, 1, 11) },
		days(0, 11),
	],
	["bounds of a scalar", { time: time({ ...standard, bounds: "b" }, [], 5), b: bounds(["nv"], 4, 6) }, days(4, 6)],
	[
		"bounds with units of their own",
		{
			time: time({ bounds: "b" }, ["time"], 5, 5),
			b: { ...bounds(["time", "nv"], 96, 144, 96, 144), attributes: { units: "hours since 2020-01-01" } },
		},
		days(4, 6),
	],
	[
		"bounds that were never written",
		{ time: time({ bounds: "b" }, ["time"], 5, 6), b: bounds(["time", "nv"]) },
		days(5, 6),
	],
	[
		"a forecast: reference and periods",
		{ time: time(reference, ["time"], 1, 2), step: hours },
		days(1, 4),
		{ dimensions: ["time", "step", "lat", "lon"] },
	],
	[
		"a forecast: times of validity of two dimensions",
		{
			time: time(reference, ["time"], 1, 2),
			step: hours,
			valid_time: time(standard, ["time", "step"], 1, 2, 3, 2, 3, 4),
		},
		days(1, 4),
		{ dimensions: ["time", "step", "lat", "lon"] },
	],
	["a beginning and an end", { start_time: time(standard, [], 4), end_time: time(standard, [], 5) }, days(4, 5)],
	["absolute days", { time: time({ units: "day as %Y%m%d.%f" }, ["time"], 20200102, 20200104) }, days(1, 3)],
	["texts", { Times: texts("2020-01-02_00:00:00", "2020-01-03_00:00:00") }, days(1, 2)],
	["the time last", { time: time({}, ["time"], 1, 2) }, days(1, 2), { dimensions: ["lat", "lon", "time"] }],
	[
		"what has no unit of time",
		{ time: time({ units: "fortnights since 2020-01-01" }, ["time"], 1, 2), analysis: time({}, [], 70) },
		'its time(time) has units "fortnights since 2020-01-01", which are none of CF; write them as "days since 2000-01-01"',
	],
	[
		"a calendar that is none",
		{ time: time({ calendar: "mayan" }, ["time"], 1, 2) },
		'its time(time) has units "days since 2020-01-01" and calendar "mayan", which are none of CF; write them as "days since 2000-01-01"',
	],
	[
		"a value that is no date",
		{ time: time({}, ["time"], 1e12, 2) },
		"its time(time) has the value 1000000000000 (days since 2020-01-01), which is no date",
	],
	[
		"bounds elsewhere",
		{ time: time({ bounds: "b" }, ["time"], 5, 6), b: bounds(["time", "nv"], 54, 55, 55, 57) },
		`its time(time) says ${day(5)}, the bounds b of it 2020-02-24T00:00:00Z to 2020-02-27T00:00:00Z; correct one of them`,
	],
	[
		"two that nothing ties to the data",
		{ one: time({}, [], 3), other: time({}, [], 4) },
		`its data do not say which of the times one() (${day(3)}) and other() (${day(4)}) is theirs; name it in their attribute coordinates`,
	],
	[
		"a clock that is not UTC",
		{ time: time({ long_name: "TAI93 at the start of the scan" }, ["time"], 1, 2) },
		"its time(time) counts TAI, which is seconds ahead of UTC (days since 2020-01-01); write it in UTC",
	],
	[
		"only a time of production",
		{ creation: time({}, [], 3) },
		"its only time is creation, which is one of reference, not of the data",
	],
])("which time: %s", async (_, variables, expected, data) => {
	expect(await timesOf(variables, {}, data)).toBe(expected);
});

const covers = (first: string, last: string) => ({ time_coverage_start: first, time_coverage_end: last });

test.each<[string, Attributes, Readonly<Record<string, string>>, readonly number[], string]>([
	[
		"the midnight before an orbit",
		{},
		covers("2020-01-05T10:12:13Z", "2020-01-05T11:53:42Z"),
		[4],
		"2020-01-05T10:12:13Z 2020-01-05T11:53:42Z",
	],
	["the middle of a month", {}, covers(day(0), day(30)), [15], days(0, 30)],
	["days by their middle", {}, covers(day(4), day(6)), [4.5, 5.5], days(4, 6)],
	["a file that was cut", {}, covers("2019-01-01", "2020-12-31"), [4, 6], days(4, 6)],
	["files that were joined", {}, covers(day(4), day(5)), [4, 20], days(4, 20)],
	[
		"a duration",
		{},
		{ time_coverage_start: day(4), time_coverage_duration: "P1DT12H" },
		[4],
		`${day(4)} 2020-01-06T12:00:00Z`,
	],
	[
		"a day of ECS",
		{},
		{
			RangeBeginningDate: "2020-01-05",
			RangeBeginningTime: "01:02:03.5",
			RangeEndingDate: "2020-01-05",
			RangeEndingTime: "02:00:00",
		},
		[4],
		"2020-01-05T01:02:03.500Z 2020-01-05T02:00:00Z",
	],
	[
		"a pass of Metop",
		{},
		{ start_sensing_data_time: "20200105020000Z", end_sensing_data_time: "20200105034158Z" },
		[4],
		"2020-01-05T02:00:00Z 2020-01-05T03:41:58Z",
	],
	[
		"the day of the year",
		{},
		{ start_date_time: "2020005010203", end_date_time: "2020005020000" },
		[4],
		"2020-01-05T01:02:03Z 2020-01-05T02:00:00Z",
	],
	[
		"dates and times of day",
		{},
		{ start_date: "2020-01-05", start_time: "01:02:03", stop_date: "2020-01-05", stop_time: "02:00:00" },
		[4],
		"2020-01-05T01:02:03Z 2020-01-05T02:00:00Z",
	],
	["the run of a model", {}, { start_date: "1950-01-01" }, [4], days(4, 4)],
	[
		"another year",
		{},
		covers("2015-01-01", "2015-12-31"),
		[4],
		`its attribute time_coverage_start says 2015-01-01T00:00:00Z to 2015-12-31T00:00:00Z, its time(time) ${day(4)}; correct one of them`,
	],
	[
		"no time",
		{ units: "days" },
		{ time_coverage_start: "soon" },
		[4],
		'its time(time) has units "days", which are none of CF; write them as "days since 2000-01-01"',
	],
])("attributes and coordinates: %s", async (_, own, attributes, [first = 0, last = first], expected) => {
	expect(await timesOf({ time: time(own, ["time"], first, last) }, attributes)).toBe(expected);
});
