import { RejectedError } from "#lib/errors.ts";
import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import { evenIndices } from "#lib/metadata/geometry/even-indices.ts";
import type { Gcp, Raster } from "#lib/metadata/metadata.ts";
import { type EnvisatDataSet, type EnvisatHeaders, integerOf } from "./headers.ts";

/** Records and columns of tie points that become GCPs: a scene of MERIS has up to a hundred thousand. */
const rows = 15;
const columns = 11;

/**
 * GCPs of the centres of pixels, as GDAL has them: MERIS' tie points, or ASAR's geolocation grid.
 * @throws RejectedError `no-crs` for products that have neither.
 */
export async function gcpsOfEnvisat(
	bytes: BoundedBytes,
	headers: EnvisatHeaders,
	size: Raster["size"],
): Promise<readonly Gcp[]> {
	const find = (name: string) => headers.dataSets.find((one) => one.name === name && one.records > 0);
	const [tiePoints, grid] = [find("Tie points ADS"), find("GEOLOCATION GRID ADS")];
	const gcps = tiePoints ? await tiePointsOf(bytes, headers, tiePoints, size) : grid ? await gridOf(bytes, grid) : [];
	if (gcps.length >= 3) return gcps;
	throw new RejectedError("no-crs", "The Envisat product has no tie points (MERIS) and no geolocation grid (ASAR).");
}

/** Time, flag; then a row each of latitudes, longitudes, heights, … and their corrections by the terrain. */
const recordHead = 13;
const tables = { latitude: 0, longitude: 1, latitudeCorrection: 4, longitudeCorrection: 5 };

async function tiePointsOf(
	bytes: BoundedBytes,
	{ textsByName, dataSets }: EnvisatHeaders,
	set: EnvisatDataSet,
	size: Raster["size"],
): Promise<readonly Gcp[]> {
	const linesApart = integerOf(textsByName, "SPH_LINES_PER_TIE_PT");
	const samplesApart = integerOf(textsByName, "SPH_SAMPLES_PER_TIE_PT");
	const perLine = Math.ceil(size[0] / Math.max(1, samplesApart));
	const isBrowse = set.recordLength === recordHead + 8 * perLine;
	if (linesApart < 1 || samplesApart < 1 || (!isBrowse && set.recordLength !== recordHead + 50 * perLine)) {
		throw malformed("Envisat product", "its tie points have unexpected dimensions");
	}
	const first = await firstLine(bytes, { textsByName, dataSets }, set);
	const gcps: Gcp[] = [];
	// Of those before the first line and after the last the nearest will do, as in GDAL.
	const within = (record: number) => Math.max(0, Math.min(set.records - 1, record));
	const from = within(Math.floor(-first / linesApart));
	const to = within(Math.ceil((size[1] - 1 - first) / linesApart));
	for (const index of evenIndices(to - from + 1, rows)) {
		const record = from + index;
		const view = await bytes.view(set.offset + record * set.recordLength, set.recordLength, "the tie points");
		const degrees = (table: number, point: number) => view.getInt32(recordHead + (table * perLine + point) * 4) * 1e-6;
		for (const point of evenIndices(perLine, columns)) {
			const [dx, dy] = isBrowse
				? [0, 0]
				: [degrees(tables.longitudeCorrection, point), degrees(tables.latitudeCorrection, point)];
			gcps.push({
				pixel: point * samplesApart + 0.5,
				line: record * linesApart + first + 0.5,
				x: degrees(tables.longitude, point) + dx,
				y: degrees(tables.latitude, point) + dy,
				z: 0,
			});
		}
	}
	return gcps;
}

/** The line of the first tie points: parts of an orbit may have them from before their first line. */
async function firstLine(
	bytes: BoundedBytes,
	{ textsByName, dataSets }: EnvisatHeaders,
	set: EnvisatDataSet,
): Promise<number> {
	const measured = dataSets.find(({ type, records }) => type === "M" && records > 0);
	const interval = Number(textsByName.get("SPH_LINE_TIME_INTERVAL") ?? 0);
	if (measured === undefined || !(interval > 0)) return 0;
	const [tie, line] = [await microseconds(bytes, set.offset), await microseconds(bytes, measured.offset)];
	const lines = Math.round((tie - line) / interval);
	return Math.abs(lines) < 1e7 ? lines : 0;
}

/** Days since 2000, seconds and microseconds. */
async function microseconds(bytes: BoundedBytes, at: number): Promise<number> {
	const time = await bytes.view(at, 12, "the time of a record");
	return (time.getInt32(0) * 86_400 + time.getUint32(4)) * 1e6 + time.getUint32(8);
}

const gridRecord = {
	length: 521,
	line: 13,
	lines: 17,
	first: 25,
	last: 279,
	points: 11,
	latitude: 132,
	longitude: 176,
};

/** Eleven points at the first line of each record, and those at the last line of the last one. */
async function gridOf(bytes: BoundedBytes, set: EnvisatDataSet): Promise<readonly Gcp[]> {
	if (set.recordLength !== gridRecord.length)
		throw malformed("Envisat product", "its geolocation grid has unexpected dimensions");
	const gcps: Gcp[] = [];
	const add = (view: DataView, start: number, line: number) => {
		for (let point = 0; point < gridRecord.points; point++) {
			const at = start + point * 4;
			gcps.push({
				pixel: view.getUint32(at) - 0.5,
				line: line - 0.5,
				x: view.getInt32(at + gridRecord.longitude) * 1e-6,
				y: view.getInt32(at + gridRecord.latitude) * 1e-6,
				z: 0,
			});
		}
	};
	for (const record of evenIndices(set.records, rows)) {
		const view = await bytes.view(set.offset + record * set.recordLength, set.recordLength, "the geolocation grid");
		const line = view.getUint32(gridRecord.line);
		add(view, gridRecord.first, line);
		if (record === set.records - 1) add(view, gridRecord.last, line + view.getUint32(gridRecord.lines) - 1);
	}
	return gcps;
}
