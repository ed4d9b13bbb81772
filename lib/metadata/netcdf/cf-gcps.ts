import { directionOf } from "#lib/metadata/geometry/direction.ts";
import { evenIndices } from "#lib/metadata/geometry/even-indices.ts";
import { footprintOfPolygons } from "#lib/metadata/geometry/footprint.ts";
import type { Footprint, Gcp, Raster } from "#lib/metadata/metadata.ts";
import { type Axes, coordinates, notPlaced } from "./cf-axes.ts";
import type { NetcdfVariable } from "./model.ts";

/** Columns and rows of GCPs: enough to follow the curved edges of a swath within a few kilometres. */
export const swathGcps = { columns: 7, rows: 13, min: 3 };

/**
 * GCPs of a grid with uneven steps: the centres of a few pixels.
 * @throws RejectedError `no-crs` for coordinates that are missing.
 */
export async function gcpsOfAxes(
	{ x, y }: Omit<Axes & { kind: "grid" }, "kind">,
	size: Raster["size"],
	scale: number,
): Promise<readonly Gcp[]> {
	const at = async (axis: NetcdfVariable, index: number) => (await coordinates(axis, [index], [1]))[0] ?? Number.NaN;
	const pixels: (readonly [number, number])[] = [];
	for (const index of evenIndices(size[0], swathGcps.columns)) pixels.push([index, (await at(x, index)) * scale]);
	const gcps: Gcp[] = [];
	for (const line of evenIndices(size[1], swathGcps.rows)) {
		const down = (await at(y, line)) * scale;
		for (const [pixel, along] of pixels) gcps.push({ pixel: pixel + 0.5, line: line + 0.5, x: along, y: down, z: 0 });
	}
	return enough(gcps);
}

interface Swath {
	/** `[]` where they outline nothing. */
	readonly gcps: readonly Gcp[];
	/** Where that is not the outline of the GCPs. */
	readonly footprint: Footprint | null;
}

/**
 * GCPs of a swath by its longitudes and latitudes, those left out that are missing or not on Earth.
 * @throws RejectedError `no-crs` for too few.
 */
export async function gcpsOfSwath(
	{ lon, lat }: Omit<Axes & { kind: "swath" }, "kind">,
	size: Raster["size"],
): Promise<Swath> {
	for (const axis of [lon, lat]) await requireSamePlace(axis, size);
	const wanted = evenIndices(size[0], swathGcps.columns);
	const gcps: Gcp[] = [];
	for (const line of evenIndices(size[1], swathGcps.rows)) {
		const row = async (variable: NetcdfVariable) => {
			const values: number[] = [];
			const leading = variable.dimensions.slice(0, -2);
			for (const pixel of wanted) {
				const start = [...leading.map(() => 0), line, pixel];
				values.push(
					...(await coordinates(
						variable,
						start,
						start.map(() => 1),
					)),
				);
			}
			return values;
		};
		const [longitudes, latitudes] = [await row(lon), await row(lat)];
		wanted.forEach((pixel, index) => {
			const [x = Number.NaN, y = Number.NaN] = [longitudes[index], latitudes[index]];
			gcps.push({ pixel: pixel + 0.5, line: line + 0.5, x, y, z: 0 });
		});
	}
	const there = enough(gcps.filter(isOnEarth));
	const at = (pixel: number, line: number) => gcpAt({ lon, lat }, pixel, line);
	const closed = await closedAround(size, at);
	if (closed === "unknown") return { gcps: [], footprint: null };
	if (closed !== null) return { gcps: there, footprint: closed === "outlined" ? null : closed };
	return { gcps: [...there, ...(await betweenOnSides(there, at))], footprint: null };
}

/**
 * Grids of ocean models close around the Earth with their columns, and end in a fold or around a pole of their own, which no ring of
 * pixels outlines: they reach from the row that goes around the Earth to the other pole.
 * @returns null for every other grid; `outlined` where both its ends go around the Earth; `unknown` where neither does, or their
 * longitudes and latitudes are missing.
 */
async function closedAround(
	[width, height]: Raster["size"],
	at: (pixel: number, line: number) => Promise<Gcp>,
): Promise<Footprint | "outlined" | "unknown" | null> {
	if (width < closedSamples || height < closedSamples) return null;
	const inner: number[] = [];
	for (const line of evenIndices(height, closedSamples)) {
		const [first, second, last] = [await at(0, line), await at(1, line), await at(width - 1, line)];
		const step = angleBetween(first, second);
		// NaN and 0: land.
		if (!(step > 0) || ![first, second, last].every(isOnEarth)) continue;
		if (angleBetween(first, last) > 2.5 * step) return null;
		inner.push(line);
	}
	const middle = inner[inner.length >> 1];
	if (inner.length < 2 || middle === undefined) return null;
	const rowOf = async (line: number) => {
		const row: Gcp[] = [];
		for (const pixel of evenIndices(width, closedSamples)) row.push(await at(pixel, line));
		return row;
	};
	if (!goesAround(await rowOf(middle))) return null;
	const around = [await rowOf(0), await rowOf(height - 1)].filter(goesAround);
	const [row] = around;
	if (around.length === 2) return "outlined";
	const latitudes = row?.filter(isOnEarth).map(({ y }) => y) ?? [];
	const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
	if (!(north - south < 15 && Math.min(Math.abs(south), Math.abs(north)) > 30)) return "unknown";
	const [from, to] = south < 0 ? [south, 90] : [-90, north];
	const band = [[-180, from] as const, [180, from] as const, [180, to] as const, [-180, to] as const];
	return footprintOfPolygons([[band]], { wideEdges: "asGiven" }) ?? "unknown";
}

const closedSamples = 13;

/** Whether one half of a row comes back along the other one. */
function isFold(row: readonly Gcp[]): boolean {
	const [first] = row as readonly [Gcp, ...Gcp[]];
	const reach = Math.max(...row.map((gcp) => angleBetween(first, gcp)));
	return row.every((gcp, index) => angleBetween(gcp, row[row.length - 1 - index] as Gcp) <= reach / 10);
}

/** Whether the longitudes of a row, as far as they are there, turn once around the Earth. */
function goesAround(row: readonly Gcp[]): boolean {
	const there = row.filter(isOnEarth);
	if (there.length < 8 || (there.length === row.length && isFold(row))) return false;
	const turns = there.map(({ x }, index) => {
		const step = (there[(index + 1) % there.length] as Gcp).x - x;
		return step - 360 * Math.round(step / 360);
	});
	return Math.abs(Math.abs(turns.reduce((sum, turn) => sum + turn, 0)) - 360) < 1;
}

function angleBetween(a: Gcp, b: Gcp): number {
	const [from, to] = [directionOf(a.x, a.y), directionOf(b.x, b.y)];
	return Math.acos(Math.max(-1, Math.min(1, from[0] * to[0] + from[1] * to[1] + from[2] * to[2])));
}

export const isOnEarth = ({ x, y }: Gcp) => Math.abs(x) <= 540 && Math.abs(y) <= 90;

async function gcpAt(axes: { lon: NetcdfVariable; lat: NetcdfVariable }, pixel: number, line: number): Promise<Gcp> {
	const at = async (variable: NetcdfVariable) => {
		const start = [...variable.dimensions.slice(0, -2).map(() => 0), line, pixel];
		const [value = Number.NaN] = await coordinates(
			variable,
			start,
			start.map(() => 1),
		);
		return value;
	};
	return { pixel: pixel + 0.5, line: line + 0.5, x: await at(axes.lon), y: await at(axes.lat), z: 0 };
}

/**
 * More of the pixels along the four sides, until a straight line between neighbours, in degrees, is nowhere more than some kilometres
 * off: of a whole orbit, or near a pole, a dozen rows do not follow the swath.
 */
export async function betweenOnSides(
	gcps: readonly Gcp[],
	at: (pixel: number, line: number) => Promise<Gcp>,
): Promise<readonly Gcp[]> {
	const more: Gcp[] = [];
	for (const [along, across] of [
		["line", "pixel"],
		["pixel", "line"],
	] as const) {
		const places = gcps.map((gcp) => gcp[across]);
		for (const side of [Math.min(...places), Math.max(...places)]) {
			const points = gcps.filter((gcp) => gcp[across] === side).toSorted((a, b) => a[along] - b[along]);
			const straight = new Set<number>();
			for (let added = 0; added < sideLimits.points; added++) {
				const bends = points.map((point, index) => {
					const next = points[index + 1];
					const isApart = next !== undefined && next[along] - point[along] > 1 && !straight.has(point[along]);
					return isApart ? bendOf(point, next) : 0;
				});
				const most = Math.max(...bends);
				if (most <= sideLimits.kilometres) break;
				const index = bends.indexOf(most);
				const [before, after] = [points[index] as Gcp, points[index + 1] as Gcp];
				const middle = Math.floor((before[along] + after[along]) / 2);
				const found = await (along === "line" ? at(side - 0.5, middle) : at(middle, side - 0.5));
				if (isOnEarth(found) && isBeside(found, before, after, along)) points.splice(index + 1, 0, found);
				else straight.add(before[along]);
			}
			more.push(...points.filter((point) => !gcps.includes(point)));
		}
	}
	return more;
}

/** Whether a point lies off the straight line, in degrees, between two others. */
function isBeside(found: Gcp, before: Gcp, after: Gcp, along: "line" | "pixel"): boolean {
	const share = (found[along] - before[along]) / (after[along] - before[along]);
	const east = after.x - before.x - 360 * Math.round((after.x - before.x) / 360);
	const between = { ...found, x: before.x + share * east, y: before.y + share * (after.y - before.y) };
	return earthRadius * angleBetween(found, between) > sideLimits.kilometres;
}

/** How far a swath may lie from the straight lines between its points, and how many more are looked at for it on each side. */
const sideLimits = { kilometres: 10, points: 60 };

/** Kilometres between a great circle and the straight line in degrees, about: the more, the longer it is and the nearer to a pole. */
function bendOf(a: Gcp, b: Gcp): number {
	const lat = Math.max(10, Math.min(89.5, Math.max(Math.abs(a.y), Math.abs(b.y))));
	return (earthRadius * angleBetween(a, b) ** 2 * Math.tan((lat * Math.PI) / 180)) / 8;
}

const earthRadius = 6371;

/** With a leading dimension (the time of a model) they must be the same along it: compared at the corners. */
async function requireSamePlace(axis: NetcdfVariable, size: Raster["size"]): Promise<void> {
	const leading = axis.dimensions.slice(0, -2);
	if (leading.every((one) => one.size === 1)) return;
	for (const corner of [
		[0, 0],
		[size[1] - 1, size[0] - 1],
	]) {
		const at = async (start: readonly number[]) => {
			const values = await coordinates(
				axis,
				start,
				start.map(() => 1),
			);
			return values[0] ?? Number.NaN;
		};
		const first = await at([...leading.map(() => 0), ...corner]);
		const last = await at([...leading.map((one) => one.size - 1), ...corner]);
		if (!(Math.abs(first - last) <= 1e-6 * Math.max(1, Math.abs(first))))
			throw notPlaced(
				`its ${axis.name.slice(0, 60)} is another along (${leading.map(({ name }) => name.slice(0, 30)).join(", ")})`,
			);
	}
}

function enough(gcps: readonly Gcp[]): readonly Gcp[] {
	const finite = gcps.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
	if (finite.length >= swathGcps.min) return finite;
	throw notPlaced(`of ${gcps.length} pixels looked at ${finite.length} have coordinates`);
}
