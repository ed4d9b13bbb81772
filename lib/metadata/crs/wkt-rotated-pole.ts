import { lookupTable } from "#lib/lookup-table.ts";
import type { WktNode } from "./wkt.ts";
import { datumOf } from "./wkt-datum.ts";
import { child, degreesOf, plain, unitOf } from "./wkt-parts.ts";

/** Whether longitudes and latitudes are those about another pole (`DERIVINGCONVERSION`, WKT 2): the base's name is not its own. */
export function isDerived(node: WktNode): boolean {
	return child(node, "DERIVINGCONVERSION") !== undefined;
}

/**
 * A rotated pole as PROJ and GDAL write it, by the convention of CF, of GRIB or by PROJ's own words; its degrees are those of the
 * raster. null: derived in another way.
 */
export function rotatedPoleOf(node: WktNode): string | null {
	const conversion = child(node, "DERIVINGCONVERSION");
	const base = child(node, "BASEGEOGCRS", "BASEGEODCRS");
	if (conversion === undefined || base === undefined) return null;
	const { semiMajor, inverseFlattening, primeMeridian } = datumOf(base);
	if (semiMajor === null || primeMeridian !== 0) return null;
	const read = polesByMethod[plain(child(conversion, "METHOD")?.values[0])];
	const degreesByName = new Map(
		conversion.children
			.filter(({ keyword }) => keyword === "PARAMETER")
			.map((one) => [plain(one.values[0]), Number(one.values[1]) * (degreesOf(unitOf(one, "ANGLEUNIT")) ?? 1)]),
	);
	const pole = read?.((name) => Number((degreesByName.get(name) ?? Number.NaN).toPrecision(14)));
	if (pole === undefined || !pole.every(Number.isFinite)) return null;
	const [lat, lon, meridian] = pole;
	const semiMinor = inverseFlattening ? semiMajor * (1 - 1 / inverseFlattening) : semiMajor;
	return `+proj=ob_tran +o_proj=longlat +o_lat_p=${lat} +o_lon_p=${lon} +lon_0=${meridian} +a=${semiMajor} +b=${semiMinor} +to_meter=${Math.PI / 180} +no_defs`;
}

type Pole = readonly [lat: number, lon: number, meridian: number];

/** As PROJ turns each into `o_lat_p`, `o_lon_p` and `lon_0`. */
const polesByMethod = lookupTable<(degrees: (name: string) => number) => Pole>({
	projobtranoprojlonglat: (degrees) => [degrees("olatp"), degrees("olonp"), degrees("lon0")],
	polerotationnetcdfcfconvention: (degrees) => [
		degrees("gridnorthpolelatitudenetcdfcfconvention"),
		degrees("northpolegridlongitudenetcdfcfconvention"),
		180 + degrees("gridnorthpolelongitudenetcdfcfconvention"),
	],
	polerotationgribconvention: (degrees) => [
		-degrees("latitudeofthesouthernpolegribconvention"),
		-degrees("axisrotationgribconvention"),
		degrees("longitudeofthesouthernpolegribconvention"),
	],
});
