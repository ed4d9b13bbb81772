import { RejectedError } from "#lib/errors.ts";
import { cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import { gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { DataType, RasterReader } from "#lib/metadata/metadata.ts";
import { stemOf } from "#lib/paths.ts";
import { noMetadata } from "./image.ts";
import { crsOfPrj } from "./place-beside.ts";

const format = "ASCII grid";
const ascii = new TextDecoder("latin1");
/** The header is within it, and numbers enough to tell whole ones from others. */
const looked = 64 * 1024;
const line = /^\s*(ncols|nrows|[xy]ll(?:corner|center)|cellsize|d[xy]|nodata_value)[ \t]+(\S{1,40})[ \t]*(?:\r\n?|\n)/i;

/**
 * Esri's ASCII raster ("Esri ASCII raster format", ArcGIS' documentation), with GDAL's `dx` and `dy`; its CRS comes from the `.prj` or
 * `.aux.xml` beside it. Samples are whole numbers unless one of the first has a point, as GDAL has it.
 */
export const asciiGrid: RasterReader = {
	format,
	recognises: (head) => /^\s*(ncols|nrows)[ \t]+\d/i.test(ascii.decode(head.subarray(0, 64))),
	async read(source, options) {
		const text = ascii.decode(await readFirst(source, looked, options));
		const { header, rest } = parseHeader(text);
		const number = (...names: readonly string[]) =>
			names.map((name) => header.get(name)).find((value) => value !== undefined);
		const size = [wholeNumber(number("ncols")), wholeNumber(number("nrows"))] as const;
		const [dx, dy] = [number("dx", "cellsize"), number("dy", "cellsize")];
		if (dx === undefined || dy === undefined || !(dx > 0 && dy > 0))
			throw malformed(format, "it tells no size of its cells");
		const [left, bottom] = [edge(number, "x", dx), edge(number, "y", dy)];
		// A digit and what separates it from the next one.
		const shortest = text.length - rest.length + 2 * size[0] * size[1] - 1;
		if (source.size < shortest) throw cutOff("its grid", { offset: 0, length: shortest, size: source.size });
		const crs = options.georeference?.crs ?? (await crsOfPrj(source, options));
		if (crs === null)
			throw new RejectedError(
				"no-crs",
				`Nothing says in which CRS the ${format} is: put ${stemOf(source.name)}.prj beside it.`,
			);
		const grid = gridOfAffine([left, dx, 0, bottom + dy * size[1], 0, -dy], size);
		const nodata = number("nodata_value") ?? null;
		const isFraction =
			/[.,en]/i.test(rest) || /nodata_value[ \t]+\S*[.e]/i.test(text) || (nodata !== null && !isInt32(nodata));
		const dataType: DataType = isFraction ? "Float32" : "Int32";
		return { raster: { size, crs, ...grid, bands: [{ name: "B1", dataType, nodata }] }, metadata: noMetadata };
	},
};

function parseHeader(text: string): { readonly header: ReadonlyMap<string, number>; readonly rest: string } {
	const header = new Map<string, number>();
	let rest = text;
	for (let match = line.exec(rest); match !== null; match = line.exec(rest)) {
		const [whole, name = "", value = ""] = match;
		const number = Number(value.replace(",", "."));
		const key = name.toLowerCase();
		if (!Number.isFinite(number)) throw malformed(format, `its ${key} is ${JSON.stringify(value)}`);
		if (header.has(key)) throw malformed(format, `it tells its ${key} twice`);
		header.set(key, number);
		rest = rest.slice(whole.length);
	}
	return { header, rest };
}

function wholeNumber(value: number | undefined): number {
	if (value === undefined || !Number.isInteger(value) || value < 1 || value >= 2 ** 31)
		throw malformed(format, `its size in pixels is ${value ?? "not told"}`);
	return value;
}

/** The outer edge of the first cell. */
function edge(number: (name: string) => number | undefined, axis: "x" | "y", cell: number): number {
	const centre = number(`${axis}llcenter`);
	const value = centre === undefined ? number(`${axis}llcorner`) : centre - cell / 2;
	if (value === undefined) throw malformed(format, `it has no ${axis}llcorner`);
	return value;
}

function isInt32(value: number): boolean {
	return Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}
