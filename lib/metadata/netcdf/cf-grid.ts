import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import type { Raster } from "#lib/metadata/metadata.ts";
import { type Axes, axesOfVariable, axisRole, coordinates, notPlaced, spatialDimensions } from "./cf-axes.ts";
import { crsOfVariable, mappingOf } from "./cf-crs.ts";
import { gcpsOfAxes, gcpsOfSwath } from "./cf-gcps.ts";
import { eosGridOf } from "./eos-grid.ts";
import { type MainGrid, type NetcdfDimension, type NetcdfFile, type NetcdfVariable, textAttribute } from "./model.ts";

/**
 * Chooses among all pairs of last two dimensions (y, x) of numeric variables with coordinates the one with the most pixels;
 * of equal ones the one with the most variables, then the first in the file. Coordinates, their bounds and grid mappings
 * are no data; variables on other grids are left out.
 * @throws RejectedError `no-crs` where none says where it lies.
 */
export async function mainGrid(file: NetcdfFile): Promise<MainGrid> {
	const candidates = dataVariables(file);
	const groups: {
		x: NetcdfDimension;
		y: NetcdfDimension;
		variables: NetcdfVariable[];
		grid: Axes | null;
		swath: Axes | null;
	}[] = [];
	for (const variable of candidates) {
		const spatial = spatialDimensions(file, variable);
		if (spatial === null) continue;
		const { x, y } = spatial;
		const known = groups.find((group) => group.x === x && group.y === y);
		if (known !== undefined) known.variables.push(variable);
		else if (groups.length < maxGrids) groups.push({ x, y, variables: [variable], ...axesOfVariable(file, variable) });
	}
	const placed = groups.filter(
		({ x, y, grid, swath }) => x.size > 0 && y.size > 0 && (grid !== null || swath !== null),
	);
	const [best] = placed.sort(
		(a, b) => b.x.size * b.y.size - a.x.size * a.y.size || b.variables.length - a.variables.length,
	);
	if (best === undefined) {
		const eos = await eosGridOf(file);
		if (eos !== null) return eos;
		throw notPlaced(nothingPlaced(file, candidates));
	}
	const size = [best.x.size, best.y.size] as const;
	const { footprint, ...place } = await placeOf(file, best, size);
	return { variables: best.variables, place: { size, ...place }, ...(footprint && { footprint }) };
}

const maxGrids = 100;

/** Numeric, two dimensions or more, and neither coordinates, bounds nor grid mapping of another. */
function dataVariables(file: NetcdfFile): readonly NetcdfVariable[] {
	const named = new Set<string>();
	for (const { attributes } of file.variables) {
		for (const name of ["bounds", "climatology"]) named.add(textAttribute(attributes, name));
	}
	return file.variables.filter((variable) => {
		if (variable.dataType === null || variable.dimensions.length < 2 || named.has(variable.name)) return false;
		const role = axisRole(variable);
		return role !== "lon" && role !== "lat" && variable.attributes.get("CLASS") !== "DIMENSION_SCALE";
	});
}

function nothingPlaced(file: NetcdfFile, candidates: readonly NetcdfVariable[]): string {
	const [first] = candidates;
	if (first === undefined) return "it has no variable of two dimensions";
	const names = first.dimensions.slice(-2).map(({ name }) => name);
	const remedy = "give it coordinate variables as the CF conventions say (y before x), or two-dimensional lat and lon";
	return `its variable ${first.name.slice(0, 60)} has no coordinates along (${names.join(", ").slice(0, 100)}) among ${file.variables.length} variables; ${remedy}`;
}

interface Group {
	readonly variables: readonly NetcdfVariable[];
	readonly grid: Axes | null;
	readonly swath: Axes | null;
}

type Place = Omit<Raster, "bands" | "size">;

async function placeOf(
	file: NetcdfFile,
	{ variables, grid, swath }: Group,
	size: Raster["size"],
): Promise<Place & Pick<MainGrid, "footprint">> {
	const mapped = variables.find((variable) => mappingOf(file, variable) !== null) ?? variables[0];
	if (
		grid?.kind === "grid" &&
		mapped !== undefined &&
		(swath === null || mappingOf(file, mapped) !== null || isGeographic(grid))
	) {
		const reference = crsOfVariable(file, mapped, grid);
		if (reference !== null) return placeOfGrid(grid, reference, size);
		const name = textAttribute(mappingOf(file, mapped)?.attributes ?? new Map(), "grid_mapping_name").slice(0, 60);
		const crs = `the CRS of its variable ${mapped.name.slice(0, 60)}${name === "" ? "" : ` (${name})`}`;
		if (swath === null) throw notPlaced(`${crs} is not supported`);
	}
	if (swath?.kind !== "swath") throw notPlaced("its grid has no coordinates");
	const { gcps, footprint } = await gcpsOfSwath(swath, size);
	return { kind: "referenceable", crs: "EPSG:4326", extent: null, gcps, ...(footprint !== null && { footprint }) };
}

function isGeographic({ x, y }: Axes & { kind: "grid" }): boolean {
	return axisRole(x) === "lon" && axisRole(y) === "lat";
}

async function placeOfGrid(
	{ x, y }: Axes & { kind: "grid" },
	{ crs, scale }: { crs: string; scale: number },
	size: Raster["size"],
): Promise<Place> {
	const [along, down] = [await spacingOf(x, size[0]), await spacingOf(y, size[1])];
	if (along === null || down === null) {
		return { kind: "referenceable", crs, extent: null, gcps: await gcpsOfAxes({ x, y }, size, scale) };
	}
	const isBeyond = projectionOf(crs)?.geographic === true && Math.min(along.first, along.last) > 180;
	// A single column or row is as wide as the other axis' steps.
	const dx = (along.step ?? Math.abs(down.step ?? Number.NaN)) * scale;
	const dy = (down.step ?? -Math.abs(along.step ?? Number.NaN)) * scale;
	if (!Number.isFinite(dx) || !Number.isFinite(dy))
		throw notPlaced("it has a single pixel, and nothing gives its size");
	// A grid that begins beyond 180° East is shifted west by 360°, as GDAL does.
	const [left, top] = [along.first * scale - dx / 2 - (isBeyond ? 360 : 0), down.first * scale - dy / 2];
	return { crs, ...gridOfAffine([left, dx, 0, top, 0, dy], size) };
}

interface Spacing {
	readonly first: number;
	readonly last: number;
	/** null: there is but one value, and no bounds. */
	readonly step: number | null;
}

/** Steps of a regular axis differ by no more than this part of them, or the precision of the numbers. */
const tolerance = 0.05;
const float32Precision = 2 ** -23;

/** By samples at both ends and in the middle; null for an axis whose steps differ. */
async function spacingOf(axis: NetcdfVariable, size: number): Promise<Spacing | null> {
	const at = async (index: number, count: number) => {
		const values = await coordinates(axis, [index], [count]);
		if (values.some((value) => !Number.isFinite(value))) throw notPlaced(`its coordinates ${axis.name} are incomplete`);
		return values;
	};
	const [first = 0, second = 0] = await at(0, Math.min(2, size));
	if (size === 1) return { first, last: first, step: null };
	const middle = Math.floor((size - 1) / 2);
	const [before = 0, after = 0] = await at(middle, 2);
	const [storedLast = 0, storedEnd = 0] = await at(size - 2, 2);
	// Longitudes may jump from 360 to 0 on their way.
	const isLongitude = axisRole(axis) === "lon";
	const step0 = isLongitude ? shortWay(second - first) : second - first;
	const unwrapped = (value: number, index: number) =>
		isLongitude ? value + 360 * Math.round((first + step0 * index - value) / 360) : value;
	const last = unwrapped(storedLast, size - 2);
	const end = unwrapped(storedEnd, size - 1);
	const step = (end - first) / (size - 1);
	const noise = 2 * float32Precision * Math.max(Math.abs(first), Math.abs(end));
	const allowed = Math.max(Math.abs(step) * tolerance, axis.dataType === "Float32" ? noise : 0);
	const middleStep = isLongitude ? shortWay(after - before) : after - before;
	const isRegular = [step0, middleStep, end - last].every((one) => Math.abs(one - step) <= allowed);
	return isRegular && step !== 0 ? { first, last: end, step } : null;
}

/** A step in longitude as the short way around. */
function shortWay(step: number): number {
	return step - 360 * Math.round(step / 360);
}
