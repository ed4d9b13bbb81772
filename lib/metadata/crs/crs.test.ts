import { expect, test } from "vitest";
import { isOfOtherBody, projectionOf } from "./crs.ts";
import { crsOfGeoKeys } from "./geo-key-crs.ts";
import { parseSrsName } from "./srs-name.ts";
import { crsOfTiff } from "./tiff-crs.ts";

/** Expected coordinates: GDAL 3.6, `gdaltransform` from the geographic CRS of the same datum. */
test.each([
	["EPSG:4326", [16.37, 48.21], [16.37, 48.21]],
	["EPSG:3857", [16.37, 48.21], [1822300.064, 6141862.731]],
	["EPSG:32633", [16.37, 48.21], [601779.328, 5340548.617]],
	["EPSG:32733", [18.42, -33.93], [816159.705, 6240334.798]],
	["EPSG:3035", [16.37, 48.21], [4793982.42, 2808914.514]],
	["EPSG:3413", [-45, 75], [0, -1633879.497]],
	["EPSG:3031", [0, -75], [0, 1638783.238]],
	["EPSG:3994", [110, -30], [841351.851, -2631835.82]],
	["EPSG:3078", [-86, 44], [499844.748, 383175.427]],
	["EPSG:2048", [20, -30], [-96488.748, 3320534.437]],
	["EPSG:2154", [2.35, 48.86], [652310.718, 6862414.637]],
	["EPSG:2263", [-74, 40.7], [984250, 194305.339]],
	[
		"+proj=somerc +lat_0=46.95 +lon_0=7.44 +k_0=1 +a=6377397.155 +b=6356078.962818189",
		[6.1145185, 47.3908056],
		[-100059.457, 49846.984],
	],
	["+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80", [16.37, 48.21], [4793982.42, 2808914.514]],
])("%s projects like PROJ", (crs, [lon = 0, lat = 0], [x = 0, y = 0]) => {
	const projection = projectionOf(crs);
	expect(projection?.fromWgs84(lon, lat)[0]).toBeCloseTo(x, 2);
	expect(projection?.fromWgs84(lon, lat)[1]).toBeCloseTo(y, 2);
	expect(projection?.toWgs84(x, y)[0]).toBeCloseTo(lon, 6);
	expect(projection?.toWgs84(x, y)[1]).toBeCloseTo(lat, 6);
});

test("a geographic CRS in grads from Paris is converted to degrees from Greenwich", () => {
	const [lon, lat] = projectionOf("EPSG:4807")?.toWgs84(0, 50) ?? [];
	expect(lon).toBeCloseTo(2.3365557, 6);
	expect(lat).toBeCloseTo(44.9999747, 6);
});

test.each([
	["EPSG:4326", true, true],
	["EPSG:4258", true, true],
	["EPSG:3035", false, true],
	["EPSG:32633", false, false],
	["EPSG:3857", false, false],
	["+proj=longlat +datum=WGS84", true, false],
])("%s: geographic %s, latitude first %s", (crs, geographic, latitudeFirst) => {
	expect(projectionOf(crs)).toMatchObject({ geographic, latitudeFirst });
});

test("names are brought to their canonical form", () => {
	expect(projectionOf(" epsg:04326 ")?.crs).toBe("EPSG:4326");
});

test.each([
	["an unknown code", "EPSG:99999"],
	["a vertical CRS", "EPSG:5773"],
	["a geocentric CRS", "EPSG:4978"],
	["the code for user-defined", "EPSG:32767"],
	["an unknown projection", "+proj=nonsense"],
	["grids, which are not there", "+proj=longlat +ellps=bessel +nadgrids=BETA2007.gsb"],
	["a PROJ string without end", `+proj=longlat ${"+x".repeat(1000)}`],
	["a file name", "/etc/passwd"],
	["nothing", ""],
])("%s gives null", (_, crs) => expect(projectionOf(crs)).toBeNull());

test.each([
	["beyond +180", [190, 10], [-170, 10]],
	["0…360", [350, 10], [-10, 10]],
	["the antimeridian from the west", [180, 0], [180, 0]],
	["the antimeridian from the east", [-180, 0], [-180, 0]],
	["half a pixel beyond the pole", [0, 90.25], [0, 90]],
	["far beyond the pole", [0, 120], [Number.NaN, Number.NaN]],
	["not a number", [Number.NaN, 0], [Number.NaN, Number.NaN]],
	["infinite", [0, Number.POSITIVE_INFINITY], [Number.NaN, Number.NaN]],
])("WGS 84, %s", (_, [x = 0, y = 0], expected) => {
	expect(projectionOf("EPSG:4326")?.toWgs84(x, y)).toEqual(expected);
});

test("a point a projection does not have is NaN", () => {
	for (const crs of ["EPSG:32633", "EPSG:3035", "EPSG:2056"]) {
		expect(projectionOf(crs)?.toWgs84(1e30, 1e30)).toEqual([Number.NaN, Number.NaN]);
	}
});

test("the cache forgets, and what it forgot is made again", () => {
	for (let zone = 1; zone <= 400; zone++) projectionOf(`+proj=tmerc +lon_0=0 +x_0=${zone} +ellps=WGS84`);
	expect(projectionOf("+proj=tmerc +lon_0=0 +x_0=1 +ellps=WGS84")?.fromWgs84(0, 0)[0]).toBeCloseTo(1, 6);
});

test.each([
	["EPSG:4326", "EPSG:4326", true],
	["epsg:4326", "EPSG:4326", true],
	["urn:ogc:def:crs:EPSG::4326", "EPSG:4326", true],
	["urn:ogc:def:crs:EPSG:6.6:4326", "EPSG:4326", true],
	["urn:x-ogc:def:crs:EPSG:4326", null, null],
	["http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326", true],
	["https://www.opengis.net/def/crs/EPSG/9.9/32633", "EPSG:32633", false],
	["http://www.opengis.net/gml/srs/epsg.xml#4326", "EPSG:4326", false],
	["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", false],
	["urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", false],
	["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326", false],
	["CRS:84", "EPSG:4326", false],
	["urn:ogc:def:crs:EPSG::3035", "EPSG:3035", true],
	["urn:ogc:def:crs:EPSG::99999", null, null],
	["#local", null, null],
	["", null, null],
])("srsName %s", (srsName, crs, latitudeFirst) => {
	expect(parseSrsName(srsName)).toEqual(crs === null ? null : { crs, latitudeFirst });
});

const wgs84 = { GeographicTypeGeoKey: 4326, GeogAngularUnitsGeoKey: 9102 };
const esri = (projection: string) => ({
	GTModelTypeGeoKey: 32767,
	PCSCitationGeoKey: `ESRI PE String = PROJCS["unknown",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],${projection},UNIT["Meter",1.0]]`,
});
const projected = { GTModelTypeGeoKey: 1, ...wgs84, ProjectedCSTypeGeoKey: 32767, ProjectionGeoKey: 32767 };

test.each([
	[
		"a projected code",
		{ GTModelTypeGeoKey: 1, GeographicTypeGeoKey: 4326, ProjectedCSTypeGeoKey: 32633 },
		"EPSG:32633",
	],
	["a geographic code", { GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4258 }, "EPSG:4258"],
	["a code this program does not know", { ProjectedCSTypeGeoKey: 20099 }, "EPSG:20099"],
	["no keys", {}, null],
	["a geocentric model", { ...projected, GTModelTypeGeoKey: 3, ProjCoordTransGeoKey: 1 }, null],
	["a method without a word for it", { ...projected, ProjCoordTransGeoKey: 2 }, null],
	["a model of another kind, its method unknown", { ...wgs84, ...esri('PROJECTION["Bonne"]') }, null],
	["no ellipsoid", { GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 32767 }, null],
	[
		"grads, which PROJ strings cannot say",
		{ GTModelTypeGeoKey: 2, GeogSemiMajorAxisGeoKey: 6378137, GeogAngularUnitsGeoKey: 9105 },
		null,
	],
])("geo keys with %s", (_, keys, crs) => expect(crsOfGeoKeys(keys)).toBe(crs));

/** Expected coordinates: GDAL 3.6, from the same CRS written into a file and read again. */
test.each([
	[
		"transverse Mercator",
		{
			ProjCoordTransGeoKey: 1,
			ProjNatOriginLongGeoKey: 9,
			ProjScaleAtNatOriginGeoKey: 0.9996,
			ProjFalseEastingGeoKey: 500000,
		},
		[12, 47],
		[728069.565, 5209532.848],
	],
	[
		"polar stereographic",
		{ ProjCoordTransGeoKey: 15, ProjNatOriginLatGeoKey: 70, ProjStraightVertPoleLongGeoKey: -45 },
		[-45, 75],
		[0, -1633879.497],
	],
	[
		"Mercator, two parallels",
		{ ProjCoordTransGeoKey: 7, ProjStdParallel1GeoKey: 40 },
		[12, 47],
		[1024726.284, 4534217.931],
	],
	["equirectangular", { ProjCoordTransGeoKey: 17, ProjStdParallel1GeoKey: 30 }, [12, 45], [1156866.084, 5009377.086]],
	[
		"feet",
		{
			ProjCoordTransGeoKey: 10,
			ProjCenterLatGeoKey: 50,
			ProjCenterLongGeoKey: 10,
			ProjLinearUnitsGeoKey: 9002,
			ProjFalseEastingGeoKey: 1000,
		},
		[10, 50],
		[1000, 0],
	],
	[
		"Mollweide by Esri's string",
		esri('PROJECTION["Mollweide"],PARAMETER["Central_Meridian",10.0]'),
		[12, 47],
		[157909.996, 5555784.393],
	],
	[
		"geostationary by Esri's string",
		esri(
			'PROJECTION["Geostationary_Satellite"],PARAMETER["Longitude_Of_Center",9.5],PARAMETER["Height",35785831.0],PARAMETER["Option",0.0]',
		),
		[12, 47],
		[179900.148, 4371289.543],
	],
	["EPSG's UTM zone 33 N", { ProjectionGeoKey: 16033 }, [15, 0], [500000, 0]],
])("user-defined: %s", (_, keys, [lon = 0, lat = 0], [x = 0, y = 0]) => {
	const crs = crsOfTiff({ ...projected, ...keys }).crs ?? "";
	expect(crs).toMatch(/^(\+proj=|EPSG:)/);
	const point = projectionOf(crs)?.fromWgs84(lon, lat) ?? [];
	expect(point[0]).toBeCloseTo(x, 2);
	expect(point[1]).toBeCloseTo(y, 2);
});

test.each([
	"+proj=longlat +a=1737400 +b=1737400 +no_defs",
	"+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +a=3396190 +b=3376200 +no_defs",
	"+proj=longlat +R=6051800",
])("%s is not of the Earth", (crs) => {
	expect(isOfOtherBody(crs)).toBe(true);
	expect(projectionOf(crs)).toBeNull();
});

test("Web Mercator by its name, and an ellipsoid some metres from its datum's, are what GDAL takes them for", () => {
	const projected = { GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 32767, GeographicTypeGeoKey: 4326 };
	const named = { ...projected, PCSCitationGeoKey: "WGS 84 / Pseudo-Mercator|", ProjCoordTransGeoKey: 7 };
	expect(crsOfTiff(named)).toEqual({ crs: "EPSG:3857" });
	const google = { ...projected, GTCitationGeoKey: "Google Maps Global Mercator|", ProjCoordTransGeoKey: 7 };
	expect(crsOfTiff(google)).toEqual({ crs: "EPSG:3857" });
	expect(crsOfTiff({ ...projected, ProjectionGeoKey: 3856 })).toEqual({ crs: "EPSG:3857" });
	expect(crsOfTiff({ ...named, PCSCitationGeoKey: "Mine|" })).toEqual({ crs: "EPSG:3395" });
	const geographic = { GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4326, GeogInvFlatteningGeoKey: 298.257 };
	expect(crsOfTiff({ ...geographic, GeogSemiMajorAxisGeoKey: 6378140 }).crs).toMatch(/\+proj=longlat \+a=6378140 /);
	expect(crsOfTiff({ ...geographic, GeogSemiMajorAxisGeoKey: 6378388 }).crs).toBeNull();
});

test.each([
	[
		"IMAGINE GeoTIFF Support\nCopyright\nProjection Name = A\nUnits = international_FeeT\nGeoTIFF Units = feet|",
		0.3048,
	],
	["PCS Name = A|LUnits = Foot_US|", 1200 / 3937],
	["IMAGINE GeoTIFF Support\nUnits = meters|", 1],
	["LUnits = furlongs|", 1],
	["My Units = feet|", 1],
])("the unit that a citation names where no key does: %s", (GTCitationGeoKey, metres) => {
	const keys = { GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 2838, GTCitationGeoKey };
	const { crs } = crsOfTiff(keys);
	if (metres === 1) expect(crs).toBe("EPSG:2838");
	else expect(Number(/\+to_meter=(\S+)/.exec(crs ?? "")?.[1])).toBeCloseTo(metres, 12);
	expect(crsOfTiff({ ...keys, ProjLinearUnitsGeoKey: 9001 }).crs).toBe("EPSG:2838");
});

/** By cs2cs of PROJ 9.1. */
test.each([
	["+proj=laea +lat_0=50 +ellps=GRS80 +no_defs", 4.5231941, 53.5133677],
	["+proj=aea +lat_1=40 +lat_2=50 +R=6371229 +no_defs", 2.2907424, 4.2741093],
	["+proj=geos +h=35785831 +ellps=GRS80 +sweep=y +no_defs", 2.7028589, 3.6221148],
	["+proj=ortho +lat_0=40 +a=6378137 +rf=298.257 +no_defs", 3.7148543, 43.5473295],
	["+proj=mill +ellps=GRS80 +no_defs", 2.6979618, 3.5957708],
])("what %s leaves out is as in PROJ", (crs, lon, lat) => {
	const place = projectionOf(crs)?.toWgs84(300_000, 400_000) ?? [];
	expect(place[0]).toBeCloseTo(lon, 5);
	expect(place[1]).toBeCloseTo(lat, 5);
});
