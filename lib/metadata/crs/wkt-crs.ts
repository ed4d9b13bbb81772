import { projectionOf } from "./crs.ts";
import { type Conversion, type ConversionParameter, crsOfParameters, type Datum } from "./parameters.ts";
import { parseWkt, type WktNode } from "./wkt.ts";

/**
 * The CRS of well-known text (WKT 1 of OGC, GDAL or Esri, WKT 2): `EPSG:n` where it names a code or its parameters are
 * those of a well-known one, else a PROJ string; null if it cannot be expressed (local, vertical, unknown methods).
 * @throws RejectedError `invalid-metadata` for text that is not well-known text.
 */
export function crsOfWkt(text: string): string | null {
	return crsOfNode(parseWkt(text));
}

/**
 * The CRS of a GeoTIFF's citation as ArcGIS writes it (`ESRI PE String = PROJCS[…]`), where the geo keys do not define it; null for
 * any other text.
 */
export function crsOfCitation(citation: unknown): string | null {
	const wkt =
		typeof citation === "string" ? /ESRI PE String\s*=\s*((?:PROJCS|GEOGCS)\[.*)/s.exec(citation)?.[1] : undefined;
	return wkt === undefined ? null : crsOfWkt(wkt);
}

const geographicKeywords = [
	"GEOGCS",
	"GEOGCRS",
	"GEODCRS",
	"GEODETICCRS",
	"GEOGRAPHICCRS",
	"BASEGEOGCRS",
	"BASEGEODCRS",
];
const projectedKeywords = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const wrappers = ["COMPD_CS", "COMPOUNDCRS", "BOUNDCRS", "SOURCECRS"];

function crsOfNode(node: WktNode): string | null {
	if (wrappers.includes(node.keyword)) {
		const inner = node.children.find(({ keyword }) =>
			[...wrappers, ...projectedKeywords, ...geographicKeywords].includes(keyword),
		);
		return inner === undefined ? null : crsOfNode(inner);
	}
	const isProjected = projectedKeywords.includes(node.keyword);
	if (!isProjected && !geographicKeywords.includes(node.keyword)) return null;
	const code = epsgCode(node);
	if (code !== null && projectionOf(`EPSG:${code}`) !== null) return `EPSG:${code}`;
	if (!isProjected) return crsOfParameters({ datum: datumOf(node), conversion: null });
	const base = child(node, ...geographicKeywords);
	const conversion = base === undefined ? null : conversionOf(node, degreesPerUnit(base));
	if (base === undefined || conversion === null) return null;
	return conversion === "web-mercator" ? "EPSG:3857" : crsOfParameters({ datum: datumOf(base), conversion });
}

function child(node: WktNode | undefined, ...keywords: readonly string[]): WktNode | undefined {
	return node?.children.find(({ keyword }) => keywords.includes(keyword));
}

function epsgCode(node: WktNode | undefined): number | null {
	const [authority, code] = child(node, "AUTHORITY", "ID")?.values ?? [];
	const number = Number(code);
	return String(authority).toUpperCase() === "EPSG" && Number.isInteger(number) && number > 0 ? number : null;
}

function plain(text: unknown): string {
	return String(text)
		.toLowerCase()
		.replace(/[^a-z0-9]/g, "");
}

function datumOf(node: WktNode): Datum {
	const datum = child(node, "DATUM", "GEODETICDATUM", "ENSEMBLE", "TRF");
	const ellipsoid = child(datum, "SPHEROID", "ELLIPSOID");
	const [, semiMajor, inverseFlattening] = ellipsoid?.values ?? [];
	const [, longitude] = child(node, "PRIMEM", "PRIMEMERIDIAN")?.values ?? [];
	const named = codesByDatum.get(plain(datum?.values[0]).replace(/^d(?=wgs|etrs|north|gda)|ensemble$/g, ""));
	return {
		code: epsgCode(node) ?? named ?? null,
		semiMajor: typeof semiMajor === "number" ? semiMajor : null,
		inverseFlattening: typeof inverseFlattening === "number" ? inverseFlattening : null,
		primeMeridian: typeof longitude === "number" ? longitude : 0,
	};
}

/** As OGC, Esri and EPSG call them, in small letters and without what is not a letter or digit. */
const codesByDatum: ReadonlyMap<string, number> = new Map([
	["wgs1984", 4326],
	["wgs84", 4326],
	["worldgeodeticsystem1984", 4326],
	["etrs1989", 4258],
	["etrs89", 4258],
	["europeanterrestrialreferencesystem1989", 4258],
	["northamerican1983", 4269],
	["northamericandatum1983", 4269],
	["northamerican1927", 4267],
	["northamericandatum1927", 4267],
	["geocentricdatumofaustralia1994", 4283],
	["gda1994", 4283],
]);

/** Degrees per unit of the parameters that are angles. */
function degreesPerUnit(base: WktNode): number {
	const radians = unitOf(base, "ANGLEUNIT", "UNIT");
	const degrees = radians === null ? 1 : (radians * 180) / Math.PI;
	return Math.abs(degrees - 1) < 1e-9 ? 1 : degrees;
}

function unitOf(node: WktNode | undefined, ...keywords: readonly string[]): number | null {
	const size = child(node, ...keywords)?.values[1];
	return typeof size === "number" && size > 0 ? size : null;
}

function conversionOf(node: WktNode, degrees: number): Conversion | "web-mercator" | null {
	const holder = child(node, "CONVERSION") ?? node;
	const name = plain(child(holder, "METHOD", "PROJECTION")?.values[0]);
	if (webMercators.has(name) || isSpherical(node)) return "web-mercator";
	const method = methodsByName.get(name);
	if (method === undefined) return null;
	const axis = child(node, "AXIS");
	const unit = unitOf(node, "LENGTHUNIT", "UNIT") ?? unitOf(axis, "LENGTHUNIT", "UNIT") ?? 1;
	const parameters: Partial<Record<ConversionParameter, number>> = {};
	for (const { keyword, values } of holder.children) {
		const parameter = keyword === "PARAMETER" ? parametersByName.get(plain(values[0])) : undefined;
		const value = values[1];
		if (parameter === undefined || typeof value !== "number") continue;
		const isAngle = !["x0", "y0", "scale"].includes(parameter);
		parameters[parameter] = isAngle && degrees !== 1 ? value * degrees : value;
	}
	return { method, parameters: adjusted(name, parameters), unit };
}

/** Polar stereographic: Esri and WKT 2 give the latitude of true scale as a parallel, GeoTIFF as the origin's latitude. */
function adjusted(name: string, given: Conversion["parameters"]): Conversion["parameters"] {
	if (!/stereographicnorthpole|stereographicsouthpole|polarstereographicvariantb/.test(name)) return given;
	const { parallel1, ...others } = given;
	return { ...others, lat: parallel1 ?? given.lat ?? (name.includes("south") ? -90 : 90) };
}

/** GDAL's WKT 1 has no method for it, and adds a PROJ string to Mercator's method. */
function isSpherical(node: WktNode): boolean {
	return /\+proj=merc \+a=6378137(\.0)? \+b=6378137(\.0)? /.test(String(child(node, "EXTENSION")?.values[1] ?? ""));
}

const webMercators = new Set(["mercatorauxiliarysphere", "popularvisualisationpseudomercator"]);

/** GeoTIFF's codes by the names of WKT 1 (OGC, Esri) and WKT 2 (EPSG). */
const methodsByName: ReadonlyMap<string, number> = new Map([
	["transversemercator", 1],
	["gausskruger", 1],
	["hotineobliquemercator", 3],
	["hotineobliquemercatorvarianta", 3],
	["hotineobliquemercatorazimuthcenter", 9815],
	["hotineobliquemercatorvariantb", 9815],
	["mercator", 7],
	["mercator1sp", 7],
	["mercator2sp", 7],
	["mercatorvarianta", 7],
	["mercatorvariantb", 7],
	["lambertconformalconic", 8],
	["lambertconformalconic2sp", 8],
	["lambertconicconformal2sp", 8],
	["lambertconformalconic1sp", 9],
	["lambertconicconformal1sp", 9],
	["lambertazimuthalequalarea", 10],
	["albers", 11],
	["albersconicequalarea", 11],
	["albersequalarea", 11],
	["azimuthalequidistant", 12],
	["equidistantconic", 13],
	["stereographic", 14],
	["polarstereographic", 15],
	["polarstereographicvarianta", 15],
	["polarstereographicvariantb", 15],
	["stereographicnorthpole", 15],
	["stereographicsouthpole", 15],
	["obliquestereographic", 16],
	["doublestereographic", 16],
	["equirectangular", 17],
	["equidistantcylindrical", 17],
	["platecarree", 17],
	["cassinisoldner", 18],
	["gnomonic", 19],
	["millercylindrical", 20],
	["orthographic", 21],
	["polyconic", 22],
	["robinson", 23],
	["sinusoidal", 24],
	["vandergrinten", 25],
	["vandergrinteni", 25],
	["cylindricalequalarea", 28],
	["lambertcylindricalequalarea", 28],
]);

const parametersByName: ReadonlyMap<string, ConversionParameter> = new Map([
	...names(
		"lat",
		"latitudeoforigin",
		"latitudeofcenter",
		"latitudeofnaturalorigin",
		"latitudeoffalseorigin",
		"latitudeofprojectioncentre",
	),
	...names(
		"lon",
		"centralmeridian",
		"longitudeoforigin",
		"longitudeofcenter",
		"longitudeofnaturalorigin",
		"longitudeoffalseorigin",
		"longitudeofprojectioncentre",
	),
	...names(
		"scale",
		"scalefactor",
		"scalefactoratnaturalorigin",
		"scalefactoratprojectioncentre",
		"scalefactoroninitialline",
	),
	...names("x0", "falseeasting", "eastingatfalseorigin", "eastingatprojectioncentre"),
	...names("y0", "falsenorthing", "northingatfalseorigin", "northingatprojectioncentre"),
	...names("parallel1", "standardparallel1", "latitudeof1ststandardparallel", "latitudeofstandardparallel"),
	...names("parallel2", "standardparallel2", "latitudeof2ndstandardparallel"),
	...names("azimuth", "azimuth", "azimuthofinitialline", "azimuthatprojectioncentre"),
	...names("gridAngle", "rectifiedgridangle", "anglefromrectifiedtoskewgrid"),
]);

function names(parameter: ConversionParameter, ...wanted: readonly string[]) {
	return wanted.map((name) => [name, parameter] as const);
}
