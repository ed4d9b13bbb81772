import { lookupTable } from "#lib/lookup-table.ts";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { directionOf, positionOf } from "#lib/metadata/geometry/direction.ts";
import { evenIndices } from "#lib/metadata/geometry/even-indices.ts";
import type { EosField, EosSwath } from "#lib/metadata/hdfeos/structure.ts";
import type { ByteSource, Gcp, Position } from "#lib/metadata/metadata.ts";
import { betweenOnSides, isOnEarth, swathGcps } from "#lib/metadata/netcdf/cf-gcps.ts";
import type { Hdf4File } from "./hdf4-file.ts";

type Dimension = EosField["dimensions"][number];

/** Of one swath the dimensions of its lines and columns. */
export interface SwathArea {
	readonly swath: EosSwath;
	readonly down: Dimension;
	readonly along: Dimension;
}

/** A few lines of longitudes and latitudes are read, with a limit of their own beside that of the headers. */
export const geolocationBounds = {
	format: "HDF4",
	maxBytes: 32 * 1024 * 1024,
	blockLength: 4096,
	lookBehind: 0,
	maxBlocks: 16,
};

/**
 * Control points of a swath by its `Latitude` and `Longitude`: interpolated between their elements, and extrapolated a little beyond them.
 * @returns `[]` where these are missing, not mapped to the lines and columns, or stored in a way that is not supported.
 */
export async function gcpsOfEosSwath(
	file: Hdf4File,
	area: SwathArea,
	{ source, signal }: { readonly source: ByteSource; readonly signal: AbortSignal },
): Promise<readonly Gcp[]> {
	const { swath, down, along } = area;
	const [lat, lon] = ["latitude", "longitude"].map((name) => fieldOf(swath, name));
	if (lat === undefined || lon === undefined || lat.dataType !== lon.dataType) return [];
	const [lines, pixels] = lat.dimensions;
	const size = sampleSizes[lat.dataType];
	const isSame = lon.dimensions.every(({ name }, axis) => name === lat.dimensions[axis]?.name);
	if (lines === undefined || pixels === undefined || size === undefined || !isSame) return [];
	const [row, column] = [mapOf(swath, lines, down), mapOf(swath, pixels, along)];
	if (row === null || column === null) return [];
	const bytes = new BoundedBytes(source, signal, geolocationBounds);
	const [latitudes, longitudes] = [await file.dataOf(lat.name, bytes), await file.dataOf(lon.name, bytes)];
	const needed = lines.size * pixels.size * size;
	if (latitudes === null || longitudes === null || latitudes.length < needed || longitudes.length < needed) return [];
	const rowAt = async (line: number) => {
		const [above, share] = between(row(line), lines.size);
		const [from, length] = [above * pixels.size * size, 2 * pixels.size * size];
		const [lats, lons] = [await latitudes.read(from, length), await longitudes.read(from, length)];
		if (lats.length < length || lons.length < length) return null;
		return (pixel: number): Gcp => {
			const [left, part] = between(column(pixel), pixels.size);
			const corners = [left, left + 1, pixels.size + left, pixels.size + left + 1].map(
				(index) => [valueAt(lons, index, size), valueAt(lats, index, size)] as const,
			);
			const [x, y] = placeBetween(corners, part, share) ?? [Number.NaN, Number.NaN];
			return { pixel: pixel + 0.5, line: line + 0.5, x, y, z: 0 };
		};
	};
	const gcps: Gcp[] = [];
	for (const line of evenIndices(down.size, swathGcps.rows)) {
		const at = await rowAt(line);
		if (at === null) return [];
		gcps.push(...evenIndices(along.size, swathGcps.columns).map(at).filter(isOnEarth));
	}
	if (gcps.length < swathGcps.min) return [];
	const nowhere = { x: Number.NaN, y: Number.NaN, z: 0 };
	const more = await betweenOnSides(
		gcps,
		async (pixel, line) => (await rowAt(line))?.(pixel) ?? { pixel, line, ...nowhere },
	);
	return [...gcps, ...more];
}

const sampleSizes = lookupTable<4 | 8>({ DFNT_FLOAT32: 4, DFNT_FLOAT64: 8 });

function fieldOf({ geolocation }: EosSwath, name: string): EosField | undefined {
	return geolocation.find((field) => field.name.toLowerCase() === name && field.dimensions.length === 2);
}

/** From an index of lines or columns to one of the geolocation, which may lie between two. null: they are not mapped. */
function mapOf({ maps }: EosSwath, geolocation: Dimension, data: Dimension): ((index: number) => number) | null {
	if (!(geolocation.size >= 2)) return null;
	if (geolocation.name === data.name) return (index) => index;
	const map = maps.find((one) => one.geolocation === geolocation.name && one.data === data.name);
	if (map === undefined || !Number.isFinite(map.offset) || !Number.isInteger(map.increment) || map.increment === 0)
		return null;
	const { offset, increment } = map;
	// A map that leaves many lines without a place is wrong.
	const at = (index: number) => (increment > 0 ? (index - offset) / increment : index * -increment + Math.abs(offset));
	const reach = Math.max(-at(0), at(data.size - 1) - (geolocation.size - 1));
	return reach <= 1.5 ? at : null;
}

/** The last element before an index that has another one behind it, and how far the index is on the way to that one: beyond 1 at the end. */
function between(index: number, count: number): readonly [number, number] {
	const first = Math.max(0, Math.min(count - 2, Math.floor(index)));
	return [first, index - first];
}

function valueAt(bytes: Uint8Array, index: number, size: 4 | 8): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset + index * size, size);
	return size === 4 ? view.getFloat32(0) : view.getFloat64(0);
}

/** Between their directions. null: one of the four is not on Earth. */
function placeBetween(
	corners: readonly (readonly [lon: number, lat: number])[],
	part: number,
	share: number,
): Position | null {
	if (!corners.every(([lon, lat]) => Math.abs(lon) <= 360 && Math.abs(lat) <= 90)) return null;
	const weights = [(1 - part) * (1 - share), part * (1 - share), (1 - part) * share, part * share];
	const directions = corners.map(([lon, lat]) => directionOf(lon, lat));
	return positionOf(
		([0, 1, 2] as const).map((axis) =>
			directions.reduce((sum, direction, corner) => sum + (weights[corner] ?? 0) * direction[axis], 0),
		),
	);
}
