import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { type NetcdfDimension, type NetcdfFile, type NetcdfVariable, numberAttribute, textAttribute } from "./model.ts";

export type AxisRole = "x" | "y" | "lon" | "lat" | "z" | "t";

/**
 * The quantity of a coordinate variable, by the CF conventions (1.10, chapter 4): its units, standard name or `axis`; names
 * in common use serve where those are missing. null: anything else.
 */
export function axisRole({ name, attributes }: NetcdfVariable): AxisRole | null {
	const standard = textAttribute(attributes, "standard_name").toLowerCase();
	const byStandardName = rolesByStandardName[standard];
	if (byStandardName !== undefined) return byStandardName;
	const units = textAttribute(attributes, "units");
	if (/^degrees?_?(east|e)$/i.test(units)) return "lon";
	if (/^degrees?_?(north|n)$/i.test(units)) return "lat";
	if (/^\w+ since /i.test(units)) return "t";
	if (standard === "") {
		const byName = rolesByName[name.toLowerCase()];
		if (byName !== undefined) return byName;
	}
	const axis = textAttribute(attributes, "axis").toLowerCase();
	return axis === "x" || axis === "y" || axis === "z" || axis === "t" ? axis : null;
}

const rolesByStandardName = lookupTable<AxisRole>({
	longitude: "lon",
	latitude: "lat",
	projection_x_coordinate: "x",
	projection_y_coordinate: "y",
	projection_x_angular_coordinate: "x",
	projection_y_angular_coordinate: "y",
	grid_longitude: "x",
	grid_latitude: "y",
	time: "t",
});

const rolesByName = lookupTable<AxisRole>({
	lon: "lon",
	longitude: "lon",
	nav_lon: "lon",
	lat: "lat",
	latitude: "lat",
	nav_lat: "lat",
	x: "x",
	easting: "x",
	y: "y",
	northing: "y",
	time: "t",
});

/** The coordinates of the elements of two dimensions. */
export type Axes =
	| { readonly kind: "grid"; readonly x: NetcdfVariable; readonly y: NetcdfVariable }
	/** Longitude and latitude of every pixel. */
	| { readonly kind: "swath"; readonly lon: NetcdfVariable; readonly lat: NetcdfVariable };

/**
 * The axes of a variable by its lines and columns: coordinate variables of these, else two-dimensional
 * longitudes and latitudes (leading dimensions of one, or of the variable's own, apart), those its `coordinates` names first; null if it has neither.
 */
export function axesOfVariable(
	file: NetcdfFile,
	variable: NetcdfVariable,
): { readonly grid: Axes | null; readonly swath: Axes | null } {
	const spatial = spatialDimensions(file, variable);
	if (spatial === null) return { grid: null, swath: null };
	const { x, y } = spatial;
	const [xAxis, yAxis] = [coordinateOf(file, x), coordinateOf(file, y)];
	const isGrid =
		xAxis !== null &&
		yAxis !== null &&
		!isEither(xAxis, ["y", "lat", "z", "t"]) &&
		!isEither(yAxis, ["x", "lon", "z", "t"]);
	const named = new Set(textAttribute(variable.attributes, "coordinates").split(/\s+/));
	const both = file.variables.filter(({ dimensions }) => {
		const [alongY, alongX] = dimensions.slice(-2);
		const leading = dimensions.slice(0, -2);
		const isOwn = leading.every((one) => one.size === 1 || variable.dimensions.includes(one));
		return alongY === y && alongX === x && isOwn;
	});
	const inOrder = [...both.filter(({ name }) => named.has(name)), ...both];
	const [lon, lat] = (["lon", "lat"] as const).map((role) => inOrder.find((one) => axisRole(one) === role));
	return {
		grid: isGrid ? { kind: "grid", x: xAxis, y: yAxis } : null,
		swath: lon !== undefined && lat !== undefined ? { kind: "swath", lon, lat } : null,
	};
}

/**
 * Lines and columns of a variable: the dimensions whose coordinates are y and x, wherever they stand (TRMM and IMERG store the
 * longitude first, others the time last); else the last two, unless longitudes and latitudes of every pixel have two others.
 */
export function spatialDimensions(
	file: NetcdfFile,
	{ dimensions }: NetcdfVariable,
): { readonly x: NetcdfDimension; readonly y: NetcdfDimension } | null {
	const [y, x] = dimensions.slice(-2);
	if (x === undefined || y === undefined) return null;
	const withRole = (roles: readonly AxisRole[]) =>
		dimensions.filter((dimension) => {
			const axis = coordinateOf(file, dimension);
			return axis !== null && isEither(axis, roles);
		});
	const [xs, ys] = [withRole(["x", "lon"]), withRole(["y", "lat"])];
	const [ownX, ownY] = [xs[0], ys[0]];
	if (xs.length === 1 && ys.length === 1 && ownX !== undefined && ownY !== undefined) return { x: ownX, y: ownY };
	if (dimensions.length > 2 && !hasPixelCoordinates(file, y, x)) {
		const swath = file.variables.find(
			(one) =>
				one.dimensions.length === 2 &&
				isEither(one, ["lat"]) &&
				one.dimensions.every((dimension) => dimensions.includes(dimension)),
		);
		const [down, along] = swath?.dimensions ?? [];
		if (down !== undefined && along !== undefined && down !== along) return { x: along, y: down };
	}
	return x === y ? null : { x, y };
}

function hasPixelCoordinates(file: NetcdfFile, y: NetcdfDimension, x: NetcdfDimension): boolean {
	return file.variables.some((one) => {
		const [down, along] = one.dimensions.slice(-2);
		return down === y && along === x && isEither(one, ["lat"]);
	});
}

/** The one-dimensional variable of the dimension: that of its name, else one that is an axis. */
export function coordinateOf(file: NetcdfFile, dimension: NetcdfDimension): NetcdfVariable | null {
	const known = coordinatesByFile.get(file) ?? new Map<NetcdfDimension, NetcdfVariable | null>();
	coordinatesByFile.set(file, known);
	const found = known.get(dimension);
	if (found !== undefined) return found;
	const coordinate = findCoordinate(file, dimension);
	known.set(dimension, coordinate);
	return coordinate;
}

/** Each is asked for once for every variable along it. */
const coordinatesByFile = new WeakMap<NetcdfFile, Map<NetcdfDimension, NetcdfVariable | null>>();

function findCoordinate(file: NetcdfFile, dimension: NetcdfDimension): NetcdfVariable | null {
	const along = file.variables.filter(
		({ dimensions, dataType }) => dimensions.length === 1 && dimensions[0] === dimension && dataType !== null,
	);
	return along.find(({ name }) => name === dimension.name) ?? along.find((one) => axisRole(one) !== null) ?? null;
}

function isEither(axis: NetcdfVariable, roles: readonly AxisRole[]): boolean {
	const role = axisRole(axis);
	return role !== null && roles.includes(role);
}

/**
 * Values of a coordinate variable as they are meant: unpacked by `scale_factor` and `add_offset`, NaN where missing.
 * @throws RejectedError as `NetcdfVariable.read`.
 */
export async function coordinates(
	variable: NetcdfVariable,
	start: readonly number[],
	count: readonly number[],
): Promise<readonly number[]> {
	const { attributes } = variable;
	const [scale, offset] = [
		numberAttribute(attributes, "scale_factor") ?? 1,
		numberAttribute(attributes, "add_offset") ?? 0,
	];
	const missing = [numberAttribute(attributes, "_FillValue"), numberAttribute(attributes, "missing_value")];
	const values = await variable.read(start, count);
	return values.map((value) => (missing.includes(value) ? Number.NaN : value * scale + offset));
}

export function notPlaced(reason: string): RejectedError {
	return new RejectedError("no-crs", `The netCDF does not say where it lies: ${reason}.`);
}
