import { RejectedError } from "#lib/errors.ts";
import type { GeoKeys } from "./epsg-database.ts";
import { answerOfGeoKeys, type CrsAnswer } from "./geo-key-crs.ts";
import { codeOf } from "./geodetic.ts";
import { nameOfWkt } from "./wkt.ts";
import { crsOfWkt } from "./wkt-crs.ts";

/**
 * The CRS of a TIFF's geo keys. Where they name no code, a citation that ArcGIS or GDAL wrote (`ESRI PE String = PROJCS[…]`) counts before
 * the other keys, as in GDAL: it is the whole definition, and they may be an approximation.
 */
export function crsOfTiff(keys: GeoKeys): CrsAnswer {
	if (isNamedWebMercator(keys)) return { crs: "EPSG:3857" };
	const wkt = codeOf(keys.ProjectedCSTypeGeoKey) === null ? citedWkt(keys) : null;
	const cited = wkt === null ? null : readCited(wkt);
	if (cited !== null && cited.crs !== null) return cited;
	const answer = answerOfGeoKeys(keys);
	return answer.crs === null && cited !== null ? cited : answer;
}

/** Web Mercator has no method in GeoTIFF: without its code it is Mercator by that name, as in GDAL. */
function isNamedWebMercator({ ProjectedCSTypeGeoKey, ProjCoordTransGeoKey, ...keys }: GeoKeys): boolean {
	const names = [keys.PCSCitationGeoKey, keys.GTCitationGeoKey].map((name) =>
		String(name ?? "")
			.split("|")[0]
			?.trim(),
	);
	return (
		codeOf(ProjectedCSTypeGeoKey) === null &&
		ProjCoordTransGeoKey === mercator &&
		names.includes("WGS 84 / Pseudo-Mercator")
	);
}

const mercator = 7;

function citedWkt({ PCSCitationGeoKey, GTCitationGeoKey }: GeoKeys): string | null {
	for (const citation of [PCSCitationGeoKey, GTCitationGeoKey]) {
		const wkt =
			typeof citation === "string" ? /ESRI PE String\s*=\s*((?:PROJCS|GEOGCS)\[.*)/s.exec(citation)?.[1] : undefined;
		if (wkt !== undefined) return wkt;
	}
	return null;
}

/** null for text that is not well-known text. */
function readCited(wkt: string): CrsAnswer | null {
	try {
		const crs = crsOfWkt(wkt);
		return crs === null ? { crs, reason: `its citation's CRS ${nameOfWkt(wkt)} is not supported` } : { crs };
	} catch (error) {
		if (error instanceof RejectedError) return null;
		throw error;
	}
}
