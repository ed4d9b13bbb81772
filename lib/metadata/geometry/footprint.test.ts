import { expect, test } from "vitest";
import type { Ring } from "#lib/metadata/metadata.ts";
import { areaOf, box, expectValid, reversed } from "#lib/metadata/testing/footprints.ts";
import { footprintBounds, footprintOfPolygons, maxPositions } from "./footprint.ts";
import type { Polygon } from "./ring.ts";

const cases: [name: string, polygons: readonly Polygon[], area: number, bounds: readonly number[]][] = [
	["a box", [[box(10, 20, 12, 23)]], 6, [10, 20, 12, 23]],
	["a clockwise box", [[reversed(box(10, 20, 12, 23))]], 6, [10, 20, 12, 23]],
	[
		"an unclosed box with repeated positions",
		[
			[
				[
					[10, 20],
					[10, 20],
					[12, 20],
					[12, 23],
					[12, 23],
					[10, 23],
				],
			],
		],
		6,
		[10, 20, 12, 23],
	],
	["0…360", [[box(200, -5, 210, 5)]], 100, [-160, -5, -150, 5]],
	["beyond 180", [[box(175, -5, 185, 5)]], 100, [175, -5, -175, 5]],
	["beyond -180", [[box(-185, -5, -175, 5)]], 100, [175, -5, -175, 5]],
	[
		"170 to -170 by the short way",
		[
			[
				[
					[170, -5],
					[-170, -5],
					[-165, 0],
					[-170, 5],
					[170, 5],
				],
			],
		],
		225,
		[170, -5, -165, 5],
	],
	[
		"positions on both sides of the antimeridian",
		[
			[
				[
					[170, 1],
					[180, 1],
					[-180, 1],
					[-170, 1],
					[-170, 2],
					[-180, 2],
					[180, 2],
					[170, 2],
				],
			],
		],
		20,
		[170, 1, -170, 2],
	],
	["a ring that ends at the antimeridian", [[box(170, -5, 180, 5)]], 100, [170, -5, 180, 5]],
	["a ring that begins at the antimeridian, as 180", [[box(180, -5, 190, 5)]], 100, [-180, -5, -170, 5]],
	["the whole Earth", [[box(-180, -90, 180, 90)]], 64_800, [-180, -90, 180, 90]],
	["the whole Earth, clockwise", [[reversed(box(-180, -90, 180, 90))]], 64_800, [-180, -90, 180, 90]],
	["the whole Earth in 0…360", [[box(0, -90, 360, 90)]], 64_800, [-180, -90, 180, 90]],
	["a wide box as GML wants it", [[box(-120, -60, 130, 60)]], 30_000, [-120, -60, 130, 60]],
	[
		"a wide box the other way round crosses the antimeridian",
		[[reversed(box(-170, -5, 170, 5))]],
		200,
		[170, -5, -170, 5],
	],
	[
		"around the north pole",
		[
			[
				[
					[0, 80],
					[90, 80],
					[180, 80],
					[-90, 80],
				],
			],
		],
		3600,
		[-180, 80, 180, 90],
	],
	[
		"around the south pole, clockwise",
		[
			[
				[
					[0, -80],
					[-90, -80],
					[180, -80],
					[90, -80],
				],
			],
		],
		3600,
		[-180, -90, 180, -80],
	],
	[
		"a ring around the pole with a hole around it",
		[
			[
				[
					[0, 70],
					[90, 70],
					[180, 70],
					[-90, 70],
				],
				[
					[45, 80],
					[135, 80],
					[-135, 80],
					[-45, 80],
				],
			],
		],
		3600,
		[-180, 70, 180, 80],
	],
	[
		"a ring beyond the antimeridian, given as a hole",
		[[box(170, 0, 180, 10), box(-180, 0, -175, 10)]],
		150,
		[170, 0, -175, 10],
	],
	["two holes, wrongly oriented", [[box(0, 0, 10, 10), box(1, 1, 2, 2), box(5, 5, 7, 7)]], 95, [0, 0, 10, 10]],
	[
		"a hole across the antimeridian, given elsewhere",
		[[box(170, 0, 190, 10), box(-181, 4, -179, 6)]],
		196,
		[170, 0, -170, 10],
	],
	["polygons apart", [[box(0, 0, 1, 1)], [box(5, 5, 6, 6)]], 2, [0, 0, 6, 6]],
	["polygons that overlap", [[box(0, 0, 2, 2)], [box(1, 1, 3, 3)]], 7, [0, 0, 3, 3]],
	[
		"a bow tie",
		[
			[
				[
					[0, 0],
					[2, 2],
					[2, 0],
					[0, 2],
				],
			],
		],
		2,
		[0, 0, 2, 2],
	],
	["latitudes a rounding error beyond the pole", [[box(0, 80, 10, 90.0000001)]], 100, [0, 80, 10, 90]],
];

test.each(cases)("%s", (_, polygons, area, bounds) => {
	const footprint = footprintOfPolygons(polygons);
	expect(footprint).not.toBeNull();
	if (footprint === null) return;
	expectValid(footprint);
	expect(areaOf(footprint)).toBeCloseTo(area, 5);
	expect(footprintBounds(footprint)).toEqual(bounds);
});

test.each([
	["from the antimeridian on", [box(-180, 0, -170, 1), box(0, 0, 10, 1)], [-180, 0, 10, 1]],
	["up to the antimeridian", [box(0, 0, 10, 1), box(170, 0, 180, 1)], [0, 0, 180, 1]],
	["on both sides of it", [box(-180, 0, -170, 1), box(0, 0, 10, 1), box(170, 0, 180, 1)], [0, 0, -170, 1]],
])("bounds of parts %s", (_, rings, bounds) => {
	const footprint = footprintOfPolygons(rings.map((ring) => [ring]));
	expect(footprint && footprintBounds(footprint)).toEqual(bounds);
});

test("an edge of 185 degrees goes the other way round, here around the pole", () => {
	const footprint = footprintOfPolygons([
		[
			[
				[-93, 60],
				[92, 60],
				[92, 65],
				[0, 70],
				[-93, 65],
			],
		],
	]);
	expect(footprint && footprintBounds(footprint)).toEqual([-180, 60, 180, 90]);
});

test.each<[string, readonly Polygon[]]>([
	["nothing", []],
	["an empty polygon", [[]]],
	[
		"a point",
		[
			[
				[
					[1, 1],
					[1, 1],
					[1, 1],
				],
			],
		],
	],
	[
		"a line",
		[
			[
				[
					[0, 0],
					[1, 1],
					[2, 2],
					[0, 0],
				],
			],
		],
	],
	[
		"there and back",
		[
			[
				[
					[0, 0],
					[1, 0],
					[2, 0],
					[1, 0],
				],
			],
		],
	],
	["less than a centimetre", [[box(0, 0, 1e-9, 1e-9)]]],
	["beyond the pole", [[box(0, 80, 10, 91)]]],
	[
		"not a number",
		[
			[
				[
					[0, 0],
					[Number.NaN, 1],
					[2, 2],
				],
			],
		],
	],
	[
		"infinite",
		[
			[
				[
					[0, 0],
					[Infinity, 1],
					[2, 2],
				],
			],
		],
	],
])("%s is no footprint", (_, polygons) => {
	expect(footprintOfPolygons(polygons)).toBeNull();
});

test("the outline keeps its positions, and half a unit of the last place makes no difference", () => {
	const ring: Ring = [
		[14.322575965570632, 46.216558117161831],
		[14.1, 45],
		[15, 45],
	];
	expect(footprintOfPolygons([[ring]])?.coordinates).toEqual([
		[
			[
				[14.322576, 46.2165581],
				[14.1, 45],
				[15, 45],
				[14.322576, 46.2165581],
			],
		],
	]);
	const shaken = ring.map(([lon, lat]) => [lon + 1e-9, lat - 1e-9] as const);
	expect(footprintOfPolygons([[shaken]])).toEqual(footprintOfPolygons([[ring]]));
});

test("a ring of very many positions is thinned", () => {
	const circle: Ring = Array.from(
		{ length: 50_000 },
		(_, i) => [Math.cos((i * Math.PI) / 25_000), Math.sin((i * Math.PI) / 25_000)] as const,
	);
	const footprint = footprintOfPolygons([[circle]]);
	expect(footprint?.coordinates[0]?.[0]?.length).toBeLessThanOrEqual(maxPositions + 1);
	expect(areaOf(footprint)).toBeCloseTo(Math.PI, 3);
});
