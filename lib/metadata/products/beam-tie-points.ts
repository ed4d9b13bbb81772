import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import { isEnviHeader, parseEnviHeader } from "#lib/metadata/images/envi-header.ts";
import type { Gcp, Raster, ReadOptions, XmlElement } from "#lib/metadata/metadata.ts";
import { elementsAt, numberAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { type Product, requireMember } from "./product.ts";

/** Values at places of the image, evenly spread: pixel `offset + index × step`, counted from the outer corner of the first one. */
interface TiePointGrid {
	readonly columns: Axis;
	readonly rows: Axis;
	readonly values: readonly number[];
}

interface Axis {
	readonly count: number;
	readonly offset: number;
	readonly step: number;
}

/** A scene of Sentinel-1 has 200 tie points, one of MERIS some thousands. */
const maxTiePoints = 262_144;
const maxHeaderBytes = 64 * 1024;

/** Columns and rows of GCPs, as for swaths in netCDF. */
const [columns, rows] = [7, 13];

/**
 * GCPs in EPSG:4326 of a product of SNAP that is not on a map: its longitudes and latitudes are grids of tie points, between
 * which SNAP (`TiePointGrid`) goes straight. Like SNAP it takes them for those of WGS 84.
 * @returns null if the document names no such grids. @throws RejectedError for grids that cannot be read.
 */
export async function gcpsOfTiePoints(
	product: Product,
	document: XmlElement,
	[width, height]: Raster["size"],
	options: ReadOptions,
): Promise<readonly Gcp[] | null> {
	const [lonName, latName] = ["LON", "LAT"].map(
		(which) =>
			textAt(document, `Geoposition/Geoposition_Points/TIE_POINT_GRID_NAME_${which}`) ??
			textAt(document, `Coordinate_Reference_System/Geocoding_Tie_Point_Grids/TIE_POINT_GRID_NAME_${which}`),
	);
	if (lonName == null || latName == null) return null;
	const lon = await gridCalled(product, document, lonName, options);
	const lat = await gridCalled(product, document, latName, options);
	const [first = 0] = lon.values;
	const goingOn = { ...lon, values: lon.values.map((value) => value - 360 * Math.round((value - first) / 360)) };
	return evenly(height, rows).flatMap((line) =>
		evenly(width, columns).map((pixel) => {
			const [x, y] = [valueAt(goingOn, pixel, line), valueAt(lat, pixel, line)];
			if (!(Math.abs(x) <= 540 && Math.abs(y) <= 90))
				throw new RejectedError("no-crs", `its tie points do not say where its pixel ${pixel}, ${line} lies`);
			return { pixel, line, x, y, z: 0 };
		}),
	);
}

function evenly(length: number, count: number): readonly number[] {
	return Array.from({ length: count }, (_, index) => (index / (count - 1)) * length);
}

async function gridCalled(
	product: Product,
	document: XmlElement,
	name: string,
	options: ReadOptions,
): Promise<TiePointGrid> {
	const info = elementsAt(document, "Tie_Point_Grids/Tie_Point_Grid_Info").find(
		(one) => textAt(one, "TIE_POINT_GRID_NAME") === name,
	);
	const index = info === undefined ? null : numberAt(info, "TIE_POINT_GRID_INDEX");
	const path = elementsAt(document, "Data_Access/Tie_Point_Grid_File")
		.filter((file) => index !== null && numberAt(file, "TIE_POINT_GRID_INDEX") === index)
		.flatMap((file) => elementsAt(file, "TIE_POINT_GRID_FILE_PATH")[0]?.attributes.href ?? [])[0];
	const shown = `tie points ${JSON.stringify(name.slice(0, 60))}`;
	if (info === undefined || path === undefined || !/\.hdr$/i.test(path))
		throw new RejectedError("unreadable", `it says nothing of its ${shown}`);
	const axis = (size: string, direction: string) => ({
		count: numberAt(info, size) ?? 0,
		offset: numberAt(info, `OFFSET_${direction}`) ?? Number.NaN,
		step: numberAt(info, `STEP_${direction}`) ?? Number.NaN,
	});
	const grid = { columns: axis("NCOLS", "X"), rows: axis("NROWS", "Y") };
	const isSound = [grid.columns, grid.rows].every(
		({ count, offset, step }) => Number.isInteger(count) && count >= 2 && Number.isFinite(offset) && step > 0,
	);
	const count = grid.columns.count * grid.rows.count;
	if (!isSound || count > maxTiePoints)
		throw new RejectedError(
			"unreadable",
			`its ${shown} are ${grid.columns.count} × ${grid.rows.count} without offsets and steps, or more than ${maxTiePoints}`,
		);
	if (textAt(info, "DATA_TYPE") !== "float32")
		throw new RejectedError("unsupported", `its ${shown} are no float32 numbers`);
	return { ...grid, values: await valuesOf(product, path, count, options) };
}

/** ENVI, most significant byte first unless the header says otherwise. */
async function valuesOf(
	product: Product,
	path: string,
	count: number,
	options: ReadOptions,
): Promise<readonly number[]> {
	const header = await readFirst(await requireMember(product, path), maxHeaderBytes, options);
	const text = new TextDecoder("latin1").decode(header);
	const isLittle = isEnviHeader(text) && parseEnviHeader(text).get("byte order") === "0";
	const imagePath = path.replace(/\.hdr$/i, ".img");
	const image = await requireMember(product, imagePath);
	if (image.size !== count * 4)
		throw new RejectedError(
			"cut-off",
			`Cut off: ${imagePath.slice(-200)} has ${image.size} of ${count * 4} bytes. Copy it again.`,
		);
	const bytes = await readFirst(image, count * 4, options);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: Math.floor(view.byteLength / 4) }, (_, index) => view.getFloat32(index * 4, isLittle));
}

/** Straight between the four tie points around a place, and on beyond the outer ones. */
function valueAt({ columns: across, rows: down, values }: TiePointGrid, pixel: number, line: number): number {
	const [i, u] = cellOf(across, pixel);
	const [j, v] = cellOf(down, line);
	const at = (column: number, row: number) => values[row * across.count + column] ?? Number.NaN;
	const upper = at(i, j) + (at(i + 1, j) - at(i, j)) * u;
	const lower = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * u;
	return upper + (lower - upper) * v;
}

function cellOf({ count, offset, step }: Axis, at: number): readonly [index: number, share: number] {
	const place = (at - offset) / step;
	const index = Math.min(Math.max(Math.floor(place), 0), count - 2);
	return [index, place - index];
}
