import { expect, test } from "vitest";
import { projectionOf } from "./crs.ts";
import { crsOfWkt } from "./wkt-crs.ts";

const wgs84 =
	'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';

function gcs(datum: string, semiMajor: number, inverseFlattening: number, meridian = 0) {
	return `GEOGCS["any",DATUM["${datum}",SPHEROID["any",${semiMajor},${inverseFlattening}]],PRIMEM["any",${meridian}],UNIT["Degree",0.0174532925199433]]`;
}

function esri(method: string, parameters: Readonly<Record<string, number>>, unit = 'UNIT["Meter",1.0]') {
	const words = Object.entries(parameters).map(([name, value]) => `PARAMETER["${name}",${value}]`);
	return `PROJCS["any",${wgs84},PROJECTION["${method}"],${words.join(",")},${unit}]`;
}

function krovak(axes: Readonly<Record<string, number>>) {
	const parameters = { Pseudo_Standard_Parallel_1: 78.5, Scale_Factor: 0.9999, Azimuth: 30.28813975277778 };
	const centre = { Longitude_Of_Center: 24.83333333333333, Latitude_Of_Center: 49.5 };
	const words = esri("Krovak", { ...parameters, ...centre, ...axes });
	return words.replace(wgs84, gcs("D_S_JTSK", 6377397.155, 299.1528128));
}

const utm = { False_Easting: 500000, Central_Meridian: 15, Scale_Factor: 0.9996, Latitude_Of_Origin: 0 };

function withAxes(crs: string, ...directions: readonly string[]) {
	return crs.replace(/\]$/, `,${directions.map((direction) => `AXIS["any",${direction}]`).join(",")}]`);
}

const cassini = esri("Cassini_Soldner", { Central_Meridian: 14, Latitude_Of_Origin: 48 });
const cassiniWords = "+proj=cass +lat_0=48 +lon_0=14 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs";

test.each([
	["axes to the south and west", withAxes(cassini, "SOUTH", "WEST"), `${cassiniWords} +axis=swu`],
	["axes to the west and south", withAxes(cassini, "west", "south"), `${cassiniWords} +axis=wsu`],
	["axes to the north and east, as rasters never have them", withAxes(cassini, "NORTH", "EAST"), cassiniWords],
	[
		"a known projection with axes of its own",
		withAxes(esri("Transverse_Mercator", utm), "WEST", "SOUTH"),
		"+proj=tmerc +lat_0=0 +lon_0=15 +k_0=0.9996 +x_0=500000 +y_0=0 +ellps=WGS84 +a=6378137 +b=6356752.314245179 +pm=0 +no_defs +axis=wsu",
	],
	[
		"both axes of a polar CRS to the south",
		withAxes(esri("Stereographic_North_Pole", { Central_Meridian: -45, Standard_Parallel_1: 70 }), "SOUTH", "SOUTH"),
		"EPSG:3413",
	],
	["Esri's WGS 84", wgs84, "EPSG:4326"],
	["an authority", wgs84.replace(/\]$/, ',AUTHORITY["EPSG","4258"]]'), "EPSG:4258"],
	["Esri's UTM zone", esri("Transverse_Mercator", utm), "EPSG:32633"],
	["its southern half", esri("Transverse_Mercator", { ...utm, False_Northing: 10_000_000 }), "EPSG:32733"],
	["UTM of another datum", esri("Transverse_Mercator", utm).replaceAll(/_WGS_1984/g, "_ETRS_1989"), "EPSG:25833"],
	["Esri's Web Mercator", esri("Mercator_Auxiliary_Sphere", { Central_Meridian: 0 }), "EPSG:3857"],
	[
		"polar stereographic of Esri",
		esri("Stereographic_North_Pole", { Central_Meridian: -45, Standard_Parallel_1: 70 }),
		"EPSG:3413",
	],
	[
		"parameters of no well-known CRS",
		esri("Lambert_Azimuthal_Equal_Area", { Central_Meridian: 9, Latitude_Of_Origin: 48, False_Easting: 10 }),
		"+proj=laea +lat_0=48 +lon_0=9 +x_0=10 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	[
		"kilometres",
		esri("Sinusoidal", { Central_Meridian: 0, False_Easting: 1 }, 'UNIT["Kilometer",1000.0]'),
		"+proj=sinu +lon_0=0 +x_0=1000 +y_0=0 +to_meter=1000 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	[
		"a sphere without a code",
		'GEOGCS["x",DATUM["unknown",SPHEROID["Sphere",6371229,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
		"+proj=longlat +a=6371229 +b=6371229 +no_defs",
	],
	[
		"WKT 2 with grads nowhere and an ID",
		'PROJCRS["WGS 84 / UTM zone 33N",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]]],CONVERSION["UTM zone 33N",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Longitude of natural origin",15],PARAMETER["Scale factor at natural origin",0.9996],PARAMETER["False easting",500000],PARAMETER["False northing",0]],CS[Cartesian,2],AXIS["(E)",east,ORDER[1],LENGTHUNIT["metre",1]],AXIS["(N)",north,ORDER[2]]]',
		"EPSG:32633",
	],
	[
		"polar stereographic of the South, by its parameters",
		esri("Stereographic_South_Pole", { Central_Meridian: 0, Standard_Parallel_1: -71 }),
		"EPSG:3031",
	],
	[
		"a national grid, by its parameters",
		esri("Transverse_Mercator", {
			False_Easting: 400000,
			False_Northing: -100000,
			Central_Meridian: -2,
			Scale_Factor: 0.9996012717,
			Latitude_Of_Origin: 49,
		}).replace(wgs84, gcs("D_OSGB_1936", 6377563.396, 299.3249646)),
		"EPSG:27700",
	],
	[
		"Esri's cone of one parallel",
		esri("Lambert_Conformal_Conic", {
			Central_Meridian: 10,
			Standard_Parallel_1: 50,
			Scale_Factor: 0.99,
			Latitude_Of_Origin: 50,
		}),
		"+proj=lcc +lat_0=50 +lon_0=10 +k_0=0.99 +lat_1=50 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	[
		"a cone of two parallels with a scale",
		esri("Lambert_Conformal_Conic", { Standard_Parallel_1: 30, Standard_Parallel_2: 50, Scale_Factor: 0.99 }),
		null,
	],
	[
		"Mollweide",
		esri("Mollweide", { Central_Meridian: 10 }),
		"+proj=moll +lon_0=10 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	[
		"GDAL's geostationary",
		esri("Geostationary_Satellite", { central_meridian: 9.5, satellite_height: 35785831 }),
		"+proj=geos +lon_0=9.5 +h=35785831 +sweep=y +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	[
		"PROJ's words in GDAL's WKT 1",
		esri("custom_proj4", {}).replace(/]$/, ',EXTENSION["PROJ4","+proj=moll +lon_0=0 +R=6371000 +wktext +no_defs"]]'),
		"+proj=moll +lon_0=0 +R=6371000 +no_defs",
	],
	[
		"Behrmann, whose parallel goes without saying",
		esri("Behrmann", { Central_Meridian: 10 }),
		"+proj=cea +lon_0=10 +lat_ts=30 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	[
		"Esri's orthographic projection, which is of a sphere",
		esri("Orthographic", { Longitude_Of_Center: 10, Latitude_Of_Center: 90 }),
		"+proj=ortho +lat_0=90 +lon_0=10 +x_0=0 +y_0=0 +a=6378137 +b=6378137 +no_defs",
	],
	[
		"the same by GDAL's names",
		esri("Orthographic", { latitude_of_origin: 42.5, central_meridian: -72.5 }),
		"+proj=ortho +lat_0=42.5 +lon_0=-72.5 +x_0=0 +y_0=0 +a=6378137 +b=6378137 +no_defs",
	],
	[
		"the sweep of GOES, which GDAL's WKT 1 has in PROJ's words only",
		esri("Geostationary_Satellite", { central_meridian: -89.5, satellite_height: 35786023 }).replace(
			/]$/,
			',EXTENSION["PROJ4","+proj=geos +lon_0=-89.5 +h=35786023 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs +sweep=x"]]',
		),
		"+proj=geos +lon_0=-89.5 +h=35786023 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs +sweep=x",
	],
	[
		"PROJ's words count before the method beside them",
		esri("Mercator", { Central_Meridian: 9 }).replace(
			/]$/,
			',EXTENSION["PROJ4","+proj=merc +a=6371000 +b=6371000 +lon_0=0 +nadgrids=@null +wktext +no_defs"]]',
		),
		"+proj=merc +a=6371000 +b=6371000 +lon_0=0 +no_defs",
	],
	[
		"PROJ's words that are not known",
		esri("Mercator", { Central_Meridian: 9 }).replace(/]$/, ',EXTENSION["PROJ4","+proj=gall +ellps=GRS80 +no_defs"]]'),
		null,
	],
	[
		"a shift told in the datum",
		gcs("mine", 6377397.155, 299.1528128).replace("]],PRIMEM", "],TOWGS84[500,0,0,0,0,0,0]],PRIMEM"),
		"+proj=longlat +a=6377397.155 +b=6356078.962818189 +towgs84=500,0,0,0,0,0,0 +no_defs",
	],
	[
		"another shift than its code's",
		gcs("D_CH1903", 6377397.155, 299.1528128)
			.replace("]],PRIMEM", "],TOWGS84[2000,0,0]],PRIMEM")
			.replace(/]$/, ',AUTHORITY["EPSG","4149"]]'),
		"+proj=longlat +ellps=bessel +a=6377397.155 +b=6356078.962818189 +pm=0 +towgs84=2000,0,0 +no_defs",
	],
	[
		"nearly its code's",
		gcs("D_CH1903", 6377397.155, 299.1528128)
			.replace("]],PRIMEM", "],TOWGS84[674,15,405]],PRIMEM")
			.replace(/]$/, ',AUTHORITY["EPSG","4149"]]'),
		"EPSG:4149",
	],
	[
		"a shift around the CRS",
		`BOUNDCRS[SOURCECRS[${gcs("mine", 6377397.155, 299.1528128).replace("GEOGCS", "GEOGCRS").replace("SPHEROID", "ELLIPSOID")}],TARGETCRS[${wgs84}],ABRIDGEDTRANSFORMATION["x",METHOD["Position Vector transformation (geog2D domain)"],PARAMETER["X-axis translation",100],PARAMETER["Y-axis translation",0],PARAMETER["Z-axis translation",0],PARAMETER["X-axis rotation",0],PARAMETER["Y-axis rotation",0],PARAMETER["Z-axis rotation",0],PARAMETER["Scale difference",1.000001]]]`,
		"+proj=longlat +a=6377397.155 +b=6356078.962818189 +towgs84=100,0,0,0,0,0,1 +no_defs",
	],
	[
		"WKT 2 in grads from Paris",
		'PROJCRS["NTF (Paris) / Lambert Corse",BASEGEOGCRS["NTF (Paris)",DATUM["Nouvelle Triangulation Francaise (Paris)",ELLIPSOID["Clarke 1880 (IGN)",6378249.2,293.466021293627,LENGTHUNIT["metre",1]]],PRIMEM["Paris",2.5969213,ANGLEUNIT["grad",0.0157079632679489]]],CONVERSION["Lambert Corse",METHOD["Lambert Conic Conformal (1SP)"],PARAMETER["Latitude of natural origin",46.85,ANGLEUNIT["grad",0.0157079632679489]],PARAMETER["Longitude of natural origin",0,ANGLEUNIT["grad",0.0157079632679489]],PARAMETER["Scale factor at natural origin",0.99994471,SCALEUNIT["unity",1]],PARAMETER["False easting",234.358,LENGTHUNIT["metre",1]],PARAMETER["False northing",185861.369,LENGTHUNIT["metre",1]]],CS[Cartesian,2],AXIS["easting (X)",east,LENGTHUNIT["metre",1]]]',
		"EPSG:27564",
	],
	[
		"an ellipsoid in feet",
		'GEOGCRS["x",DATUM["mine",ELLIPSOID["Everest",20922931.8,300.8017,LENGTHUNIT["foot",0.3048]]]]',
		"+proj=longlat +a=6377309.61264 +b=6356108.570183657 +no_defs",
	],
	["a compound of it", `COMPD_CS["both",${wgs84},VERT_CS["height",VERT_DATUM["x",2005]]]`, "EPSG:4326"],
	["Esri's name of a national datum", gcs("D_CH1903", 6377397.155, 299.1528128), "EPSG:4149"],
	[
		"a datum that is counted from Paris",
		gcs("D_NTF", 6378249.2, 293.466021293627, 2.337229),
		"+proj=longlat +a=6378249.2 +b=6356515 +pm=2.337229 +no_defs",
	],
	[
		"degrees that are grads",
		gcs("D_NTF", 6378249.2, 293.466021293627).replace("0.0174532925199433", "0.015707963267949"),
		null,
	],
	["EASE-Grid 2.0 of Esri", esri("Behrmann", { Central_Meridian: 0, Standard_Parallel_1: 30 }), "EPSG:6933"],
	[
		"Goode's homolosine",
		esri("Goode_Homolosine", { Central_Meridian: 0, Option: 1 }),
		"+proj=igh +lon_0=0 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	["Goode's of the oceans", esri("Goode_Homolosine", { Central_Meridian: 0, Option: 2 }), null],
	["Krovak of Esri, to the north-east", krovak({ X_Scale: -1, Y_Scale: 1, XY_Plane_Rotation: 90 }), "EPSG:5514"],
	["Krovak of Esri, to the south-west", krovak({ X_Scale: 1, Y_Scale: 1, XY_Plane_Rotation: 0 }), "EPSG:5513"],
	[
		"a plane of a town in Colombia",
		esri("IGAC_Plano_Cartesiano", { Longitude_Of_Center: -74, Latitude_Of_Center: 4.5, Height: 2550 }),
		"+proj=col_urban +lat_0=4.5 +lon_0=-74 +h_0=2550 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs",
	],
	["an unknown method", esri("Aitoff", { Central_Meridian: 0 }), null],
	["a local system", 'LOCAL_CS["somewhere",UNIT["metre",1]]', null],
])("%s", (_, wkt, crs) => {
	expect(crsOfWkt(wkt)).toBe(crs);
});

test.each(["", "EPSG:4326", 'PROJCS["x"', "A[".repeat(100), `A["${"x".repeat(70_000)}"]`, "GEOGCS[{}]", "]"])(
	"not well-known text: %.20s",
	(text) => {
		expect(() => crsOfWkt(text)).toThrow(expect.objectContaining({ code: "invalid-metadata" }));
	},
);

test.each([
	["PROJ's words", "PROJ ob_tran o_proj=longlat", { o_lon_p: 5, o_lat_p: 39.25, lon_0: 18 }],
	[
		"the convention of CF",
		"Pole rotation (netCDF CF convention)",
		{
			"Grid north pole latitude (netCDF CF convention)": 39.25,
			"Grid north pole longitude (netCDF CF convention)": -162,
			"North pole grid longitude (netCDF CF convention)": 5,
		},
	],
	[
		"the convention of GRIB",
		"Pole rotation (GRIB convention)",
		{
			"Latitude of the southern pole (GRIB convention)": -39.25,
			"Longitude of the southern pole (GRIB convention)": 18,
			"Axis rotation (GRIB convention)": -5,
		},
	],
	["another derivation", "PROJ ob_tran o_proj=moll", { o_lon_p: 5, o_lat_p: 39.25, lon_0: 18 }],
])("a rotated pole by %s", (_, method, parameters) => {
	const degree = 'ANGLEUNIT["degree",0.0174532925199433]';
	const told = Object.entries(parameters).map(([name, value]) => `PARAMETER["${name}",${value},${degree}]`);
	const crs = crsOfWkt(
		`GEOGCRS["Rotated_pole",BASEGEOGCRS["unknown",DATUM["unknown",ELLIPSOID["unknown",6371229,0]],PRIMEM["Greenwich",0]],DERIVINGCONVERSION["r",METHOD["${method}"],${told}],CS[ellipsoidal,2],AXIS["longitude",east],AXIS["latitude",north],${degree}]`,
	);
	if (method.endsWith("moll")) return expect(crs).toBeNull();
	// By cs2cs of PROJ 9.1.
	const [lon, lat] = projectionOf(crs ?? "")?.toWgs84(-10, 5) ?? [];
	expect(lon).toBeCloseTo(-7.4684264, 6);
	expect(lat).toBeCloseTo(53.1590818, 6);
});
