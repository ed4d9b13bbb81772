import { expect, test } from "vitest";
import { graticule, worldFrame } from "./graticule.ts";

const size = { width: 800, height: 400 };
const labels = (lines: readonly { readonly label: string }[]) => lines.map(({ label }) => label);

test("the world has a line every 30 degrees or more", () => {
	const { meridians, parallels } = graticule({ lon: 0, lat: 0, scale: 2, stretch: 1 }, size);
	expect(labels(meridians)).toContain("0°");
	expect(labels(meridians)).toContain("120° W");
	expect(labels(parallels)).toEqual(["90° S", "60° S", "30° S", "0°", "30° N", "60° N", "90° N"]);
});

test("closer, the lines are closer, round, and go on beyond the antimeridian", () => {
	const { meridians, parallels } = graticule({ lon: 179, lat: -16.5, scale: 90, stretch: 1 }, size);
	expect(labels(meridians)).toEqual([
		"175° E",
		"176° E",
		"177° E",
		"178° E",
		"179° E",
		"180°",
		"179° W",
		"178° W",
		"177° W",
	]);
	expect(labels(parallels)).toEqual(["18° S", "17° S", "16° S", "15° S"]);
	expect(meridians[5]?.at).toBeCloseTo(490, 6);
});

test("decimals stay decimal", () => {
	expect(labels(graticule({ lon: 10.25, lat: 0, scale: 900, stretch: 1 }, size).meridians)).toContain("10.3° E");
});

test("the frame ends where the world does", () => {
	expect(worldFrame({ lon: 0, lat: 0, scale: 2, stretch: 1 }, size)).toEqual({ x: 40, y: 20, width: 720, height: 360 });
	expect(worldFrame({ lon: 0, lat: 0, scale: 50, stretch: 1 }, size)).toEqual({ x: 0, y: 0, width: 800, height: 400 });
});
