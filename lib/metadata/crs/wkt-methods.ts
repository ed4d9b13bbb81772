import type { ConversionParameter } from "./parameters.ts";

type Words = (number: (...names: readonly string[]) => number, lon: number) => readonly string[] | null;

function byMeridian(proj: string): Words {
	return (_, lon) => [`+proj=${proj}`, `+lon_0=${lon}`];
}

function geostationary(sweep: "x" | "y"): Words {
	return (number, lon) => [
		"+proj=geos",
		`+lon_0=${lon}`,
		`+h=${number("satelliteheight", "height")}`,
		`+sweep=${sweep}`,
	];
}

/** Projections that GeoTIFF has no code for: weather satellites, and the equal-area maps of the whole Earth. */
export const wordsByProjection: ReadonlyMap<string, Words> = new Map([
	["mollweide", byMeridian("moll")],
	["eckertvi", byMeridian("eck6")],
	["equalearth", byMeridian("eqearth")],
	["geostationarysatellitesweepx", geostationary("x")],
	["geostationarysatellitesweepy", geostationary("y")],
	["geostationarysatellite", (number, lon) => geostationary(number("option") === 1 ? "x" : "y")(number, lon)],
]);

/** GeoTIFF's codes by the names of WKT 1 (OGC, Esri) and WKT 2 (EPSG). */
export const methodsByName: ReadonlyMap<string, number> = new Map([
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
	["equidistantcylindricalspherical", 17],
	["platecarree", 17],
	["cassinisoldner", 18],
	["cassini", 18],
	["gnomonic", 19],
	["millercylindrical", 20],
	["orthographic", 21],
	["polyconic", 22],
	["americanpolyconic", 22],
	["robinson", 23],
	["sinusoidal", 24],
	["vandergrinten", 25],
	["vandergrinteni", 25],
	["newzealandmapgrid", 26],
	["transversemercatorsouthorientated", 27],
	["cylindricalequalarea", 28],
	["behrmann", 28],
	["transversemercatorcomplex", 1],
	["modifiedazimuthalequidistant", 12],
	["lambertcylindricalequalarea", 28],
]);

export const parametersByName: ReadonlyMap<string, ConversionParameter> = new Map([
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
