import { evenIndices } from "#lib/metadata/geometry/even-indices.ts";
import type { Gcp, Raster } from "#lib/metadata/metadata.ts";
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

/**
 * GCPs of a swath by its longitudes and latitudes, those left out that are missing or not on Earth.
 * @throws RejectedError `no-crs` for too few.
 */
export async function gcpsOfSwath(
	{ lon, lat }: Omit<Axes & { kind: "swath" }, "kind">,
	size: Raster["size"],
): Promise<readonly Gcp[]> {
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
	return enough(gcps.filter(({ x, y }) => Math.abs(x) <= 540 && Math.abs(y) <= 90));
}

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
