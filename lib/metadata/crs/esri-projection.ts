/**
 * The PROJ words of projections that GeoTIFF has no code for. GDAL and Esri then write the CRS as "ESRI PE String" (Esri's
 * WKT 1) into the citation; the ellipsoid and the units stand in geo keys all the same. null for anything else.
 */
export function esriConversion(citation: unknown): readonly string[] | null {
	if (typeof citation !== "string" || !citation.includes("ESRI PE String = PROJCS[")) return null;
	const method = /PROJECTION\["(\w{1,40})"\]/.exec(citation)?.[1] ?? "";
	const words = wordsByProjection.get(method);
	if (words === undefined) return null;
	const parameters = new Map(
		[...citation.matchAll(/PARAMETER\["(\w{1,40})",(-?\d[\d.eE+-]{0,30})\]/g)].map(([, name = "", value]) => [
			name,
			Number(value),
		]),
	);
	const parameter = (name: string) => parameters.get(name) ?? 0;
	return [...words(parameter), `+x_0=${parameter("False_Easting")}`, `+y_0=${parameter("False_Northing")}`];
}

type Words = (parameter: (name: string) => number) => readonly string[];

function byMeridian(proj: string): Words {
	return (parameter) => [`+proj=${proj}`, `+lon_0=${parameter("Central_Meridian")}`];
}

/** What Earth observation uses of them: weather satellites, and the equal-area maps of the whole Earth. */
const wordsByProjection: ReadonlyMap<string, Words> = new Map([
	["Mollweide", byMeridian("moll")],
	["Eckert_VI", byMeridian("eck6")],
	["Equal_Earth", byMeridian("eqearth")],
	[
		"Geostationary_Satellite",
		(parameter) => [
			"+proj=geos",
			`+lon_0=${parameter("Longitude_Of_Center")}`,
			`+h=${parameter("Height")}`,
			`+sweep=${parameter("Option") === 1 ? "x" : "y"}`,
		],
	],
]);
