import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { type CrsParameters, crsOfParameters } from "#lib/metadata/crs/parameters.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { gridOfAffine, type PlacedGrid } from "#lib/metadata/geometry/affine-grid.ts";
import type { Gcp, Raster } from "#lib/metadata/metadata.ts";
import { type EnviHeader, unsoundEnvi, wordsOf } from "./envi-header.ts";

/**
 * By `map info` with the CRS of `coordinate system string` or of its own words, else by `geo points` (GCPs in latitude
 * and longitude); null if the header has neither.
 */
export function placeOfEnvi(header: EnviHeader, size: Raster["size"]): PlacedGrid | null {
	const mapInfo = wordsOf(header, "map info");
	if (mapInfo.length >= 7) return placeOfMapInfo(mapInfo, header, size);
	const gcps = gcpsOf(wordsOf(header, "geo points").map(Number));
	return gcps.length < 3 ? null : { crs: "EPSG:4326", kind: "referenceable", extent: null, gcps };
}

function placeOfMapInfo(words: readonly string[], header: EnviHeader, size: Raster["size"]): PlacedGrid {
	const [pixel = 0, line = 0, x = 0, y = 0, dx = 0, dy = 0] = words.slice(1, 7).map(Number);
	const rotation = /rotation\s*=\s*([-+.\deE]+)/i.exec(words.slice(7).join(","))?.[1];
	if (![pixel, line, x, y, dx, dy, Number(rotation ?? 0)].every(Number.isFinite)) {
		throw unsoundEnvi('its "map info" has numbers that are none');
	}
	const crs = crsOf(words, header);
	if (crs === null) throw new RejectedError("no-crs", noCrs(words[0] ?? ""));
	// Degrees, clockwise as GDAL has it; the pixel is counted from 1, at its upper left corner.
	const angle = (-Number(rotation ?? 0) * Math.PI) / 180;
	const [cos, sin] = rotation === undefined ? [1, 0] : [Math.cos(angle), Math.sin(angle)];
	// By half a turn ENVI, and GDAL, mean that the first line is the southernmost.
	const [a, b, d, e] = Number(rotation) === southUp ? [dx, 0, 0, dy] : [cos * dx, -sin * dx, -sin * dy, -cos * dy];
	// As GDAL has it, which turns the image around its corner and not around the reference pixel.
	const left = x - (pixel - 1) * dx;
	const top = y + (line - 1) * dy;
	return { crs, ...gridOfAffine([left, a, b, top, d, e], size) };
}

const southUp = 180;

function noCrs(projection: string): string {
	return `The ENVI header's "map info" names the projection ${JSON.stringify(projection.slice(0, 60))}, which is not supported. Give it a "coordinate system string" (gdal_edit.py -a_srs EPSG:4326).`;
}

function crsOf(words: readonly string[], header: EnviHeader): string | null {
	const wkt = header.get("coordinate system string")?.trim() ?? "";
	if (wkt !== "") return crsOfWkt(wkt);
	const options = words.slice(7).filter((word) => !word.includes("="));
	const name = (words[0] ?? "").toLowerCase();
	if (/^geographic/.test(name)) return crsOfParameters({ datum: datumOf(options), conversion: null });
	const zone = Number(options[0]);
	if (name !== "utm" || !Number.isInteger(zone) || zone < 1 || zone > 60) return null;
	const y0 = /^s/i.test(options[1] ?? "") ? 10_000_000 : 0;
	const parameters = { lat: 0, lon: zone * 6 - 183, scale: 0.9996, x0: 500_000, y0 };
	return crsOfParameters({ datum: datumOf(options), conversion: { method: 1, parameters, unit: 1 } });
}

function datumOf(options: readonly string[]): CrsParameters["datum"] {
	const name = options.find((word) => /\D/.test(word) && !/^(north|south)$/i.test(word)) ?? "WGS-84";
	const code = codesByDatum[name.toLowerCase().replace(/[^a-z0-9]/g, "")] ?? null;
	return { code, semiMajor: null, inverseFlattening: null, primeMeridian: 0 };
}

const codesByDatum = lookupTable<number>({
	wgs84: 4326,
	northamerica1983: 4269,
	northamerica1927: 4267,
	etrs89: 4258,
});

/** Four numbers a point: pixel and line counted from 1, latitude, longitude. */
function gcpsOf(numbers: readonly number[]): readonly Gcp[] {
	if (!numbers.every(Number.isFinite)) throw unsoundEnvi('its "geo points" have numbers that are none');
	return Array.from({ length: Math.min(10_000, Math.floor(numbers.length / 4)) }, (_, index): Gcp => {
		const [pixel = 0, line = 0, y = 0, x = 0] = numbers.slice(index * 4, index * 4 + 4);
		return { pixel: pixel - 1, line: line - 1, x, y, z: 0 };
	});
}
