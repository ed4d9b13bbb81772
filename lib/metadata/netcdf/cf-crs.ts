import { lookupTable } from "#lib/lookup-table.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { type Conversion, crsOfParameters, type Datum } from "#lib/metadata/crs/parameters.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { baseName } from "#lib/paths.ts";
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
 * mapping longitudes and latitudes are WGS 84. null where it cannot be expressed.
 * @throws RejectedError `no-crs` where projected coordinates have no grid mapping.
 */
export function crsOfVariable(file: NetcdfFile, variable: NetcdfVariable, axes: Axes & { kind: "grid" }): CfCrs | null {
	const mapping = mappingOf(file, variable);
	const isGeographic = axisRole(axes.x) === "lon" && axisRole(axes.y) === "lat";
	if (mapping === null) {
		if (isGeographic) return { crs: "EPSG:4326", scale: 1 };
		throw notPlaced(
			`its variable ${variable.name} has projected coordinates, but no grid_mapping that gives their CRS`,
		);
	}
	const scale = scaleOf(textAttribute(axes.x.attributes, "units"), mapping.attributes);
	const crs = crsOfMapping(mapping.attributes, scale ?? 1) ?? (isGeographic ? "EPSG:4326" : null);
	if (crs === null) return null;
	if (projectionOf(crs)?.geographic) return { crs, scale: 1 };
	return scale === null ? null : { crs, scale };
}

/** `grid_mapping` names it alone (`crs`), or before coordinates (`crs: x y`). */
export function mappingOf(file: NetcdfFile, variable: NetcdfVariable): NetcdfVariable | null {
	const name = /^([^\s:]+)/.exec(textAttribute(variable.attributes, "grid_mapping"))?.[1];
	if (name === undefined) return null;
	const named = file.variables.filter((candidate) => candidate.name === baseName(name));
	return named.find(({ group }) => group === variable.group) ?? named[0] ?? null;
}

const geostationaryHeight = "perspective_point_height";

function scaleOf(units: string, mapping: NetcdfAttributes): number | null {
	const height = numberAttribute(mapping, geostationaryHeight);
	if (/^(rad|radians?)$/i.test(units)) return height;
	if (/^(µ|micro)rad(ian)?s?$/i.test(units)) return height === null ? null : height / 1e6;
	return /^(km|kilomet(er|re)s?)$/i.test(units) ? 1000 : 1;
}

function crsOfMapping(attributes: NetcdfAttributes, metres: number): string | null {
	for (const name of ["crs_wkt", "spatial_ref"]) {
		const wkt = textAttribute(attributes, name);
		const crs = wkt === "" ? null : crsOfWkt(wkt);
		if (crs !== null) return crs;
	}
	const code = /^(?:EPSG:{1,2})?(\d{4,6})$/i.exec(
		textAttribute(attributes, "epsg_code") || String(numberAttribute(attributes, "epsg_code")),
	)?.[1];
	if (code !== undefined && projectionOf(`EPSG:${code}`) !== null) return `EPSG:${code}`;
	return crsOfName(textAttribute(attributes, "grid_mapping_name"), attributes, metres);
}

/**
 * The CRS of `grid_mapping_name` and its parameters (CF conventions 1.11, appendix F), each of which may be given in any of
 * the ways that versions of CF define. The false origin is in the unit of the coordinates, of so many metres.
 * @returns null for a mapping that is not known, and for two longitudes of its origin that differ
 */
function crsOfName(name: string, attributes: NetcdfAttributes, metres: number): string | null {
	const datum = datumOf(attributes);
	if (name === "latitude_longitude") return crsOfParameters({ datum, conversion: null });
	const number = (...names: readonly string[]) =>
		names.map((one) => numberAttribute(attributes, one)).find((value) => value !== null) ?? null;
	const longitudes = originLongitudes.flatMap((one) => numberAttribute(attributes, one) ?? []);
	if (longitudes.some((lon) => lon !== longitudes[0])) return null;
	const parallels = parallelsOf(attributes);
	const given: Given = {
		lat: number("latitude_of_projection_origin"),
		lon: longitudes[0] ?? null,
		parallels,
		scale: number("scale_factor_at_projection_origin", "scale_factor_at_central_meridian"),
		azimuth: number("azimuth_of_central_line"),
		flattening: datum.inverseFlattening ? 1 / datum.inverseFlattening : 0,
	};
	const own = ownProjection(name, attributes, { given, datum, metres });
	if (own !== null) return own;
	const conversion = conversionsByName[name]?.(given) ?? null;
	if (conversion === null) return null;
	const falseOrigin = { x0: (number("false_easting") ?? 0) * metres, y0: (number("false_northing") ?? 0) * metres };
	return crsOfParameters({
		datum,
		conversion: { method: conversion.method, parameters: { ...conversion.parameters, ...falseOrigin }, unit: 1 },
	});
}

const originLongitudes = [
	"longitude_of_projection_origin",
	"longitude_of_central_meridian",
	"straight_vertical_longitude_from_pole",
];

/** One or two numbers, which some writers put into a text. */
function parallelsOf(attributes: NetcdfAttributes): readonly number[] {
	const value = attributes.get("standard_parallel");
	const numbers = typeof value === "string" ? value.split(/[\s,]+/).map(Number) : (value ?? []);
	return numbers.filter(Number.isFinite);
}

/** The CRS of a grid mapping; null: it gives none. */
interface Given {
	readonly lat: number | null;
	readonly lon: number | null;
	readonly parallels: readonly number[];
	readonly scale: number | null;
	readonly azimuth: number | null;
	/** Of the ellipsoid; 0 for a sphere. */
	readonly flattening: number;
}

type CfConversion = Pick<Conversion, "method" | "parameters">;

/** GeoTIFF's method and its parameters; null where CF leaves none to choose. */
const conversionsByName = lookupTable<(given: Given) => CfConversion | null>({
	transverse_mercator: ({ lat, lon, scale }) => ({
		method: 1,
		parameters: { lat: lat ?? 0, lon: lon ?? 0, scale: scale ?? 1 },
	}),
	mercator: ({ lon, parallels, scale }) => ({
		method: 7,
		parameters: {
			lon: lon ?? 0,
			...(parallels[0] === undefined ? { scale: scale ?? 1 } : { parallel1: parallels[0] }),
		},
	}),
	lambert_conformal_conic: (given) => conic(8, given),
	albers_conical_equal_area: (given) => conic(11, given),
	lambert_azimuthal_equal_area: ({ lat, lon }) => ({ method: 10, parameters: { lat: lat ?? 0, lon: lon ?? 0 } }),
	azimuthal_equidistant: ({ lat, lon }) => ({ method: 12, parameters: { lat: lat ?? 0, lon: lon ?? 0 } }),
	orthographic: ({ lat, lon }) => ({ method: 21, parameters: { lat: lat ?? 0, lon: lon ?? 0 } }),
	stereographic: ({ lat, lon, scale }) => ({
		method: 14,
		parameters: { lat: lat ?? 0, lon: lon ?? 0, scale: scale ?? 1 },
	}),
	polar_stereographic: polarStereographic,
	oblique_mercator: ({ lat, lon, azimuth, scale }) => ({
		method: 9815,
		parameters: { lat: lat ?? 0, lon: lon ?? 0, azimuth: azimuth ?? 0, gridAngle: azimuth ?? 0, scale: scale ?? 1 },
	}),
	sinusoidal: ({ lon }) => ({ method: 24, parameters: { lon: lon ?? 0 } }),
	lambert_cylindrical_equal_area: ({ lon, parallels, scale, flattening }) => ({
		method: 28,
		parameters: { lon: lon ?? 0, parallel1: parallels[0] ?? parallelOfScale(scale ?? 1, flattening) },
	}),
});

/** One parallel counts twice. */
function conic(method: number, { lat, lon, parallels }: Given): CfConversion | null {
	const [first, second = first] = parallels;
	if (first === undefined || second === undefined) return null;
	return { method, parameters: { lat: lat ?? 0, lon: lon ?? 0, parallel1: first, parallel2: second } };
}

/** By its parallel of true scale, else by the scale factor at the pole that the origin is at. */
function polarStereographic({ lat, lon, parallels: [parallel], scale }: Given): CfConversion {
	const isSouth = lat === null ? (parallel ?? 0) < 0 : lat < 0;
	if (parallel !== undefined && Math.abs(parallel) !== 90) {
		const trueScale = isSouth ? -Math.abs(parallel) : Math.abs(parallel);
		return { method: 15, parameters: { lat: trueScale, lon: lon ?? 0 } };
	}
	return { method: 15, parameters: { lat: isSouth ? -90 : 90, lon: lon ?? 0, scale: scale ?? 1 } };
}

/** The parallel where a cylindrical equal-area projection has that scale (Snyder, 10-8). */
function parallelOfScale(scale: number, flattening: number): number {
	const eccentricity = flattening * (2 - flattening);
	const sine = Math.sqrt((1 - scale ** 2) / (1 - eccentricity * scale ** 2));
	return Number.isFinite(sine) ? (Math.asin(sine) * 180) / Math.PI : 0;
}

/** Projections that GeoTIFF has no method for, in PROJ's words. */
function ownProjection(
	name: string,
	attributes: NetcdfAttributes,
	{ given, datum, metres }: { given: Given; datum: Datum; metres: number },
): string | null {
	const a = datum.semiMajor ?? 6378137;
	const flattening = datum.semiMajor === null ? 1 / 298.257223563 : given.flattening;
	const b = numberAttribute(attributes, "semi_minor_axis") ?? a * (1 - flattening);
	const height = numberAttribute(attributes, geostationaryHeight);
	const number = (attribute: string, fallback: number) => numberAttribute(attributes, attribute) ?? fallback;
	const words = (() => {
		if (name === "geostationary" && height !== null && (given.lat ?? 0) === 0) {
			const isX =
				textAttribute(attributes, "sweep_angle_axis") === "x" || textAttribute(attributes, "fixed_angle_axis") === "y";
			return `+proj=geos +lon_0=${given.lon ?? 0} +h=${height} +x_0=0 +y_0=0 +a=${a} +b=${b} +sweep=${isX ? "x" : "y"}`;
		}
		if (name === "vertical_perspective" && height !== null)
			return `+proj=tpers +lat_0=${given.lat ?? 0} +lon_0=${given.lon ?? 0} +h=${height} +tilt=0 +azi=0 +x_0=${number("false_easting", 0) * metres} +y_0=${number("false_northing", 0) * metres} +a=${a} +b=${b}`;
		if (name === "rotated_latitude_longitude") {
			const poleLat = number("grid_north_pole_latitude", 90);
			const poleLon = number("north_pole_grid_longitude", 0);
			const meridian = 180 + number("grid_north_pole_longitude", 0);
			return `+proj=ob_tran +o_proj=longlat +o_lat_p=${poleLat} +o_lon_p=${poleLon} +lon_0=${meridian} +a=${a} +b=${b} +to_meter=${Math.PI / 180}`;
		}
		return null;
	})();
	if (words === null) return null;
	const crs = `${words} +no_defs`;
	return projectionOf(crs) === null ? null : crs;
}

/** By name as CF has it from EPSG and Snyder; metres, and 1/f. */
const ellipsoidsByName = lookupTable<readonly [semiMajor: number, inverseFlattening: number]>({
	wgs84: [6378137, 298.257223563],
	grs1980: [6378137, 298.257222101],
	grs80: [6378137, 298.257222101],
	wgs72: [6378135, 298.26],
	bessel1841: [6377397.155, 299.1528128],
	clarke1866: [6378206.4, 294.978698213898],
	international1924: [6378388, 297],
	airy1830: [6377563.396, 299.3249646],
	krassowsky1940: [6378245, 298.3],
});

/** Without any parameter of its own the figure of the Earth is that of WGS 84, as in GDAL; so it is about another meridian. */
function datumOf(attributes: NetcdfAttributes): Datum {
	const radius = numberAttribute(attributes, "earth_radius");
	const name = textAttribute(attributes, "reference_ellipsoid_name")
		.toLowerCase()
		.replace(/[^a-z0-9]/g, "");
	const named = ellipsoidsByName[name];
	const primeMeridian = numberAttribute(attributes, "longitude_of_prime_meridian") ?? 0;
	const given = radius ?? numberAttribute(attributes, "semi_major_axis");
	const figure = named ?? (given === null && primeMeridian !== 0 ? ellipsoidsByName.wgs84 : undefined);
	const semiMajor = given ?? figure?.[0] ?? null;
	const semiMinor = radius ?? numberAttribute(attributes, "semi_minor_axis");
	const byAxes =
		semiMajor !== null && semiMinor !== null
			? semiMajor === semiMinor
				? 0
				: semiMajor / (semiMajor - semiMinor)
			: null;
	return {
		code: semiMajor === null ? 4326 : null,
		semiMajor,
		inverseFlattening: numberAttribute(attributes, "inverse_flattening") ?? byAxes ?? figure?.[1] ?? 0,
		primeMeridian,
	};
}
