import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { type ConversionParameter, crsOfParameters, type Datum } from "#lib/metadata/crs/parameters.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { type Axes, axisRole, notPlaced } from "./cf-axes.ts";
import {
	type NetcdfAttributes,
	type NetcdfFile,
	type NetcdfVariable,
	numberAttribute,
	textAttribute,
} from "./model.ts";

export interface CfCrs {
	readonly crs: string;
	/** Metres (or degrees) per unit of the coordinates. */
	readonly scale: number;
}

/**
 * The CRS of a data variable on a grid (CF conventions 1.10, 5.6 and appendix F): of its grid mapping variable
 * `crs_wkt` or GDAL's `spatial_ref`, else an EPSG code, else `grid_mapping_name` with its parameters. Without a grid
 * mapping longitudes and latitudes are WGS 84. null where there is no word for it.
 * @throws RejectedError `no-crs` where projected coordinates have no grid mapping.
 */
export function crsOfVariable(file: NetcdfFile, variable: NetcdfVariable, axes: Axes & { kind: "grid" }): CfCrs | null {
	const mapping = mappingOf(file, variable);
	const isGeographic = axisRole(axes.x) === "lon" && axisRole(axes.y) === "lat";
	if (mapping === null) {
		if (isGeographic) return { crs: "EPSG:4326", scale: 1 };
		throw notPlaced(
			`its variable ${variable.name} has projected coordinates, but no grid_mapping that tells their CRS`,
		);
	}
	const crs = crsOfMapping(mapping.attributes) ?? (isGeographic ? "EPSG:4326" : null);
	if (crs === null) return null;
	const scale = projectionOf(crs)?.geographic
		? 1
		: scaleOf(textAttribute(axes.x.attributes, "units"), mapping.attributes);
	return scale === null ? null : { crs, scale };
}

/** `grid_mapping` names it alone (`crs`), or before coordinates (`crs: x y`). */
export function mappingOf(file: NetcdfFile, variable: NetcdfVariable): NetcdfVariable | null {
	const name = /^([^\s:]+)/.exec(textAttribute(variable.attributes, "grid_mapping"))?.[1];
	if (name === undefined) return null;
	const named = file.variables.filter((candidate) => candidate.name === name.replace(/^.*\//, ""));
	return named.find(({ group }) => group === variable.group) ?? named[0] ?? null;
}

const geostationaryHeight = "perspective_point_height";

function scaleOf(units: string, mapping: NetcdfAttributes): number | null {
	const height = numberAttribute(mapping, geostationaryHeight);
	if (/^(rad|radians?)$/i.test(units)) return height;
	if (/^(µ|micro)rad(ian)?s?$/i.test(units)) return height === null ? null : height / 1e6;
	return /^(km|kilomet(er|re)s?)$/i.test(units) ? 1000 : 1;
}

function crsOfMapping(attributes: NetcdfAttributes): string | null {
	for (const name of ["crs_wkt", "spatial_ref"]) {
		const wkt = textAttribute(attributes, name);
		const crs = wkt === "" ? null : crsOfWkt(wkt);
		if (crs !== null) return crs;
	}
	const code = /^(?:EPSG:{1,2})?(\d{4,6})$/i.exec(
		textAttribute(attributes, "epsg_code") || String(numberAttribute(attributes, "epsg_code")),
	)?.[1];
	if (code !== undefined && projectionOf(`EPSG:${code}`) !== null) return `EPSG:${code}`;
	return crsOfName(textAttribute(attributes, "grid_mapping_name"), attributes);
}

function crsOfName(name: string, attributes: NetcdfAttributes): string | null {
	const datum = datumOf(attributes);
	if (name === "latitude_longitude") return crsOfParameters({ datum, conversion: null });
	if (name === "geostationary") return geostationary(attributes, datum);
	const [method, names] = conversionsByName[name] ?? [];
	if (method === undefined || names === undefined) return null;
	const parameters: Partial<Record<ConversionParameter, number>> = {};
	for (const [parameter, attribute] of Object.entries({ ...commonNames, ...names })) {
		const value = numberAttribute(attributes, attribute);
		if (value !== null) parameters[parameter as ConversionParameter] = value;
	}
	const parallels = attributes.get("standard_parallel");
	const second = typeof parallels === "object" ? parallels[1] : undefined;
	if (name === "lambert_conformal_conic" || name === "albers_conical_equal_area") {
		return crsOfParameters({
			datum,
			conversion: { method, parameters: { ...parameters, parallel2: second ?? parameters.parallel1 ?? 0 }, unit: 1 },
		});
	}
	return crsOfParameters({ datum, conversion: { method, parameters, unit: 1 } });
}

/** Without any parameter of its own the figure of the Earth is that of WGS 84, as GDAL has it. */
function datumOf(attributes: NetcdfAttributes): Datum {
	const radius = numberAttribute(attributes, "earth_radius");
	const semiMajor = radius ?? numberAttribute(attributes, "semi_major_axis");
	const semiMinor = radius ?? numberAttribute(attributes, "semi_minor_axis");
	const told = numberAttribute(attributes, "inverse_flattening");
	const byAxes =
		semiMajor !== null && semiMinor !== null && semiMajor !== semiMinor ? semiMajor / (semiMajor - semiMinor) : 0;
	return {
		code: semiMajor === null ? 4326 : null,
		semiMajor,
		inverseFlattening: told ?? byAxes,
		primeMeridian: numberAttribute(attributes, "longitude_of_prime_meridian") ?? 0,
	};
}

function geostationary(attributes: NetcdfAttributes, { semiMajor, inverseFlattening }: Datum): string | null {
	const height = numberAttribute(attributes, geostationaryHeight);
	if (height === null || (numberAttribute(attributes, "latitude_of_projection_origin") ?? 0) !== 0) return null;
	const lon = numberAttribute(attributes, "longitude_of_projection_origin") ?? 0;
	const isX =
		textAttribute(attributes, "sweep_angle_axis") === "x" || textAttribute(attributes, "fixed_angle_axis") === "y";
	const a = semiMajor ?? 6378137;
	const flattening = semiMajor === null ? 1 / 298.257223563 : inverseFlattening ? 1 / inverseFlattening : 0;
	const b = numberAttribute(attributes, "semi_minor_axis") ?? a * (1 - flattening);
	const crs = `+proj=geos +lon_0=${lon} +h=${height} +x_0=0 +y_0=0 +a=${a} +b=${b} +sweep=${isX ? "x" : "y"} +no_defs`;
	return projectionOf(crs) === null ? null : crs;
}

type AttributeNames = Partial<Readonly<Record<ConversionParameter, string>>>;

const commonNames: AttributeNames = { x0: "false_easting", y0: "false_northing" };
const origin = { lat: "latitude_of_projection_origin", lon: "longitude_of_projection_origin" };
const meridian = { lon: "longitude_of_central_meridian" };

/** GeoTIFF's code of the method, and where each parameter stands (CF conventions, appendix F). */
const conversionsByName: Readonly<Record<string, readonly [method: number, names: AttributeNames]>> = {
	transverse_mercator: [1, { ...meridian, lat: origin.lat, scale: "scale_factor_at_central_meridian" }],
	mercator: [7, { lon: origin.lon, scale: "scale_factor_at_projection_origin", parallel1: "standard_parallel" }],
	lambert_conformal_conic: [8, { ...meridian, lat: origin.lat, parallel1: "standard_parallel" }],
	lambert_azimuthal_equal_area: [10, origin],
	albers_conical_equal_area: [11, { ...meridian, lat: origin.lat, parallel1: "standard_parallel" }],
	azimuthal_equidistant: [12, origin],
	stereographic: [14, { ...origin, scale: "scale_factor_at_projection_origin" }],
	polar_stereographic: [15, { lon: "straight_vertical_longitude_from_pole", lat: "standard_parallel" }],
	orthographic: [21, origin],
	sinusoidal: [24, { lon: "longitude_of_projection_origin" }],
	lambert_cylindrical_equal_area: [28, { ...meridian, parallel1: "standard_parallel" }],
};
