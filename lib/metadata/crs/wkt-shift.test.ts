import { expect, test } from "vitest";
import { projectionOf } from "./crs.ts";
import { crsOfWkt } from "./wkt-crs.ts";

/* Expectations are those of PROJ 9.1. */

const geographic = (spheroid: string, shift: string) =>
	`GEOGCS["x",DATUM["x",SPHEROID["x",${spheroid}]${shift}],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]`;
const sinusoidal = (shift: string) =>
	`PROJCS["x",${geographic("6371007.181,0", shift)},PROJECTION["Sinusoidal"],PARAMETER["longitude_of_center",0],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]`;
const bessel = (shift: string) =>
	`PROJCS["x",${geographic("6377397.155,299.1528128", shift)},PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",1],PARAMETER["central_meridian",13],PARAMETER["scale_factor",1],PARAMETER["false_easting",7],PARAMETER["false_northing",9],UNIT["metre",1]]`;
const bound = (wkt: string, parameters: string) =>
	`BOUNDCRS[SOURCECRS[${wkt}],TARGETCRS[${geographic("6378137,298.257223563", "")}],ABRIDGEDTRANSFORMATION["x",METHOD["Position Vector transformation (geog2D domain)"],${parameters}]]`;
const parameters = (...values: readonly number[]) =>
	[
		"X-axis translation",
		"Y-axis translation",
		"Z-axis translation",
		"X-axis rotation",
		"Y-axis rotation",
		"Z-axis rotation",
		"Scale difference",
	]
		.map((name, i) => `PARAMETER["${name}",${values[i]}]`)
		.join(",");

test.each([
	["a sphere whose latitudes are its own", sinusoidal(""), [500_000, 5_000_000], [6.35539, 44.96603]],
	["a sphere on WGS 84", sinusoidal(",TOWGS84[0,0,0,0,0,0,0]"), [500_000, 5_000_000], [6.35539, 45.158345]],
	[
		"the same in WKT 2",
		bound(sinusoidal(""), parameters(0, 0, 0, 0, 0, 0, 1)),
		[500_000, 5_000_000],
		[6.35539, 45.158345],
	],
	[
		"seven parameters",
		bessel(",TOWGS84[577.3,90.1,463.9,5.1,1.5,5.3,2.4]"),
		[50_000, 5_200_000],
		[13.668320187739512, 47.931548635340064],
	],
	[
		"the same in WKT 2",
		bound(bessel(""), parameters(577.3, 90.1, 463.9, 5.1, 1.5, 5.3, 1.0000024)),
		[50_000, 5_200_000],
		[13.668320187739512, 47.931548635340064],
	],
] as const)("%s", (_, wkt, [x, y], [lon, lat]) => {
	const position = projectionOf(crsOfWkt(wkt) ?? "")?.toWgs84(x, y);
	expect(position?.[0]).toBeCloseTo(lon, 5);
	expect(position?.[1]).toBeCloseTo(lat, 5);
});

test("a shift of nothing changes no ellipsoid", () => {
	expect(crsOfWkt(geographic("6378137,298.257223563", ",TOWGS84[0,0,0]"))).toBe(
		crsOfWkt(geographic("6378137,298.257223563", "")),
	);
});
