import { describe, expect, test } from "vitest";
import { extentText, sizeText, spanText, timeShift } from "./fact-text.ts";

test("sizes", () => {
	expect(sizeText([4481, 4033])).toEqual({ text: "4,481 × 4,033 px", exact: "18,071,873 pixels" });
});

describe("extents", () => {
	test.each([
		{ crs: "EPSG:4326", extent: [11.6, 32.2, 28.40001, 46.3], text: "11.6° E … 28.4° E, 32.2° N … 46.3° N" },
		{ crs: "EPSG:4326", extent: [-5, -1.25, 0, 1], text: "5° W … 0°, 1.25° S … 1° N" },
		{ crs: "+proj=longlat +a=1", extent: [1, 2, 3, 4], text: "1° E … 3° E, 2° N … 4° N" },
		{
			crs: "EPSG:32633",
			extent: [399960, 4990200, 509760, 5100000],
			text: "399,960 … 509,760, 4,990,200 … 5,100,000 (109.8 km × 109.8 km)",
		},
		{ crs: "EPSG:32633", extent: [0, 0, 250.5, 5000], text: "0 … 250.5, 0 … 5,000 (250.5 m × 5,000 m)" },
	] as const)("$extent in $crs", ({ crs, extent, text }) => {
		expect(extentText(extent, crs)).toEqual({ text, exact: extent.join(", ") });
	});
});

test.each([
	["2006-08-16T09:09:29Z", "2006-08-16T09:09:32Z", "3 s later"],
	["2006-08-16T09:09:29Z", "2006-08-14T05:09:29Z", "2 d 4 h earlier"],
	["2006-08-16T09:09:29Z", "2006-08-16T09:09:29.250Z", "250 ms later"],
	["2006-08-16T09:09:29Z", "2006-08-16T09:09:29.000Z", ""],
])("from %s to %s: %s", (before, after, text) => {
	expect(timeShift(before, after)).toBe(text);
});

test.each([
	[63, "1 min 3 s"],
	[3600, "1 h"],
	[90_061, "1 d 1 h"],
	[59.6, "1 min"],
])("%d seconds are %s", (seconds, text) => {
	expect(spanText(seconds)).toBe(text);
});
