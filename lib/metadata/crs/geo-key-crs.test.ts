import { expect, test } from "vitest";
import { projectionOf } from "./crs.ts";
import type { GeoKeys } from "./epsg-database.ts";
import { answerOfGeoKeys } from "./geo-key-crs.ts";
import { crsOfTiff } from "./tiff-crs.ts";

const projected = { GTModelTypeGeoKey: 1, GeographicTypeGeoKey: 4326, ProjectedCSTypeGeoKey: 32767 };
const geographic = { GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 32767 };

test.each<[string, GeoKeys, string]>([
	["a datum by its code", { ...geographic, GeogGeodeticDatumGeoKey: 6326 }, "EPSG:4326"],
	["a datum whose CRS is not 2000 below it", { ...geographic, GeogGeodeticDatumGeoKey: 1147 }, "EPSG:7373"],
	["the ellipsoid of WGS 84", { ...geographic, GeogEllipsoidGeoKey: 7030 }, "EPSG:4326"],
	[
		"its axes",
		{ ...geographic, GeogSemiMajorAxisGeoKey: 6378137, GeogInvFlatteningGeoKey: 298.257223563 },
		"EPSG:4326",
	],
	[
		"degrees from Paris",
		{ GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4807, GeogAngularUnitsGeoKey: 9105 },
		"EPSG:4807",
	],
	[
		"the same keys beside a code",
		{ ...projected, ProjectedCSTypeGeoKey: 32633, GeogEllipsoidGeoKey: 7030 },
		"EPSG:32633",
	],
	[
		"a code's own parameters",
		{ ...projected, ProjCoordTransGeoKey: 15, ProjNatOriginLatGeoKey: -71, ProjStraightVertPoleLongGeoKey: 0 },
		"EPSG:3031",
	],
	["a datum and a conversion", { ...projected, GeographicTypeGeoKey: 4258, ProjectionGeoKey: 16032 }, "EPSG:25832"],
	[
		"a conversion whose unit is another",
		{ ...projected, ProjectionGeoKey: 16033, ProjLinearUnitsGeoKey: 9036 },
		"+proj=tmerc +lat_0=0 +lon_0=15 +k_0=0.9996 +x_0=500000 +y_0=0 +to_meter=1000 +a=6378137 +b=6356752.314245179 +no_defs",
	],
])("%s", (_, keys, crs) => expect(answerOfGeoKeys(keys)).toEqual({ crs }));

test.each<[string, GeoKeys, RegExp]>([
	[
		"another datum than the code's",
		{ ...projected, GeographicTypeGeoKey: 4277, ProjectedCSTypeGeoKey: 32633 },
		/EPSG:32633 is on EPSG:4326, and they name EPSG:4277/,
	],
	[
		"another ellipsoid",
		{ ...projected, GeogEllipsoidGeoKey: 7004, ProjectionGeoKey: 16033 },
		/EPSG:4326 has semi-axes of 6378137 and/,
	],
	[
		"another meridian",
		{ ...projected, GeogPrimeMeridianGeoKey: 8903, ProjectionGeoKey: 16033 },
		/counts from 0° east of Greenwich, and they from 2\.33722917°/,
	],
	[
		"another projection",
		{ ...projected, ProjectedCSTypeGeoKey: 32633, ProjCoordTransGeoKey: 7 },
		/is not that of EPSG:32633/,
	],
	[
		"feet of the Web Mercator",
		{ ...projected, ProjectedCSTypeGeoKey: 3857, ProjLinearUnitsGeoKey: 9002 },
		/EPSG:3857 is in metres/,
	],
	[
		"arc seconds",
		{ GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4258, GeogAngularUnitsGeoKey: 9104 },
		/in units of 0\.000277.*, which are not those of EPSG:4258/,
	],
	[
		"degrees, minutes and seconds",
		{ ...geographic, GeogEllipsoidGeoKey: 7030, GeogAngularUnitsGeoKey: 9107 },
		/angular unit EPSG:9107/,
	],
	["no datum", geographic, /no datum and no ellipsoid/],
	["a datum that is not known", { ...geographic, GeogGeodeticDatumGeoKey: 9999 }, /datum EPSG:9999 is not known/],
	["no projection", projected, /name no projection/],
	[
		"a method without words",
		{ ...projected, ProjCoordTransGeoKey: 2 },
		/method 2 \(Transverse Mercator, modified for Alaska\)/,
	],
	[
		"a unit that is not known",
		{ ...projected, ProjectionGeoKey: 16033, ProjLinearUnitsGeoKey: 9999 },
		/unit EPSG:9999/,
	],
	[
		"a unit without size",
		{ ...projected, ProjectionGeoKey: 16033, ProjLinearUnitsGeoKey: 32767, ProjLinearUnitSizeGeoKey: 0 },
		/size of 0 m/,
	],
	[
		"angles beyond the pole",
		{ ...projected, ProjCoordTransGeoKey: 10, ProjNatOriginLatGeoKey: 187200 },
		/lat_0=187200, which is no angle/,
	],
	["a geocentric model", { ...projected, GTModelTypeGeoKey: 3 }, /geocentric/],
	["a model of its own", { GTModelTypeGeoKey: 32767, GeographicTypeGeoKey: 4326 }, /GTModelTypeGeoKey is 32767/],
])("%s has no CRS, and the reason is told", (_, keys, reason) => {
	expect(answerOfGeoKeys(keys)).toEqual({ crs: null, reason: expect.stringMatching(reason) });
});

const pe = (wkt: string) => ({
	GTModelTypeGeoKey: 32767,
	ProjCoordTransGeoKey: 7,
	GeographicTypeGeoKey: 4326,
	PCSCitationGeoKey: `ESRI PE String = ${wkt}`,
});
const esriWgs84 =
	'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';

test("ArcGIS' text counts before the keys beside it, as in GDAL, and is named where it is not supported", () => {
	const wkt = (method: string) =>
		`PROJCS["Mine",${esriWgs84},PROJECTION["${method}"],PARAMETER["Standard_Parallel_1",0.0],UNIT["Meter",1.0]]`;
	expect(crsOfTiff(pe(wkt("Mercator_Auxiliary_Sphere")))).toEqual({ crs: "EPSG:3857" });
	expect(crsOfTiff(pe(wkt("Winkel_II")))).toEqual({ crs: null, reason: expect.stringMatching(/"Mine" \(Winkel_II\)/) });
	expect(crsOfTiff({ ...pe("PROJCS[nothing"), GTModelTypeGeoKey: 1 }).crs).toBe("EPSG:3395");
	expect(
		crsOfTiff({
			...pe(wkt("Winkel_II")),
			GTModelTypeGeoKey: 1,
			ProjectedCSTypeGeoKey: 32633,
			ProjCoordTransGeoKey: 32767,
		}),
	).toEqual({ crs: "EPSG:32633" });
});

/** By PROJ 9.1. */
test.each<readonly [string, string, readonly [number, number], readonly [number, number]]>([
	[
		"a cone with a parallel at the equator",
		"+proj=aea +lat_0=40 +lon_0=-160 +lat_1=0 +lat_2=65 +a=6371007.181 +b=6371007.181",
		[-73761.654314, -47046.842017],
		[-161.0214026, 39.6408957],
	],
	[
		"another",
		"+proj=eqdc +lat_0=-30 +lon_0=15.5 +lat_1=0 +lat_2=65 +a=6371007.181 +b=6371007.181",
		[-53550.870605, -29615.018254],
		[15.1204498, -30.2671458],
	],
	[
		"an orthographic map that counts from Paris",
		"+proj=ortho +lat_0=46 +lon_0=0 +a=6378249.2 +b=6356515 +pm=2.33722917",
		[0, 0],
		[2.3372292, 46],
	],
	[
		"a rotated pole",
		"+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +a=6371229 +b=6371229 +to_meter=0.017453292519943295",
		[10, 5],
		[35.3637651, 54.5744854],
	],
	[
		"Miller's on the sphere of the ellipsoid's area",
		"+proj=mill +R_A +lon_0=0 +a=6378137 +b=6356752.314245",
		[1e7, 5e6],
		[89.9320592, 42.2733064],
	],
])("%s", (_, crs, [x, y], [lon, lat]) => {
	const [ourLon, ourLat] = projectionOf(crs)?.toWgs84(x, y) ?? [];
	expect(ourLon).toBeCloseTo(lon, 4);
	expect(ourLat).toBeCloseTo(lat, 4);
});
