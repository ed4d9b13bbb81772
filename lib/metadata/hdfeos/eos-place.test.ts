import { expect, test } from "vitest";
import { placeOfEosGrid } from "./eos-place.ts";
import { readStructure } from "./structure.ts";

const grid = (projection: string, more = "", corners = "(500000.0,5300000.0)") =>
	readStructure(`GROUP=GridStructure
GROUP=GRID_1
GridName="G"
XDim=100
YDim=60
UpperLeftPointMtrs=${corners}
LowerRightMtrs=${corners === "DEFAULT" ? corners : "(501500.0,5299100.0)"}
Projection=${projection}
${more}
END_GROUP=GRID_1
END_GROUP=GridStructure
END`).grids[0] ?? expect.fail("no grid");

test.each([
	["GCTP_UTM", "ZoneCode=33\nSphereCode=12", "EPSG:32633"],
	["GCTP_UTM", "ZoneCode=-33\nSphereCode=12", "EPSG:32733"],
	["GCTP_UTM", "ZoneCode=10\nSphereCode=0", "EPSG:26710"],
	["GCTP_UTM", "ZoneCode=10\nSphereCode=8\nGridOrigin=HDFE_GD_LR", "EPSG:26910"],
	// EPSG:26740 is no zone of UTM.
	["GCTP_UTM", "ZoneCode=40\nSphereCode=0", "+proj=utm +zone=40 +ellps=clrk66 +units=m +no_defs"],
	["GCTP_UTM", "ZoneCode=33\nSphereCode=8", "+proj=utm +zone=33 +ellps=GRS80 +units=m +no_defs"],
	["GCTP_UTM", "ZoneCode=-33\nSphereCode=8", "+proj=utm +zone=33 +south +ellps=GRS80 +units=m +no_defs"],
	[
		"HE5_GCTP_LAMAZ",
		"ProjParams=(6371228.0,0,0,0,0,90000000.0,0,0,0,0,0,0,0)",
		"+proj=laea +lat_0=90 +lon_0=0 +x_0=0 +y_0=0 +a=6371228 +b=6371228 +units=m +no_defs",
	],
	[
		"GCTP_PS",
		"ProjParams=(6378273,6356889.44891,0,0,-45000000,70000000,0,0)",
		"+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +x_0=0 +y_0=0 +a=6378273 +b=6356889.44891 +units=m +no_defs",
	],
])("%s %s: %s", (projection, more, crs) => {
	expect(placeOfEosGrid(grid(projection, more))).toMatchObject({ crs, extent: [500000, 5299100, 501500, 5300000] });
});

test("degrees are packed, and the whole Earth where it has no corners", () => {
	expect(placeOfEosGrid(grid("GCTP_GEO", "", "DEFAULT")).extent).toEqual([-180, -90, 180, 90]);
	expect(placeOfEosGrid(grid("GCTP_GEO", "", "(-10030036.0,50000000.0)")).extent?.[0]).toBeCloseTo(-10.51, 9);
});

test.each([
	["GCTP_ISINUS", "", /its grid G in GCTP_ISINUS is not supported/],
	["GCTP_UTM", "SphereCode=12", /its grid G in GCTP_UTM is not supported/],
	["GCTP_UTM", "ZoneCode=61\nSphereCode=12", /its grid G in GCTP_UTM is not supported/],
	["GCTP_GEO", "GridOrigin=HDFE_CENTER", /begins at HDFE_CENTER/],
])("%s %s is rejected", (projection, more, message) => {
	expect(() => placeOfEosGrid(grid(projection, more))).toThrow(message);
});
