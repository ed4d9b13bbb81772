import type { GeoKeys } from "#lib/metadata/crs/epsg-database.ts";
import { type TiffDirectory, unreadable } from "./directory.ts";
import { tiffTags } from "./tags.ts";

const maxKeys = 1024;
const maxParams = 4096;
const maxTextBytes = 64 * 1024;

/** The geo keys of a directory by their names (GeoTIFF 1.1, annex B); those without a name here are left out. */
export async function readGeoKeys(directory: TiffDirectory): Promise<GeoKeys> {
	const shorts = await directory.numbers(tiffTags.geoKeyDirectory, { max: 4 + 4 * maxKeys });
	const doubles = await directory.numbers(tiffTags.geoDoubleParams, { max: maxParams });
	if (!doubles.every(Number.isFinite)) throw unreadable("its geo keys have numbers that are not finite");
	const text = await directory.text(tiffTags.geoAsciiParams, { max: maxTextBytes });
	const keys: Record<string, GeoKeys[string]> = {};
	const count = Math.min(shorts[3] ?? 0, Math.floor(shorts.length / 4) - 1);
	for (let index = 1; index <= count; index++) {
		const [id = 0, location = 0, length = 0, value = 0] = shorts.slice(index * 4, index * 4 + 4);
		const name = namesById[id];
		if (name === undefined) continue;
		const found = location === 0 ? value : paramsAt({ location, length, value }, { doubles, text });
		if (found !== undefined) keys[name] = found;
	}
	return keys;
}

interface Params {
	readonly doubles: readonly number[];
	readonly text: string;
}

function paramsAt(place: { location: number; length: number; value: number }, { doubles, text }: Params) {
	const end = place.value + place.length;
	if (place.location === tiffTags.geoAsciiParams) return text.slice(place.value, end);
	if (place.location !== tiffTags.geoDoubleParams) return undefined;
	const params = doubles.slice(place.value, end);
	return place.length === 1 ? params[0] : params;
}

const namesById: Readonly<Record<number, string>> = {
	1024: "GTModelTypeGeoKey",
	1025: "GTRasterTypeGeoKey",
	1026: "GTCitationGeoKey",
	2048: "GeographicTypeGeoKey",
	2049: "GeogCitationGeoKey",
	2050: "GeogGeodeticDatumGeoKey",
	2051: "GeogPrimeMeridianGeoKey",
	2052: "GeogLinearUnitsGeoKey",
	2053: "GeogLinearUnitSizeGeoKey",
	2054: "GeogAngularUnitsGeoKey",
	2055: "GeogAngularUnitSizeGeoKey",
	2056: "GeogEllipsoidGeoKey",
	2057: "GeogSemiMajorAxisGeoKey",
	2058: "GeogSemiMinorAxisGeoKey",
	2059: "GeogInvFlatteningGeoKey",
	2061: "GeogPrimeMeridianLongGeoKey",
	2062: "GeogTOWGS84GeoKey",
	3072: "ProjectedCSTypeGeoKey",
	3073: "PCSCitationGeoKey",
	3074: "ProjectionGeoKey",
	3075: "ProjCoordTransGeoKey",
	3076: "ProjLinearUnitsGeoKey",
	3077: "ProjLinearUnitSizeGeoKey",
	3078: "ProjStdParallel1GeoKey",
	3079: "ProjStdParallel2GeoKey",
	3080: "ProjNatOriginLongGeoKey",
	3081: "ProjNatOriginLatGeoKey",
	3082: "ProjFalseEastingGeoKey",
	3083: "ProjFalseNorthingGeoKey",
	3084: "ProjFalseOriginLongGeoKey",
	3085: "ProjFalseOriginLatGeoKey",
	3086: "ProjFalseOriginEastingGeoKey",
	3087: "ProjFalseOriginNorthingGeoKey",
	3088: "ProjCenterLongGeoKey",
	3089: "ProjCenterLatGeoKey",
	3090: "ProjCenterEastingGeoKey",
	3091: "ProjCenterNorthingGeoKey",
	3092: "ProjScaleAtNatOriginGeoKey",
	3093: "ProjScaleAtCenterGeoKey",
	3094: "ProjAzimuthAngleGeoKey",
	3095: "ProjStraightVertPoleLongGeoKey",
	3096: "ProjRectifiedGridAngleGeoKey",
};
