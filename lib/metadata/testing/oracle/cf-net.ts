// biome-ignore lint/style/noRestrictedImports: only tests reach for the demonstration's random numbers
import { randomFrom } from "#lib/demo/random.ts";
import { type ClassicFile, writeClassic } from "#lib/metadata/testing/netcdf.ts";

type Attributes = Readonly<Record<string, string | readonly number[]>>;
type Axis = { readonly attributes: Attributes; readonly values: readonly number[]; readonly type: "double" | "float" };

export interface CfDraw {
	readonly mapping: Attributes;
	readonly bytes: Uint8Array;
}

/**
 * For tests: netCDF files whose grid mappings have their parameters in any of the ways that versions of the CF conventions define, or
 * leave them out; on any figure of the Earth, with axes in metres, kilometres or angles, upwards and downwards.
 */
export function cfNet(count: number, seed: number): Readonly<Record<string, CfDraw>> {
	const random = randomFrom(seed);
	return Object.fromEntries(Array.from({ length: count }, (_, index) => [`cf-net-${seed}-${index}.nc`, draw(random)]));
}

function draw(random: () => number): CfDraw {
	const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
	const maybe = (share: number, attributes: () => Attributes): Attributes => (random() < share ? attributes() : {});
	const lon = () => [one([0, 10, -75, 105, 177, -96])];
	const lat = () => [one([0, 40, 52, -30, 23])];
	const parallel = () =>
		one([{ standard_parallel: [40] }, { standard_parallel: [30, 60] }, { standard_parallel: [-20, -40] }]);
	const central = () => ({ longitude_of_central_meridian: lon() });
	const middle = () => ({ longitude_of_projection_origin: lon() });
	const latitude = () => maybe(0.85, () => ({ latitude_of_projection_origin: lat() }));
	const conic = (): Attributes => ({ ...parallel(), ...maybe(0.85, central), ...latitude() });
	const origin = (): Attributes => ({ ...maybe(0.85, middle), ...latitude() });
	const pole = one([90, -90]);
	const mappings: Readonly<Record<string, () => Attributes>> = {
		albers_conical_equal_area: conic,
		lambert_conformal_conic: conic,
		azimuthal_equidistant: origin,
		lambert_azimuthal_equal_area: origin,
		lambert_cylindrical_equal_area: () => ({
			...central(),
			...one<Attributes>([{ standard_parallel: [30] }, { scale_factor_at_projection_origin: [0.9] }, {}]),
		}),
		mercator: () => ({
			...middle(),
			...one<Attributes>([{ standard_parallel: [20] }, { scale_factor_at_projection_origin: [0.9] }, {}]),
		}),
		transverse_mercator: () => ({
			...maybe(0.85, central),
			...latitude(),
			...maybe(0.8, () => ({ scale_factor_at_central_meridian: [0.9996] })),
		}),
		oblique_mercator: () => ({
			latitude_of_projection_origin: [40],
			longitude_of_projection_origin: lon(),
			azimuth_of_central_line: [one([30, 53, -20])],
			scale_factor_at_projection_origin: [one([1, 0.9998])],
		}),
		orthographic: origin,
		sinusoidal: middle,
		stereographic: () => ({ ...origin(), ...maybe(0.6, () => ({ scale_factor_at_projection_origin: [0.99] })) }),
		polar_stereographic: () => ({
			straight_vertical_longitude_from_pole: lon(),
			...maybe(0.9, () => ({ latitude_of_projection_origin: [pole] })),
			...one<Attributes>([
				{ standard_parallel: [(pole / 90) * 71] },
				{ scale_factor_at_projection_origin: [0.97] },
				{ standard_parallel: [(pole / 90) * 60] },
			]),
		}),
		geostationary: () => ({
			longitude_of_projection_origin: lon(),
			...maybe(0.7, () => ({ latitude_of_projection_origin: [0] })),
			perspective_point_height: [one([35785831, 35786023])],
			...one<Attributes>([{ sweep_angle_axis: "x" }, { sweep_angle_axis: "y" }, { fixed_angle_axis: "x" }, {}]),
		}),
		rotated_latitude_longitude: () => ({
			grid_north_pole_latitude: [one([39.25, 30, 50])],
			grid_north_pole_longitude: [one([-162, 10, 190])],
			...maybe(0.3, () => ({ north_pole_grid_longitude: [one([0, 20])] })),
		}),
		latitude_longitude: () => ({}),
	};
	const name = one(Object.keys(mappings));
	const figure = one<Attributes>([
		{},
		{ semi_major_axis: [6378137], inverse_flattening: [298.257223563] },
		{ semi_major_axis: [6378388], semi_minor_axis: [6356911.946] },
		{ earth_radius: [6371229] },
		{ semi_major_axis: [6370000], inverse_flattening: [0] },
		{ semi_major_axis: [6370000], semi_minor_axis: [6370000] },
		{ semi_major_axis: [6378137], inverse_flattening: [298.257223563], longitude_of_prime_meridian: [0] },
		{ reference_ellipsoid_name: "GRS 1980", semi_major_axis: [6378137], inverse_flattening: [298.257222101] },
	]);
	const isAngular = name === "rotated_latitude_longitude" || name === "latitude_longitude";
	const mapping = {
		grid_mapping_name: name,
		...mappings[name]?.(),
		...figure,
		...(isAngular || name === "geostationary"
			? {}
			: maybe(0.4, () => ({ false_easting: [50], false_northing: [one([20, 0])] }))),
	};
	return { mapping, bytes: writeClassic(fileOf(name, mapping, random)) };
}

function fileOf(name: string, mapping: Attributes, random: () => number): ClassicFile {
	const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
	const isAngular = name === "rotated_latitude_longitude" || name === "latitude_longitude";
	const height = Number((mapping.perspective_point_height as readonly number[] | undefined)?.[0] ?? 1);
	const units = isAngular
		? [["degrees", 1e-5] as const]
		: name === "geostationary"
			? ([
					["m", 1],
					["km", 1e-3],
					["rad", 1 / height],
				] as const)
			: ([
					["m", 1],
					["m", 1],
					["km", 1e-3],
					["meters", 1],
				] as const);
	const [unit, factor] = one<readonly [string, number]>(units);
	const axis = (which: "x" | "y", start: number, step: number): Axis => ({
		type: "double",
		attributes: {
			standard_name: { m: `projection_${which}_coordinate`, g: `grid_${which === "x" ? "longitude" : "latitude"}` }[
				name === "rotated_latitude_longitude" ? "g" : "m"
			],
			units: unit,
			...(name === "latitude_longitude"
				? {
						standard_name: which === "x" ? "longitude" : "latitude",
						units: `degrees_${which === "x" ? "east" : "north"}`,
					}
				: {}),
		},
		values: Array.from({ length: 8 }, (_, index) => (start + step * index) * factor),
	});
	const x = axis("x", one([110_000, -400_000, 900_000]), 25_000);
	const y = axis("y", one([-110_000, 500_000]), one([25_000, -25_000]));
	return {
		dimensions: { y: 8, x: 8 },
		attributes: { Conventions: "CF-1.8" },
		variables: {
			crs: { type: "int", dimensions: [], attributes: mapping },
			y: { ...y, dimensions: ["y"] },
			x: { ...x, dimensions: ["x"] },
			data: { type: "short", dimensions: ["y", "x"], attributes: { grid_mapping: "crs" } },
		},
	};
}
