import { geographicCodeOf } from "./datum-shifts.ts";
import { geodeticOfCode } from "./geodetic.ts";
import type { Datum } from "./parameters.ts";
import type { WktNode } from "./wkt.ts";
import { child, degreesOf, epsgCode, plain, unitOf } from "./wkt-parts.ts";

/** Of a geographic CRS's node: its code or name, ellipsoid, prime meridian, shift to WGS 84 and unit, as far as it tells them. */
export function datumOf(node: WktNode): Datum & { readonly degrees: number } {
	const datum = child(node, "DATUM", "GEODETICDATUM", "ENSEMBLE", "TRF");
	const ellipsoid = child(datum, "SPHEROID", "ELLIPSOID");
	const [, semiMajor, inverseFlattening] = ellipsoid?.values ?? [];
	const meridianNode = child(node, "PRIMEM", "PRIMEMERIDIAN");
	const [meridianName, longitude] = meridianNode?.values ?? [];
	const degrees = degreesPerUnit(node);
	// WKT 1 has it in degrees whatever the unit, as GDAL and Esri write and read it.
	const isWkt1 = node.keyword === "GEOGCS";
	const perDegree = isWkt1 ? 1 : (degreesOf(unitOf(meridianNode, "ANGLEUNIT", "UNIT")) ?? degrees);
	const meridian = typeof longitude === "number" ? Number((longitude * perDegree).toPrecision(14)) : 0;
	const shift = shiftOf(node);
	return {
		code:
			epsgCode(node) ?? codeOfName(String(datum?.values[0] ?? ""), { meridian, meridianName: String(meridianName) }),
		semiMajor:
			typeof semiMajor === "number"
				? Number((semiMajor * (unitOf(ellipsoid, "LENGTHUNIT", "UNIT") ?? 1)).toPrecision(14))
				: null,
		inverseFlattening: typeof inverseFlattening === "number" ? inverseFlattening : null,
		primeMeridian: meridian,
		degrees,
		...(shift === null ? {} : { shift }),
	};
}

interface Meridian {
	readonly meridian: number;
	readonly meridianName: string;
}

/** Of a datum by its name, where it counts from that meridian. */
function codeOfName(datum: string, { meridian, meridianName }: Meridian): number | null {
	const usual = codesByDatum.get(plain(datum).replace(/^d(?=wgs|etrs|north|gda)|ensemble$/g, ""));
	const codes = [usual, geographicCodeOf(datum), geographicCodeOf(`${datum} ${meridianName}`)];
	return (
		codes.find((code) => {
			const geodetic = typeof code === "number" ? geodeticOfCode(code) : null;
			return geodetic !== null && Math.abs(geodetic.meridian - meridian) < 1e-5;
		}) ?? null
	);
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

/** Degrees per unit of a geographic CRS's coordinates, and of its angles where they tell no unit of their own. */
function degreesPerUnit(base: WktNode): number {
	return degreesOf(unitOf(base, "ANGLEUNIT", "UNIT") ?? unitOf(child(base, "AXIS"), "ANGLEUNIT", "UNIT")) ?? 1;
}

/** WKT 2 keeps a datum shift around the CRS. */
export function shiftOfBound(node: WktNode): readonly number[] | null {
	const transformation = child(node, "ABRIDGEDTRANSFORMATION");
	const values = (transformation?.children ?? [])
		.filter(({ keyword }) => keyword === "PARAMETER")
		.map(({ values: [, value] }) => value);
	const isShift = /^(geocentric translations|position vector)/i.test(
		String(child(transformation, "METHOD")?.values[0]),
	);
	const isComplete = (values.length === 3 || values.length === 7) && values.every((value) => typeof value === "number");
	if (!isShift || !isComplete) return null;
	// The seventh is a ratio here, and millionths there.
	return (values as number[]).map((value, index) => (index === 6 ? Number(((value - 1) * 1e6).toPrecision(8)) : value));
}

/** WKT 1 keeps it in the datum. */
export function shiftOf(base: WktNode): readonly number[] | null {
	const values = child(child(base, "DATUM"), "TOWGS84")?.values ?? [];
	const isComplete = (values.length === 3 || values.length === 7) && values.every((value) => typeof value === "number");
	return isComplete ? (values as readonly number[]) : null;
}
