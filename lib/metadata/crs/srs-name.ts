import { projectionOf } from "./crs.ts";

export interface SrsName {
	readonly crs: string;
	readonly latitudeFirst: boolean;
}

/**
 * The CRS that a GML `srsName` names, and the order of its coordinates; null if it is none that can be reprojected.
 *
 * URNs and `http://www.opengis.net/def/crs/` URIs mean the authority's axis order (OGC 07-092r3, OGC 09-048r5). So does
 * the short `EPSG:n` here: EO-O&M documents in practice (MERIS, EOxServer) write `EPSG:4326` and mean latitude first.
 * `http://www.opengis.net/gml/srs/epsg.xml#n` comes from GML 2, whose coordinates are longitude first whatever the
 * authority says (GeoServer and GDAL read it so). CRS84 is WGS 84 with longitude first (OGC 06-042, annex B.3).
 */
export function parseSrsName(srsName: string): SrsName | null {
	const name = srsName.trim().slice(0, 200);
	if (
		/^(urn:(x-)?ogc:def:crs:OGC:[^:]*:CRS84|CRS:84|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[^/]*\/CRS84)$/i.test(
			name,
		)
	) {
		return { crs: "EPSG:4326", latitudeFirst: false };
	}
	const gml2 = /^https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#(\d+)$/i.exec(name)?.[1];
	const code = gml2 ?? authorityCode.map((pattern) => pattern.exec(name)?.[1]).find((found) => found !== undefined);
	const projection = code === undefined ? null : projectionOf(`EPSG:${code}`);
	if (projection === null) return null;
	return { crs: projection.crs, latitudeFirst: gml2 === undefined && projection.latitudeFirst };
}

const authorityCode = [
	/^EPSG:(\d+)$/i,
	/^urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:(\d+)$/i,
	/^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[^/]*\/(\d+)$/i,
];
