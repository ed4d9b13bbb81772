import { expect, test } from "vitest";
import { countIn, fractionOf, instantAtFraction, ticksThatFit, timeTicks } from "./time-scale.ts";

test.each([
	{
		from: "2002-05-01T00:00:00Z",
		to: "2012-04-08T00:00:00Z",
		most: 12,
		labels: ["2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012"],
	},
	{
		from: "2002-05-01T00:00:00Z",
		to: "2012-04-08T00:00:00Z",
		most: 5,
		labels: ["2004", "2006", "2008", "2010", "2012"],
	},
	{
		from: "2006-08-14T00:00:00Z",
		to: "2006-08-20T12:00:00Z",
		most: 8,
		labels: ["08-14", "08-15", "08-16", "08-17", "08-18", "08-19", "08-20"],
	},
	{ from: "2006-08-16T09:09:29Z", to: "2006-08-16T09:12:46Z", most: 4, labels: ["09:10", "09:11", "09:12"] },
	{
		from: "2006-01-01T00:00:00Z",
		to: "2006-06-30T00:00:00Z",
		most: 8,
		labels: ["2006-01", "2006-02", "2006-03", "2006-04", "2006-05", "2006-06"],
	},
	{ from: "2006-08-16T09:09:29Z", to: "2006-08-16T09:09:29Z", most: 8, labels: ["09:09:29"] },
])("ticks from $from to $to, at most $most", ({ from, to, most, labels }) => {
	expect(timeTicks({ begin: from, end: to }, most).map(({ label }) => label)).toEqual(labels);
});

test.each([
	[366, ["06-01 12:00", "06-02 00:00", "06-02 06:00"]],
	[800, ["06-01 12:00", "06-01 18:00", "06-02 00:00", "06-02 06:00", "06-02 12:00"]],
	[100, ["06-01 12:00"]],
])("no label lies over another one, on %d pixels", (width, labels) => {
	const day = timeTicks({ begin: "2024-06-01T12:00:00Z", end: "2024-06-02T12:00:00Z" }, 5);
	expect(ticksThatFit(day, width).map(({ label }) => label)).toEqual(labels);
});

const week = { begin: "2006-08-14T00:00:00Z", end: "2006-08-21T00:00:00Z" };

test("fractions and instants", () => {
	expect(instantAtFraction(week, 0.5)).toBe("2006-08-17T12:00:00Z");
	expect(instantAtFraction(week, -1)).toBe(week.begin);
	expect(instantAtFraction(week, 2)).toBe(week.end);
	expect(fractionOf(week, "2006-08-17T12:00:00Z")).toBe(0.5);
	expect(fractionOf({ begin: week.begin, end: week.begin }, week.begin)).toBe(0);
});

test("what a range holds", () => {
	const density = { ...week, counts: [10, 0, 0, 20, 0, 0, 1] };
	expect(countIn(density, week)).toBe(31);
	expect(countIn(density, { begin: week.begin, end: "2006-08-17T12:00:00Z" })).toBe(20);
	expect(countIn(density, { begin: "2006-08-18T00:00:00Z", end: "2006-08-20T00:00:00Z" })).toBe(0);
});
