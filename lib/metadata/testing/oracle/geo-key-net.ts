// biome-ignore lint/style/noRestrictedImports: only tests reach for the demonstration's random numbers
import { randomFrom } from "#lib/demo/random.ts";
import { type Keys, tiffWithKeys } from "./geo-keys.ts";

/**
 * For tests: TIFFs with geo keys drawn from all that GeoTIFF 1.1 allows, whether a writer would put them together or not:
 * codes and user-defined parts, units, prime meridians, datum shifts, methods with every name of every parameter. Each lies
 * near the origin of its projection, or in the middle of the area that its code is for.
 */
export function geoKeyNet(count: number, seed: number): Readonly<Record<string, GeoKeyDraw>> {
	const random = randomFrom(seed);
	const draws: Record<string, GeoKeyDraw> = {};
	for (let index = 0; index < count; index++) draws[`net-${seed}-${index}.tif`] = draw(random);
	return draws;
}

export interface GeoKeyDraw {
	readonly keys: Keys;
	readonly bytes: Uint8Array;
	/** Its datum is used everywhere, or where the raster lies. */
	readonly isAtHome: boolean;
}

type Random = () => number;

/** Known codes and a place in the metres (or degrees) of each. */
const knownCodes: readonly (readonly [code: number, x: number, y: number])[] = [
	[32633, 500_000, 5_300_000],
	[32719, 400_000, 7_500_000],
	[25832, 600_000, 5_500_000],
	[26918, 580_000, 4_500_000],
	[26718, 580_000, 4_500_000],
	[2264, 640_000, 200_000],
	[2225, 1_900_000, 700_000],
	[32041, 600_000, 100_000],
	[3035, 4_321_000, 3_210_000],
	[2154, 700_000, 6_600_000],
	[27700, 400_000, 300_000],
	[28992, 155_000, 463_000],
	[31467, 3_500_000, 5_500_000],
	[21781, 600_000, 200_000],
	[3857, 1_000_000, 6_000_000],
	[3395, 1_000_000, 6_000_000],
	[3031, 300_000, 200_000],
	[3413, -300_000, -1_200_000],
	[6933, 1_000_000, 2_000_000],
	[5514, -740_000, -1_040_000],
	[27572, 600_000, 2_200_000],
	[2193, 1_600_000, 5_400_000],
	[29702, 500_000, 800_000],
	[2046, -5_000, 3_700_000],
];

const geographicCodes = [
	4326, 4326, 4326, 4269, 4267, 4258, 4230, 4277, 4313, 4314, 4275, 4807, 4289, 4284, 4301, 4674,
];
/** Where national datums are used: elsewhere PROJ has no datum shift for them. */
const homes: Readonly<Record<number, readonly [lon: number, lat: number]>> = {
	4267: [-95, 40],
	4230: [10, 50],
	4277: [-2, 52],
	4313: [4.4, 50.5],
	4314: [10, 51],
	4275: [2.4, 46],
	4807: [0, 46],
	4289: [5.4, 52],
	4284: [40, 55],
	4301: [138, 36],
	4674: [-55, -10],
};
const datumCodes = [6326, 6269, 6267, 6258, 6230, 6277, 6314, 6807, 6289];
const ellipsoidCodes = [7030, 7019, 7004, 7008, 7022, 7001, 7024, 7048, 7035, 7011];
const methodCodes = [
	1, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 9815, 2, 5, 6,
];
/** Codes of conversions, and the datums that are used with them. */
const conversionCodes = [16033, 16133, 16018, 10101, 10131, 13207, 15310, 18021, 19926, 17701];
const globalDatums = [4326, 4269, 4258];

const angularUnits: readonly (readonly [keys: Keys, degrees: number])[] = [
	[{}, 1],
	[{ 2054: 9102 }, 1],
	[{ 2054: 9102 }, 1],
	[{ 2054: 9122 }, 1],
	[{ 2054: 9105 }, 0.9],
	[{ 2054: 9106 }, 0.9],
	[{ 2054: 9101 }, 180 / Math.PI],
	[{ 2054: 9104 }, 1 / 3600],
	[{ 2054: 32767, 2055: 0.0174532925199433 }, 1],
	[{ 2054: 32767, 2055: 0.015707963267949 }, 0.9],
];

const linearUnits: readonly (readonly [keys: Keys, metres: number])[] = [
	[{}, 1],
	[{ 3076: 9001 }, 1],
	[{ 3076: 9001 }, 1],
	[{ 3076: 9002 }, 0.3048],
	[{ 3076: 9003 }, 1200 / 3937],
	[{ 3076: 9036 }, 1000],
	[{ 3076: 9005 }, 0.304797265],
	[{ 3076: 32767, 3077: 0.3048 }, 0.3048],
	[{ 3076: 32767, 3077: 1000 }, 1000],
	[{ 3076: 32767 }, 1],
	[{ 3077: 1000 }, 1],
];

function draw(random: Random): GeoKeyDraw {
	const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
	const maybe = (share: number, keys: () => Keys): Keys => (random() < share ? keys() : {});
	const [linear, metres] = one(linearUnits);
	const kind = one(["code", "user-defined", "user-defined", "user-defined", "geographic", "geographic", "odd"]);
	const known = one(knownCodes);
	const pixel = maybe(0.1, () => ({ 1025: 2 }));
	const made = (keys: Keys, x: number, y: number, size: number): GeoKeyDraw => {
		const all = { ...keys, ...pixel };
		const isNational = [all[2048], Number(all[2050] ?? 0) - 2000].some((code) => Number(code) in homes);
		return { keys: all, bytes: tiffWithKeys(all, [x, y], size), isAtHome: !isNational };
	};
	const geodetic = geodeticKeys(random);
	if (kind === "code") {
		const keys = {
			...maybe(0.9, () => ({ 1024: 1 })),
			...maybe(0.3, () => geodetic.keys),
			3072: known[0],
			...maybe(0.6, () => linear),
			...maybe(0.15, () => citation(random)),
		};
		const unit = 3076 in keys ? metres : 1;
		return made(keys, known[1] / unit, known[2] / unit, 1000 / unit);
	}
	if (kind === "geographic") {
		const unit = geodetic.degrees;
		const [lon, lat] = geodetic.home ?? [10, 50];
		return made({ 1024: 2, ...geodetic.keys }, lon / unit, lat / unit, 0.1 / unit);
	}
	if (kind === "odd") {
		const keys = {
			...maybe(0.5, () => ({ 1024: one([1, 2, 3, 32767]) })),
			...maybe(0.5, () => geodetic.keys),
			...maybe(0.5, () => ({ 3072: one([32767, 0, known[0], 4326, 65535, 1]) })),
			...maybe(0.5, () => ({ 3074: one([32767, ...conversionCodes]) })),
			...maybe(0.3, () => ({ 3075: one(methodCodes), 3080: 10, 3081: 40 })),
			...maybe(0.3, () => linear),
		};
		return made(keys, 10, 50, 0.1);
	}
	const code = maybe(0.15, () => ({ 3074: one(conversionCodes) }));
	const keys = {
		1024: one([1, 1, 1, 1, 32767]),
		...(3074 in code ? { 2048: one(globalDatums) } : geodetic.keys),
		...maybe(0.95, () => ({ 3072: 32767 })),
		...maybe(0.7, () => ({ 3074: 32767 })),
		...code,
		...(3074 in code && code[3074] !== 32767 ? {} : methodKeys(random, geodetic, metres)),
		...linear,
		...maybe(0.2, () => citation(random)),
	};
	return made(keys, 10_000 / metres, 30_000 / metres, 1000 / metres);
}

function geodeticKeys(random: Random): {
	readonly keys: Keys;
	readonly degrees: number;
	readonly home: readonly [lon: number, lat: number] | null;
} {
	const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
	const maybe = (share: number, keys: () => Keys): Keys => (random() < share ? keys() : {});
	const [angular, degrees] = one(angularUnits);
	const known = random() < 0.5;
	const axes = (): Keys => {
		const major = one([6378137, 6371007.181, 6378388, 6377397.155]);
		return {
			2056: 32767,
			2057: major,
			...one<Keys>([{ 2058: major }, { 2059: 298.257223563 }, { 2059: 297 }, { 2058: major * (1 - 1 / 298.3) }]),
		};
	};
	const keys: Keys = {
		...(known ? { 2048: one(geographicCodes) } : maybe(0.9, () => ({ 2048: 32767 }))),
		...maybe(known ? 0.1 : 0.9, () => ({ 2050: one([32767, 32767, ...datumCodes]) })),
		...maybe(known ? 0.1 : 0.8, () => (random() < 0.5 ? { 2056: one(ellipsoidCodes) } : axes())),
		...maybe(0.2, () =>
			one<Keys>([
				{ 2051: 8901 },
				{ 2051: 8901 },
				{ 2051: 8903 },
				{ 2051: 8909 },
				{ 2051: 8904 },
				{ 2051: 32767, 2061: 10.5 / degrees },
				{ 2061: 2.5 },
			]),
		),
		...maybe(0.1, () => ({
			2062: one<readonly number[]>([
				[84, 97, 117],
				[598.1, 73.7, 418.2, 0.202, 0.045, -2.455, 6.7],
				[0, 0, 0],
			]),
		})),
		...angular,
	};
	const code = Number(keys[2048]) in homes ? Number(keys[2048]) : Number(keys[2050] ?? 0) - 2000;
	return { keys, home: homes[code] ?? null, degrees: known && !(2054 in angular && random() < 0.3) ? 1 : degrees };
}

function methodKeys(
	random: Random,
	{ degrees, home }: Pick<ReturnType<typeof geodeticKeys>, "degrees" | "home">,
	metres: number,
): Keys {
	const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
	const maybe = (share: number, keys: () => Keys): Keys => (random() < share ? keys() : {});
	const lon = () => (home?.[0] ?? one([0, 15, -75, 105, 177])) / degrees;
	const lat = () => (home?.[1] ?? one([0, 40, 52, 60, -30, 90, -90, 70, -71])) / degrees;
	const metresOf = (value: number) => value / metres;
	return {
		3075: one(methodCodes),
		...maybe(home === null ? 0.75 : 1, () => ({ 3080: lon() })),
		...maybe(home === null ? 0.75 : 1, () => ({ 3081: lat() })),
		...maybe(0.12, () => ({ 3084: lon() })),
		...maybe(0.12, () => ({ 3085: lat() })),
		...maybe(0.12, () => ({ 3088: lon() })),
		...maybe(0.12, () => ({ 3089: lat() })),
		...maybe(0.15, () => ({ 3095: lon() })),
		...maybe(0.5, () => ({ 3078: one([30, 45, 60, -30, 70]) / degrees })),
		...maybe(0.5, () => ({ 3079: one([20, 55, 65, -40]) / degrees })),
		...maybe(0.4, () => ({ 3082: metresOf(one([0, 5000, 500_000])), 3083: metresOf(one([0, 7000, 10_000])) })),
		...maybe(0.1, () => ({ 3086: metresOf(6000), 3087: metresOf(8000) })),
		...maybe(0.1, () => ({ 3090: metresOf(4000), 3091: metresOf(9000) })),
		...maybe(0.4, () => ({ 3092: one([1, 0.9996, 0.97]) })),
		...maybe(0.15, () => ({ 3093: one([1, 0.9996, 0.97]) })),
		...maybe(0.3, () => ({ 3094: one([30, 53, 90, 0, -20]) / degrees })),
		...maybe(0.2, () => ({ 3096: one([30, 53, 90]) / degrees })),
	};
}

function citation(random: Random): Keys {
	const texts = [
		{ 1026: "WGS 84 / UTM zone 33N" },
		{ 2049: "GCS Name = GCS_WGS_1984|Datum = D_WGS_1984|Ellipsoid = WGS_1984|Primem = Greenwich" },
		{ 1026: "" },
		{ 3073: "ESRI PE String = not well-known text" },
	];
	return texts[Math.floor(random() * texts.length)] as Keys;
}
