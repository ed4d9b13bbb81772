import { type ClassicFile, writeClassic } from "#lib/metadata/testing/netcdf.ts";

type Attributes = Readonly<Record<string, string | readonly number[]>>;

/** For tests: netCDF files with every grid mapping of the CF conventions, in each of the ways its parameters may be given. */
export function cfVariants(): Readonly<Record<string, Uint8Array>> {
	const files: Record<string, Uint8Array> = {};
	const ellipsoids: readonly (readonly [string, Attributes])[] = [
		["default", {}],
		["axes", { semi_major_axis: [6378137], inverse_flattening: [298.257223563] }],
		["two-axes", { semi_major_axis: [6378137], semi_minor_axis: [6356752.314245] }],
		["sphere", { earth_radius: [6371000] }],
	];
	const mappings: readonly (readonly [string, string, Attributes])[] = [
		[
			"albers-two",
			"albers_conical_equal_area",
			{ standard_parallel: [29.5, 45.5], longitude_of_central_meridian: [-96], latitude_of_projection_origin: [23] },
		],
		[
			"albers-one",
			"albers_conical_equal_area",
			{ standard_parallel: [40], longitude_of_central_meridian: [10], latitude_of_projection_origin: [40] },
		],
		[
			"equidistant",
			"azimuthal_equidistant",
			{ longitude_of_projection_origin: [10], latitude_of_projection_origin: [50] },
		],
		[
			"lambert-azimuthal",
			"lambert_azimuthal_equal_area",
			{ longitude_of_projection_origin: [10], latitude_of_projection_origin: [52] },
		],
		[
			"lambert-azimuthal-pole",
			"lambert_azimuthal_equal_area",
			{ longitude_of_projection_origin: [0], latitude_of_projection_origin: [90] },
		],
		[
			"conic-two",
			"lambert_conformal_conic",
			{ standard_parallel: [30, 60], longitude_of_central_meridian: [15], latitude_of_projection_origin: [45] },
		],
		[
			"conic-one",
			"lambert_conformal_conic",
			{ standard_parallel: [25], longitude_of_central_meridian: [-95], latitude_of_projection_origin: [25] },
		],
		[
			"conic-false",
			"lambert_conformal_conic",
			{
				standard_parallel: [30, 60],
				longitude_of_central_meridian: [15],
				latitude_of_projection_origin: [45],
				false_easting: [20000],
				false_northing: [-30000],
			},
		],
		[
			"cylindrical-parallel",
			"lambert_cylindrical_equal_area",
			{ standard_parallel: [30], longitude_of_central_meridian: [0] },
		],
		["mercator-parallel", "mercator", { standard_parallel: [20], longitude_of_projection_origin: [100] }],
		["mercator-scale", "mercator", { scale_factor_at_projection_origin: [0.9], longitude_of_projection_origin: [100] }],
		["orthographic", "orthographic", { longitude_of_projection_origin: [10], latitude_of_projection_origin: [40] }],
		[
			"polar-parallel",
			"polar_stereographic",
			{ straight_vertical_longitude_from_pole: [-45], latitude_of_projection_origin: [90], standard_parallel: [70] },
		],
		[
			"polar-scale",
			"polar_stereographic",
			{
				straight_vertical_longitude_from_pole: [-45],
				latitude_of_projection_origin: [90],
				scale_factor_at_projection_origin: [0.97],
			},
		],
		[
			"polar-south-parallel",
			"polar_stereographic",
			{ straight_vertical_longitude_from_pole: [0], latitude_of_projection_origin: [-90], standard_parallel: [-71] },
		],
		[
			"polar-south-scale",
			"polar_stereographic",
			{
				straight_vertical_longitude_from_pole: [20],
				latitude_of_projection_origin: [-90],
				scale_factor_at_projection_origin: [0.994],
			},
		],
		["sinusoidal", "sinusoidal", { longitude_of_projection_origin: [0] }],
		[
			"stereographic",
			"stereographic",
			{
				longitude_of_projection_origin: [20],
				latitude_of_projection_origin: [50],
				scale_factor_at_projection_origin: [0.99],
			},
		],
		[
			"transverse",
			"transverse_mercator",
			{
				longitude_of_central_meridian: [15],
				latitude_of_projection_origin: [0],
				scale_factor_at_central_meridian: [0.9996],
				false_easting: [500000],
			},
		],
		[
			"geostationary",
			"geostationary",
			{
				longitude_of_projection_origin: [0],
				latitude_of_projection_origin: [0],
				perspective_point_height: [35785831],
				sweep_angle_axis: "y",
			},
		],
		[
			"perspective",
			"vertical_perspective",
			{
				longitude_of_projection_origin: [10],
				latitude_of_projection_origin: [40],
				perspective_point_height: [5000000],
			},
		],
	];
	for (const [ellipsoid, figure] of ellipsoids) {
		for (const [name, mapping, attributes] of mappings)
			files[`cf-${name}-${ellipsoid}.nc`] = writeClassic(projected(mapping, { ...attributes, ...figure }));
	}
	return files;
}

/** A grid of 10 by 10 cells of 20 km, near the origin but not on it. */
function projected(mapping: string, attributes: Attributes): ClassicFile {
	const steps = Array.from({ length: 10 }, (_, index) => 110_000 + index * 20_000);
	const axis = (name: "x" | "y", values: readonly number[]) => ({
		type: "double" as const,
		dimensions: [name],
		attributes: { standard_name: `projection_${name}_coordinate`, units: "m" },
		values,
	});
	return {
		dimensions: { y: 10, x: 10 },
		attributes: { Conventions: "CF-1.8" },
		variables: {
			crs: { type: "int", dimensions: [], attributes: { grid_mapping_name: mapping, ...attributes } },
			y: axis(
				"y",
				steps.map((step) => -step),
			),
			x: axis("x", steps),
			data: { type: "short", dimensions: ["y", "x"], attributes: { grid_mapping: "crs" } },
		},
	};
}
