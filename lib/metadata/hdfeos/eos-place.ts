import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { gridOfAffine, type PlacedGrid } from "#lib/metadata/geometry/affine-grid.ts";
import type { EosGrid } from "./structure.ts";

/**
 * Where a grid of HDF-EOS lies, by the projection of the General Cartographic Transformation Package (GCTP) and its outer corners.
 * @throws RejectedError `no-crs` for projections that are not read.
 */
export function placeOfEosGrid(grid: EosGrid): PlacedGrid & { readonly size: EosGrid["size"] } {
	const named = `its grid ${grid.name.slice(0, 60)} in ${grid.projection.slice(0, 40) || "no projection"}`;
	const proj = projOf(grid);
	const crs = proj === null ? null : (projectionOf(proj)?.crs ?? null);
	if (crs === null)
		throw new RejectedError("no-crs", `The HDF-EOS does not say where it lies: ${named} is not supported.`);
	// Wherever its first pixel is, the corners are the upper left and the lower right one.
	if (!/^HDFE_GD_[UL][LR]$/.test(grid.origin))
		throw new RejectedError(
			"no-crs",
			`The HDF-EOS does not say where it lies: ${named} begins at ${grid.origin.slice(0, 40)}.`,
		);
	const isGeographic = grid.projection === "GCTP_GEO";
	if (grid.corners === null && !isGeographic)
		throw new RejectedError("no-crs", `The HDF-EOS does not say where it lies: ${named} has no corners.`);
	const degrees = (values: readonly number[]) => (isGeographic ? values.map(degreesOf) : values);
	const [left = -180, top = 90] = degrees(grid.corners?.upperLeft ?? []);
	const [right = 180, bottom = -90] = degrees(grid.corners?.lowerRight ?? []);
	const [width, height] = grid.size;
	const affine = [left, (right - left) / width, 0, top, 0, (bottom - top) / height] as const;
	return { crs, size: grid.size, ...gridOfAffine(affine, grid.size) };
}

/** Packed `DDDMMMSSS.SS`. */
function degreesOf(packed: number): number {
	const value = Math.abs(packed);
	const degrees = Math.floor(value / 1e6);
	const minutes = Math.floor((value - degrees * 1e6) / 1e3);
	const seconds = value - degrees * 1e6 - minutes * 1e3;
	return Math.sign(packed) * (degrees + minutes / 60 + seconds / 3600);
}

function projOf({ projection, zone, sphere, parameters }: EosGrid): string | null {
	const at = (index: number) => parameters[index] ?? 0;
	const angle = (index: number) => degreesOf(at(index));
	const ellipsoid = ellipsoidOf(at(0), at(1), sphere);
	const offset = `+x_0=${at(6)} +y_0=${at(7)} ${ellipsoid} +units=m +no_defs`;
	switch (projection) {
		case "GCTP_GEO":
			return "EPSG:4326";
		case "GCTP_UTM":
			return utmOf(zone, sphere);
		case "GCTP_SNSOID":
			return `+proj=sinu +lon_0=${angle(4)} ${offset}`;
		case "GCTP_LAMAZ":
			return `+proj=laea +lat_0=${angle(5)} +lon_0=${angle(4)} ${offset}`;
		case "GCTP_PS":
			return `+proj=stere +lat_0=${angle(5) < 0 ? -90 : 90} +lat_ts=${angle(5)} +lon_0=${angle(4)} ${offset}`;
		case "GCTP_CEA":
		case "GCTP_BCEA":
			return `+proj=cea +lat_ts=${angle(5)} +lon_0=${angle(4)} ${offset}`;
		case "GCTP_LAMCC":
			return `+proj=lcc +lat_1=${angle(2)} +lat_2=${angle(3)} +lon_0=${angle(4)} +lat_0=${angle(5)} ${offset}`;
		case "GCTP_ALBERS":
			return `+proj=aea +lat_1=${angle(2)} +lat_2=${angle(3)} +lon_0=${angle(4)} +lat_0=${angle(5)} ${offset}`;
		default:
			return null;
	}
}

/** Zones of the southern hemisphere are negative. North America's datums have codes for its own zones only. */
function utmOf(zone: number, sphere: number): string | null {
	if (zone === 0 || Math.abs(zone) > 60) return null;
	const series = zone < 0 ? (sphere === 12 ? utmSouth : undefined) : utmNorth[sphere];
	if (series !== undefined && Math.abs(zone) <= series.lastZone) return `EPSG:${series.code + Math.abs(zone)}`;
	const ellipsoid = ellipsoids[sphere];
	const hemisphere = zone < 0 ? " +south" : "";
	return ellipsoid === undefined
		? null
		: `+proj=utm +zone=${Math.abs(zone)}${hemisphere} ${ellipsoid} +units=m +no_defs`;
}

const utmSouth = { code: 32700, lastZone: 60 };
const utmNorth: Readonly<Record<number, typeof utmSouth>> = {
	0: { code: 26700, lastZone: 22 },
	8: { code: 26900, lastZone: 23 },
	12: { code: 32600, lastZone: 60 },
};

const ellipsoids: Readonly<Record<number, string>> = {
	0: "+ellps=clrk66",
	8: "+ellps=GRS80",
	12: "+ellps=WGS84",
	19: "+a=6370997 +b=6370997",
};

/** GCTP: the axes, or an axis and the square of the eccentricity, or a code where neither is given. */
function ellipsoidOf(semiMajor: number, second: number, sphere: number): string {
	if (semiMajor > 0 && second > 1) return `+a=${semiMajor} +b=${second}`;
	if (semiMajor > 0 && second > 0) return `+a=${semiMajor} +b=${semiMajor * Math.sqrt(1 - second)}`;
	if (semiMajor > 0) return `+a=${semiMajor} +b=${semiMajor}`;
	return ellipsoids[sphere] ?? "+a=6370997 +b=6370997";
}
