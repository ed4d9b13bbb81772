import { projectionOf } from "./crs.ts";
import { geographicCodeOf } from "./datum-shifts.ts";
import { wordsOfCode } from "./definition.ts";
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
	// What is in grads has a code, or no word for it.
	if (!isProjected && degreesPerUnit(node) !== 1) return null;
	if (!isProjected) return crsOfParameters({ datum: datumOf(node), conversion: null });
	const base = child(node, ...geographicKeywords);
	const own = base === undefined ? null : ownCrs(node, datumOf(base));
	if (own !== null) return own;
	const conversion = base === undefined ? null : conversionOf(node, degreesPerUnit(base));
	if (base === undefined || conversion === null) return null;
	return conversion === "web-mercator" ? "EPSG:3857" : crsOfParameters({ datum: datumOf(base), conversion });
}

/** Of methods that GeoTIFF has no code for: the EPSG code of those parameters, or a PROJ string; null for other methods. */
function ownCrs(node: WktNode, { code, semiMajor, inverseFlattening, primeMeridian }: Datum): string | null {
	const holder = child(node, "CONVERSION") ?? node;
	const method = plain(child(holder, "METHOD", "PROJECTION")?.values[0]);
	const given = new Map(
		holder.children.filter(({ keyword }) => keyword === "PARAMETER").map(({ values }) => [plain(values[0]), values[1]]),
	);
	const number = (...names: readonly string[]) =>
		Number(names.map((name) => given.get(name)).find(Number.isFinite) ?? 0);
	const near = (value: number, wanted: number) => Math.abs(value - wanted) < 1e-6;
	const lat = number("latitudeofcenter", "latitudeofprojectioncentre", "latitudeofnaturalorigin");
	const lon = number(
		"longitudeofcenter",
		"longitudeoforigin",
		"longitudeofprojectioncentre",
		"centralmeridian",
		"longitudeofnaturalorigin",
	);
	const isFalse = number("falseeasting") !== 0 || number("falsenorthing") !== 0;
	const unit = unitOf(node, "LENGTHUNIT", "UNIT") ?? unitOf(child(node, "AXIS"), "LENGTHUNIT", "UNIT") ?? 1;
	if (unit !== 1) return null;
	if (/^krovak(northorientated)?$/.test(method)) {
		const isUsual =
			near(lat, 49.5) &&
			near(number("scalefactor", "scalefactoronpseudostandardparallel"), 0.9999) &&
			near(number("pseudostandardparallel1", "latitudeofpseudostandardparallel"), 78.5);
		if (!isUsual || isFalse) return null;
		const isNorth = given.has("xscale")
			? number("xscale") === -1 && number("xyplanerotation") === 90
			: isEastNorth(node);
		if (primeMeridian === 0 && code === 4156 && near(lon, 24.8333333333333)) return isNorth ? "EPSG:5514" : "EPSG:5513";
		if (near(primeMeridian, -17.6666666666667) && near(lon, 42.5)) return isNorth ? "EPSG:5221" : "EPSG:2065";
		return null;
	}
	if (/^labordeobliquemercator$/.test(method)) {
		const isUsual = near(lat, -18.9) && near(number("falseeasting"), 400000) && near(number("falsenorthing"), 800000);
		if (isUsual && primeMeridian === 0 && code === 4297 && near(lon, 46.4372291666667)) return "EPSG:8441";
		return null;
	}
	if (semiMajor === null || primeMeridian !== 0) return null;
	const semiMinor = inverseFlattening ? semiMajor * (1 - 1 / inverseFlattening) : semiMajor;
	const rest = `+x_0=${number("falseeasting")} +y_0=${number("falsenorthing")} +a=${semiMajor} +b=${semiMinor} +no_defs`;
	if (/^(colombiaurban|igacplanocartesiano)$/.test(method))
		return `+proj=col_urban +lat_0=${lat} +lon_0=${lon} +h_0=${number("height", "projectionplaneoriginheight")} ${rest}`;
	const isLand = method === "interruptedgoodehomolosine" || (method === "goodehomolosine" && number("option") === 1);
	return isLand ? `+proj=igh +lon_0=${lon} ${rest}` : null;
}

/** By its axes, which GDAL tells; without them as EPSG has Krovak by itself: to the south and west. */
function isEastNorth(node: WktNode): boolean {
	return (
		/^(easting|x|\(?e\)?$|\(x\))/i.test(String(child(node, "AXIS")?.values[0] ?? "")) &&
		/^east$/i.test(String(child(node, "AXIS")?.values[1] ?? ""))
	);
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
	const meridian = typeof longitude === "number" ? longitude : 0;
	const name = String(datum?.values[0] ?? "");
	const named =
		codesByDatum.get(plain(name).replace(/^d(?=wgs|etrs|north|gda)|ensemble$/g, "")) ??
		(meridian === 0 ? codeOfName(name) : null);
	return {
		code: epsgCode(node) ?? named ?? null,
		semiMajor: typeof semiMajor === "number" ? semiMajor : null,
		inverseFlattening: typeof inverseFlattening === "number" ? inverseFlattening : null,
		primeMeridian: meridian,
	};
}

/** Of those that count degrees from Greenwich. */
function codeOfName(datum: string): number | null {
	const code = geographicCodeOf(datum);
	const words = code === null ? undefined : wordsOfCode(code);
	const isPlain = words?.unit?.[0] === 1 && !words.words.some((word) => /^\+pm=.*[1-9]/.test(word));
	return isPlain ? code : null;
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
	if (isOblique(method)) parameters.gridAngle ??= parameters.azimuth ?? 0;
	return { method, parameters: adjusted(name, parameters), unit };
}

/** Hotine's projections, whose angle of the rectified grid Esri leaves out where it is the azimuth. */
function isOblique(method: number): boolean {
	return method === 3 || method === 9815;
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
	["hotineobliquemercatorazimuthnaturalorigin", 3],
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
	["cassini", 18],
	["gnomonic", 19],
	["millercylindrical", 20],
	["orthographic", 21],
	["polyconic", 22],
	["robinson", 23],
	["sinusoidal", 24],
	["vandergrinten", 25],
	["vandergrinteni", 25],
	["newzealandmapgrid", 26],
	["transversemercatorsouthorientated", 27],
	["cylindricalequalarea", 28],
	["behrmann", 28],
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
