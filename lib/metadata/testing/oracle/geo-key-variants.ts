import { type Keys, tiffWithKeys } from "./geo-keys.ts";

/** For tests: TIFFs with the geo keys that GeoTIFF 1.1 allows, in the combinations that writers make of them. */
export function geoKeyVariants(): Readonly<Record<string, Uint8Array>> {
	return Object.fromEntries(
		[...units(), ...angles(), ...methods()].map(([name, keys, origin, pixel]) => [
			`${name}.tif`,
			tiffWithKeys(keys, origin, pixel),
		]),
	);
}

type Variant = readonly [name: string, keys: Keys, origin: readonly [number, number], pixel: number];

const unitSizes: readonly (readonly [name: string, keys: Keys, metres: number])[] = [
	["metre", { 3076: 9001 }, 1],
	["foot", { 3076: 9002 }, 0.3048],
	["us-foot", { 3076: 9003 }, 1200 / 3937],
	["kilometre", { 3076: 9036 }, 1000],
	["own-unit", { 3076: 32767, 3077: 100 }, 100],
];

/** A known code with its own and every other unit. */
function units(): readonly Variant[] {
	const places: readonly (readonly [code: number, x: number, y: number])[] = [
		[32633, 500_000, 5_300_000],
		[2264, 640_000, 200_000],
		[2225, 1_900_000, 700_000],
		[26918, 580_000, 4_500_000],
		[3035, 4_321_000, 3_210_000],
		[2154, 700_000, 6_600_000],
		[27700, 400_000, 300_000],
		[3031, 300_000, 200_000],
		[6933, 1_000_000, 2_000_000],
		[28992, 155_000, 463_000],
	];
	return places.flatMap(([code, x, y]) =>
		unitSizes.map(([unit, keys, metres]): Variant => {
			const origin = [x / metres, y / metres] as const;
			return [`units-${code}-${unit}`, { 1024: 1, 3072: code, ...keys }, origin, 1000 / metres];
		}),
	);
}

/** Prime meridians and angular units, of user-defined geographic CRSs and of known ones. */
function angles(): readonly Variant[] {
	const ellipsoids: readonly (readonly [string, Keys])[] = [
		["known", { 2048: 4326 }],
		["ellipsoid", { 2048: 32767, 2050: 32767, 2056: 7030 }],
		["datum", { 2048: 32767, 2050: 6326 }],
		["axes", { 2048: 32767, 2050: 32767, 2056: 32767, 2057: 6378137, 2059: 298.257223563 }],
		["sphere", { 2048: 32767, 2050: 32767, 2056: 32767, 2057: 6371007.181, 2058: 6371007.181 }],
	];
	const meridians: readonly (readonly [string, Keys])[] = [
		["none", {}],
		["greenwich", { 2051: 8901 }],
		["paris", { 2051: 8903 }],
		["ferro", { 2051: 8909 }],
		["own", { 2051: 32767, 2061: 10.5 }],
	];
	const angularUnits: readonly (readonly [string, Keys, number])[] = [
		["degree", { 2054: 9102 }, 1],
		["no-unit", {}, 1],
		["grad", { 2054: 9105 }, 10 / 9],
		["radian", { 2054: 9101 }, Math.PI / 180],
	];
	return ellipsoids.flatMap(([ellipsoid, keys]) =>
		meridians
			// PROJ has no transformation from a known datum that counts from elsewhere.
			.filter(([meridian]) => ellipsoid !== "datum" || meridian === "none" || meridian === "greenwich")
			.flatMap(([meridian, more]) =>
				angularUnits
					.filter(([unit]) => unit === "degree" || meridian === "none" || meridian === "paris")
					.map(
						([unit, most, scale]): Variant => [
							`angles-${ellipsoid}-${meridian}-${unit}`,
							{ 1024: 2, ...keys, ...more, ...most },
							[10 * scale, 50 * scale],
							0.1 * scale,
						],
					),
			),
	);
}

/** Every method, with each of the origins that GeoTIFF has names for, alone and beside others. */
function methods(): readonly Variant[] {
	const variants: Variant[] = [];
	const add = (name: string, keys: Keys, metres = 1) => {
		variants.push([
			`method-${name}`,
			{ 1024: 1, 2048: 4326, 3072: 32767, 3074: 32767, 3076: 9001, ...keys },
			[10_000 / metres, 30_000 / metres],
			1000 / metres,
		]);
	};
	const longitudes: readonly (readonly [string, Keys])[] = [
		["nat", { 3080: 20 }],
		["false", { 3084: 20 }],
		["center", { 3088: 20 }],
		["pole", { 3095: 20 }],
		["nat-and-false", { 3080: 20, 3084: 30 }],
		["nat-and-center", { 3080: 20, 3088: 30 }],
		["nat0-and-pole", { 3080: 0, 3095: 90 }],
		["nat-and-pole", { 3080: 20, 3095: 90 }],
	];
	const latitudes: readonly (readonly [string, Keys])[] = [
		["nat", { 3081: 40 }],
		["false", { 3085: 40 }],
		["center", { 3089: 40 }],
		["nat-and-false", { 3081: 40, 3085: 50 }],
		["nat-and-center", { 3081: 40, 3089: 50 }],
	];
	for (const method of [1, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 28, 9815]) {
		const parallels: Keys = [8, 11, 13].includes(method) ? { 3078: 35, 3079: 45 } : {};
		const azimuth: Keys = [3, 9815].includes(method) ? { 3094: 30 } : {};
		const rest = { 3075: method, ...parallels, ...azimuth };
		for (const [name, keys] of longitudes) add(`${method}-lon-${name}`, { ...rest, 3081: 40, ...keys });
		for (const [name, keys] of latitudes) add(`${method}-lat-${name}`, { ...rest, 3080: 20, ...keys });
		// GDAL has no answer for a false origin of axes to the west and south.
		if (method === 27) continue;
		add(`${method}-false-origin`, { ...rest, 3080: 20, 3081: 40, 3082: 5000, 3083: 7000 });
		add(`${method}-center-origin`, { ...rest, 3080: 20, 3081: 40, 3090: 5000, 3091: 7000 });
		add(`${method}-false-origin-point`, { ...rest, 3080: 20, 3081: 40, 3086: 5000, 3087: 7000 });
		add(`${method}-scale`, { ...rest, 3080: 20, 3081: 40, 3092: 0.97 });
		add(`${method}-scale-at-center`, { ...rest, 3080: 20, 3081: 40, 3093: 0.97 });
		add(`${method}-parallel`, { ...rest, 3080: 20, 3081: 40, 3078: 30 });
		if ([10, 12, 14, 15, 19, 21].includes(method)) {
			add(`${method}-pole`, { ...rest, 3080: 20, 3081: 90 });
			add(`${method}-south-pole`, { ...rest, 3080: 20, 3081: -90, 3092: 0.97 });
		}
		add(`${method}-kilometres`, { ...rest, 3080: 20, 3081: 40, 3076: 9036, 3082: 5, 3083: 7 }, 1000);
		if (azimuth[3094]) add(`${method}-grid-angle`, { ...rest, 3080: 20, 3081: 40, 3096: 20 });
	}
	return variants;
}
