import { projectionOf } from "./crs.ts";
import { placingWords, withDatumShift, wordsOfCode } from "./definition.ts";
import { unitWords } from "./geo-key-crs.ts";
import { type Conversion, type ConversionParameter, crsOfParameters, crsOfWords, type Datum } from "./parameters.ts";
import { parseWkt, type WktNode } from "./wkt.ts";
import { datumOf, shiftOf, shiftOfBound } from "./wkt-datum.ts";
import { methodsByName, parametersByName, wordsByProjection } from "./wkt-methods.ts";
import { child, degreesOf, epsgCode, plain, unitOf } from "./wkt-parts.ts";
import { isDerived, rotatedPoleOf } from "./wkt-rotated-pole.ts";

/**
 * The CRS of well-known text (WKT 1 of OGC, GDAL or Esri, WKT 2): `EPSG:n` where it names a code or its parameters are
 * those of a well-known one, else a PROJ string; null if it cannot be expressed (local, vertical, unknown methods).
 * @throws RejectedError `invalid-metadata` for text that is not well-known text.
 */
export function crsOfWkt(text: string): string | null {
	return crsOfNode(parseWkt(text));
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

function crsOfNode(node: WktNode, shift: readonly number[] | null = null): string | null {
	if (wrappers.includes(node.keyword)) {
		const inner = node.children.find(({ keyword }) =>
			[...wrappers, ...projectedKeywords, ...geographicKeywords].includes(keyword),
		);
		return inner === undefined ? null : crsOfNode(inner, shiftOfBound(node) ?? shift);
	}
	const isProjected = projectedKeywords.includes(node.keyword);
	if (!isProjected && !geographicKeywords.includes(node.keyword)) return null;
	if (isDerived(node)) return isProjected ? null : rotatedPoleOf(node);
	const base = isProjected ? child(node, ...geographicKeywords) : node;
	const code = epsgCode(node);
	const known = code === null ? null : shiftedCode(code, shift ?? (base === undefined ? null : shiftOf(base)));
	if (known !== null) return known;
	if (base === undefined) return null;
	const spelled = projExtension(node);
	if (spelled !== null) return isSpherical(node) ? "EPSG:3857" : (projectionOf(spelled)?.crs ?? null);
	const datum = { ...datumOf(base), ...(shift && { shift }) };
	if (!isProjected) return crsOfParameters({ datum, conversion: null });
	const projected = { ...datum, degrees: 1 };
	const own = ownCrs(node, projected, datum.degrees);
	if (own !== null) return own.startsWith("EPSG:") ? own : withAxes(own, node);
	const conversion = conversionOf(node, datum.degrees, datum.inverseFlattening === 0);
	if (conversion === null) return null;
	if (conversion === "web-mercator") return "EPSG:3857";
	const crs = crsOfParameters({ datum: projected, conversion });
	return crs === null ? null : withAxes(crs, node);
}

/** The code, or the same CRS on the datum shift that is told beside it, where that is another one than the code's. */
function shiftedCode(code: number, shift: readonly number[] | null): string | null {
	const projection = projectionOf(`EPSG:${code}`);
	const words = wordsOfCode(code)?.words;
	if (projection === null || words === undefined) return null;
	if (shift === null) return projection.crs;
	const other = [...withDatumShift(words, shift.join(","))].join(" ");
	const [x, y] = projection.fromWgs84(10, 50);
	const [lonA, latA] = projection.toWgs84(x, y);
	const [lonB, latB] = projectionOf(other)?.toWgs84(x, y) ?? [Number.NaN, Number.NaN];
	// As far apart as one datum's shifts are in different regions.
	return Math.hypot(lonA - lonB, latA - latB) < 1e-3 || Number.isNaN(lonB) || Number.isNaN(lonA)
		? projection.crs
		: other;
}

/** Axes to the south or west in their own order, as in GDAL, which only brings north before east to east before north. */
function withAxes(crs: string, node: WktNode): string {
	const axis = node.children
		.filter(({ keyword }) => keyword === "AXIS")
		.map(({ values }) => /^(north|south|east|west)$/.exec(String(values[1] ?? "").toLowerCase())?.[0]?.[0] ?? "")
		.slice(0, 2)
		.join("");
	if (!/^([ew][ns]|[ns][ew])$/.test(axis) || !/[ws]/.test(axis) || crs.includes("+axis=")) return crs;
	const code = /^EPSG:(\d+)$/.exec(crs)?.[1];
	const words = code === undefined ? crs.split(" ") : (wordsOfCode(Number(code))?.words ?? []);
	return words.includes(`+axis=${axis}u`) ? crs : [...words, `+axis=${axis}u`].join(" ");
}

/**
 * The PROJ words beside a method: GDAL's WKT 1 has them for what it cannot express otherwise (the sweep of GOES, another sphere,
 * `custom_proj4`), and PROJ prefers them to the method, too. null: there are none.
 */
function projExtension(node: WktNode): string | null {
	const [name, text] = child(node, "EXTENSION")?.values ?? [];
	if (String(name).toUpperCase() !== "PROJ4" || !/^\s*\+proj=/.test(String(text))) return null;
	return placingWords(String(text).trim()).join(" ");
}

/** Of methods that GeoTIFF has no code for: the EPSG code of those parameters, or a PROJ string; null for other methods. */
function ownCrs(node: WktNode, datum: Datum, degrees: number): string | null {
	const { code, semiMajor, inverseFlattening, primeMeridian } = datum;
	const holder = child(node, "CONVERSION") ?? node;
	const method = plain(child(holder, "METHOD", "PROJECTION")?.values[0]);
	const given = new Map(
		holder.children
			.filter(({ keyword }) => keyword === "PARAMETER")
			.map((one) => [plain(one.values[0]), parameterValue(one, degrees)]),
	);
	const number = (...names: readonly string[]) =>
		Number(names.map((name) => given.get(name)).find(Number.isFinite) ?? 0);
	const near = (value: number, wanted: number) => Math.abs(value - wanted) < 1e-6;
	const lat = number("latitudeofcenter", "latitudeofprojectioncentre", "latitudeofnaturalorigin", "latitudeoforigin");
	const lon = number(
		"longitudeofcenter",
		"longitudeoforigin",
		"longitudeofprojectioncentre",
		"centralmeridian",
		"longitudeofnaturalorigin",
	);
	const isFalse = number("falseeasting") !== 0 || number("falsenorthing") !== 0;
	const unit = unitOf(node, "LENGTHUNIT", "UNIT") ?? unitOf(child(node, "AXIS"), "LENGTHUNIT", "UNIT") ?? 1;
	const offset = [
		`+x_0=${number("falseeasting") * unit}`,
		`+y_0=${number("falsenorthing") * unit}`,
		...unitWords(unit),
	];
	const words = wordsByProjection.get(method)?.(number, lon) ?? null;
	if (words !== null) return crsOfWords([...words, ...offset], datum);
	if (method === "orthographicspherical" || (method === "orthographic" && isOfEsri(node))) {
		const sphere = { ...datum, code: null, inverseFlattening: 0 };
		const origin = ["+proj=ortho", `+lat_0=${lat}`, `+lon_0=${lon}`];
		return semiMajor === null ? null : crsOfWords([...origin, ...offset], sphere);
	}
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

/** Esri's orthographic projection is that of a sphere, whatever the ellipsoid; the names of Esri's datums begin with `D_`. */
function isOfEsri(node: WktNode): boolean {
	return String(child(child(node, ...geographicKeywords), "DATUM")?.values[0] ?? "").startsWith("D_");
}

/** By its axes, which GDAL tells; without them as EPSG has Krovak by itself: to the south and west. */
function isEastNorth(node: WktNode): boolean {
	return (
		/^(easting|x|\(?e\)?$|\(x\))/i.test(String(child(node, "AXIS")?.values[0] ?? "")) &&
		/^east$/i.test(String(child(node, "AXIS")?.values[1] ?? ""))
	);
}

/** In degrees, metres or as a ratio where it tells its own unit (WKT 2); else angles are in that of the geographic CRS. */
function parameterValue(node: WktNode, degrees: number): number {
	const value = Number(node.values[1]);
	const angle = degreesOf(unitOf(node, "ANGLEUNIT"));
	if (angle !== null) return angle === 1 ? value : Number((value * angle).toPrecision(14));
	const factor = unitOf(node, "LENGTHUNIT", "SCALEUNIT");
	if (factor !== null) return value * factor;
	const parameter = parametersByName.get(plain(node.values[0]));
	const isAngle = parameter !== undefined && !["x0", "y0", "scale"].includes(parameter);
	return isAngle && degrees !== 1 ? Number((value * degrees).toPrecision(14)) : value;
}

function conversionOf(node: WktNode, degrees: number, isSphere: boolean): Conversion | "web-mercator" | null {
	const holder = child(node, "CONVERSION") ?? node;
	const name = plain(child(holder, "METHOD", "PROJECTION")?.values[0]);
	if (webMercators.has(name) || isSpherical(node)) return "web-mercator";
	const axis = child(node, "AXIS");
	const unit = unitOf(node, "LENGTHUNIT", "UNIT") ?? unitOf(axis, "LENGTHUNIT", "UNIT") ?? 1;
	const parameters: Partial<Record<ConversionParameter, number>> = {};
	for (const node of holder.children) {
		const parameter = node.keyword === "PARAMETER" ? parametersByName.get(plain(node.values[0])) : undefined;
		if (parameter === undefined || typeof node.values[1] !== "number") continue;
		const isLength = parameter === "x0" || parameter === "y0";
		const value = parameterValue(node, degrees);
		parameters[parameter] = isLength && unitOf(node, "LENGTHUNIT") !== null ? value / unit : value;
	}
	const method = methodOf(name, parameters, isSphere);
	if (method === null) return null;
	if (isOblique(method)) parameters.gridAngle ??= parameters.azimuth ?? 0;
	return { method, parameters: adjusted(name, parameters), unit };
}

/** null for a method that is not known, and for one of a sphere on an ellipsoid. */
function methodOf(
	name: string,
	{ parallel1, parallel2, scale = 1, lat = 0 }: Conversion["parameters"],
	isSphere: boolean,
): number | null {
	// Esri has one name for cones of one parallel and a scale, and of two.
	if (name === "lambertconformalconic" && parallel2 === undefined) {
		if (parallel1 === undefined || Math.abs(parallel1 - lat) < 1e-9) return 9;
		return null;
	}
	const method =
		methodsByName.get(name) ?? (isSphere ? methodsByName.get(name.replace(/spherical$/, "")) : undefined) ?? null;
	return method === 8 && scale !== 1 ? null : method;
}

/** Hotine's projections, whose angle of the rectified grid Esri leaves out where it is the azimuth. */
function isOblique(method: number): boolean {
	return method === 3 || method === 9815;
}

/** Polar stereographic: Esri and WKT 2 give the latitude of true scale as a parallel, GeoTIFF as the origin's latitude. */
function adjusted(name: string, given: Conversion["parameters"]): Conversion["parameters"] {
	// Its parallel is part of the definition, and left out.
	if (name === "behrmann") return { parallel1: 30, ...given };
	if (!/stereographicnorthpole|stereographicsouthpole|polarstereographicvariantb/.test(name)) return given;
	const { parallel1, ...others } = given;
	return { ...others, lat: parallel1 ?? given.lat ?? (name.includes("south") ? -90 : 90) };
}

/** GDAL's WKT 1 has no method for it, and adds a PROJ string to Mercator's method. */
function isSpherical(node: WktNode): boolean {
	return /\+proj=merc \+a=6378137(\.0)? \+b=6378137(\.0)? /.test(String(child(node, "EXTENSION")?.values[1] ?? ""));
}

const webMercators = new Set(["mercatorauxiliarysphere", "popularvisualisationpseudomercator"]);
