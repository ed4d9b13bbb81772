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

/** Web Mercator has no method in GeoTIFF: without its code it is Mercator by one of its names, or a conversion of its own, as in GDAL. */
function isNamedWebMercator({
	ProjectedCSTypeGeoKey,
	ProjectionGeoKey,
	ProjCoordTransGeoKey,
	...keys
}: GeoKeys): boolean {
	if (codeOf(ProjectedCSTypeGeoKey) !== null) return false;
	if (ProjCoordTransGeoKey === undefined) return webMercatorConversions.includes(Number(ProjectionGeoKey));
	const names = [keys.PCSCitationGeoKey, keys.GTCitationGeoKey].map((name) =>
		String(name ?? "")
			.replace(/^PCS Name = /, "")
			.split("|")[0]
			?.trim(),
	);
	return ProjCoordTransGeoKey === mercator && names.some((name) => webMercatorNames.includes(name ?? ""));
}

const mercator = 7;
const webMercatorNames = ["WGS 84 / Pseudo-Mercator", "Google Maps Global Mercator", "WGS_1984_Web_Mercator"];
/** Popular Visualisation Pseudo-Mercator, and its deprecated predecessor. */
const webMercatorConversions = [3856, 19847];

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
