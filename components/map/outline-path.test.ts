import { expect, test } from "vitest";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { type PathSink, traceArea, traceOutline } from "./outline-path.ts";

function record(trace: (sink: PathSink, footprint: Footprint) => void, footprint: Footprint): string {
	const steps: string[] = [];
	trace(
		{
			moveTo: (x, y) => steps.push(`M${x},${y}`),
			lineTo: (x, y) => steps.push(`L${x},${y}`),
			closePath: () => steps.push("Z"),
		},
		footprint,
	);
	return steps.join(" ");
}

const square: Footprint = {
	type: "MultiPolygon",
	coordinates: [
		[
			[
				[1, 1],
				[2, 1],
				[2, 3],
				[1, 1],
			],
		],
	],
};
const split: Footprint = {
	type: "MultiPolygon",
	coordinates: [
		[
			[
				[179, 1],
				[180, 1],
				[180, 3],
				[179, 3],
				[179, 1],
			],
		],
		[
			[
				[-180, 1],
				[-179, 1],
				[-179, 3],
				[-180, 3],
				[-180, 1],
			],
		],
	],
};

test("an area is closed and hangs upside down", () => {
	expect(record(traceArea, square)).toBe("M1,-1 L2,-1 L2,-3 Z");
});

test("an outline goes round", () => {
	expect(record(traceOutline, square)).toBe("M1,-1 L2,-1 L2,-3 L1,-1");
});

test("the cut at the antimeridian is not drawn", () => {
	expect(record(traceOutline, split)).toBe(
		"M179,-1 L180,-1 M180,-3 L179,-3 L179,-1 M-180,-1 L-179,-1 L-179,-3 L-180,-3",
	);
});
