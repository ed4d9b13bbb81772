import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import type { GdalInfo } from "#lib/metadata/gdal/gdal-info.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource, Position, Raster } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";

/** For tests: a file as both are given it. */
export interface Variant {
	readonly name: string;
	readonly bytes: Uint8Array;
	readonly siblings: Readonly<Record<string, string | Uint8Array>>;
	/** For messages: what was chosen. */
	readonly options: object;
}

/** What GDAL says of it, its corners on Earth by PROJ; null: it does not open it. */
export interface Opinion extends Pick<GdalInfo, "size" | "bands" | "grid"> {
	/** Upper left, lower left, lower right, upper right. */
	readonly corners: readonly Position[];
	readonly hasCrs: boolean;
}

const { signal } = new AbortController();
const metresPerDegree = 111_320;
/** Of a corner: what PROJ has for historical datums without grids. */
const tolerance = 300;

/** The difference between what our reader and GDAL say, in a sentence; null: none that matters. */
export async function differenceOf(file: ByteSource, opinion: Opinion | null): Promise<string | null> {
	const own = await readOwn(file);
	if (own instanceof RejectedError) {
		const isMute = opinion === null || !opinion.hasCrs || opinion.grid === null || opinion.corners.length === 0;
		return isMute ? null : `rejected: ${own.message}`;
	}
	if (opinion === null) return "read, but not by GDAL";
	const said = (raster: Pick<Raster, "size" | "bands">) =>
		JSON.stringify([raster.size, raster.bands.map(({ dataType, nodata }) => [dataType, nodataOf(nodata, dataType)])]);
	if (said(own) !== said(opinion)) return `${said(own)} instead of ${said(opinion)}`;
	// An image that is turned by half, or mirrored, has the same corners in another order.
	const distances = (corner: Position | null) => opinion.corners.map((theirs) => metresBetween(corner, theirs));
	const wrong = cornersOf(own).findIndex(
		(corner) => opinion.corners.length > 0 && Math.min(...distances(corner)) > tolerance,
	);
	return wrong < 0
		? null
		: `corner ${wrong} at ${cornersOf(own)[wrong]} instead of ${opinion.corners[wrong]} (${own.crs.slice(0, 80)})`;
}

async function readOwn(file: ByteSource): Promise<Raster | RejectedError> {
	try {
		const { head, source } = await readHead(file, { signal });
		const reader = await rasterReaderOf(head, source, { signal });
		return (await reader.read(source, { timeZone: "UTC", signal })).raster;
	} catch (error) {
		if (error instanceof RejectedError) return error;
		throw error;
	}
}

/** GDAL has them as doubles, of which a band of single floats keeps some digits only. */
function nodataOf(nodata: number | string | null, dataType: string): number | string | null {
	return typeof nodata === "number" && dataType === "Float32" ? Math.fround(nodata) : nodata;
}

/** Of a referenceable raster only those GCPs count that lie in the corners. */
function cornersOf({ crs, extent, gcps, size }: Raster): readonly (Position | null)[] {
	const projection = projectionOf(crs);
	if (projection === null) return [];
	const [width, height] = size;
	const places = [
		[0, 0],
		[0, height],
		[width, height],
		[width, 0],
	] as const;
	if (extent !== null) {
		const [west, south, east, north] = extent;
		return places.map(([pixel, line]) => projection.toWgs84(pixel === 0 ? west : east, line === 0 ? north : south));
	}
	return places.map(([pixel, line]) => {
		const gcp = gcps?.find((one) => one.pixel === pixel && one.line === line);
		return gcp === undefined ? null : projection.toWgs84(gcp.x, gcp.y);
	});
}

/** Cells around the poles end at them. */
function metresBetween(ours: Position | null, [lon, beyond]: Position): number {
	const theirs = [lon, Math.max(-90, Math.min(90, beyond))] as const;
	if (ours === null || !theirs.every(Number.isFinite)) return 0;
	const turn = Math.abs(ours[0] - theirs[0]) % 360;
	const east = Math.min(turn, 360 - turn) * Math.cos((theirs[1] * Math.PI) / 180);
	return Math.hypot(east, ours[1] - theirs[1]) * metresPerDegree;
}
