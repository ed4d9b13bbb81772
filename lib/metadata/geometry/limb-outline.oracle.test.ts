import { describe, expect, test } from "vitest";
import type { Extent, Footprint, Position } from "#lib/metadata/metadata.ts";
import { expectValid } from "#lib/metadata/testing/footprints.ts";
import { askCoverage, coverageFromTable, hasGdal } from "#lib/metadata/testing/oracle/oracle.ts";
import { footprintOfRaster } from "./raster-footprint.ts";
import { isSimple } from "./ring.ts";

const geos = (lon: number, sweep = "y") => `+proj=geos +h=35785831 +lon_0=${lon} +sweep=${sweep} +ellps=GRS80`;
const goode = "+proj=igh +lon_0=0 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs";
const disk = 5570248;
const sphere = "+a=6371007.181 +b=6371007.181 +units=m";
const sinusoidal = `+proj=sinu +lon_0=0 ${sphere}`;
const tile = 1111950.5196666666;
/** MODIS tiles of 10 by 10 degrees. */
const modis = (h: number, v: number): Extent => [(h - 18) * tile, (8 - v) * tile, (h - 17) * tile, (9 - v) * tile];
const half = 20015109.354;

const cases: Readonly<Record<string, { readonly crs: string; readonly extent: Extent }>> = {
	"full disk": { crs: geos(0), extent: [-disk, -disk, disk, disk] },
	"full disk, GOES": { crs: geos(-75, "x"), extent: [-5434894.9, -5434894.9, 5434894.9, 5434894.9] },
	"full disk, Himawari": { crs: geos(140.7), extent: [-5500000, -5500000, 5500000, 5500000] },
	"full disk, over the antimeridian": { crs: geos(180), extent: [-disk, -disk, disk, disk] },
	"half disk east": { crs: geos(0), extent: [0, -disk, disk, disk] },
	"half disk north": { crs: geos(9.5), extent: [-disk, 0, disk, disk] },
	"quarter of a disk": { crs: geos(41.5), extent: [0, 0, disk, disk] },
	"a sector within the disk": { crs: geos(0), extent: [-2000000, 2000000, 2000000, 4500000] },
	"a sector over the limb": { crs: geos(0), extent: [-2000000, 3000000, 2000000, 5500000] },
	"half of the Earth from far": { crs: "+proj=ortho +lat_0=0 +lon_0=10 +R=6371000", extent: [-7e6, -7e6, 7e6, 7e6] },
	"the Arctic from far": { crs: "+proj=ortho +lat_0=90 +lon_0=0 +R=6371000", extent: [-7e6, -7e6, 7e6, 7e6] },
	"Europe from far": { crs: "+proj=ortho +lat_0=50 +lon_0=10 +R=6371000", extent: [-7e6, -7e6, 7e6, 7e6] },
	"a part from far": { crs: "+proj=ortho +lat_0=40 +lon_0=170 +R=6371000", extent: [-3e6, -3e6, 7e6, 7e6] },
	"Goode's lobes, all": { crs: goode, extent: [-20037508, -8673500, 20037508, 8673500] },
	"Goode's lobes, Europe": { crs: goode, extent: [-500000, 4000000, 3500000, 7500000] },
	"Goode's lobes, Africa and South America": { crs: goode, extent: [-9000000, -4000000, 5000000, 4000000] },
	"Goode's lobes, the east": { crs: goode, extent: [9000000, -6000000, 20037508, 6000000] },
	"Mollweide, all": { crs: "+proj=moll +lon_0=0 +ellps=WGS84", extent: [-18040095, -9020047, 18040095, 9020047] },
	"Mollweide about 150": {
		crs: "+proj=moll +lon_0=150 +ellps=WGS84",
		extent: [-18040095, -9020047, 18040095, 9020047],
	},
	"Mollweide, a corner": { crs: "+proj=moll +lon_0=0 +ellps=WGS84", extent: [8e6, 4e6, 18040095, 9020047] },
	"sinusoidal, all": { crs: sinusoidal, extent: [-half, -half / 2, half, half / 2] },
	"MODIS h14v01": { crs: sinusoidal, extent: modis(14, 1) },
	"MODIS h00v08": { crs: sinusoidal, extent: modis(0, 8) },
	"MODIS h35v10": { crs: sinusoidal, extent: modis(35, 10) },
	"MODIS h22v01": { crs: sinusoidal, extent: modis(22, 1) },
	"MODIS h18v00": { crs: sinusoidal, extent: modis(18, 0) },
	"MODIS h17v17": { crs: sinusoidal, extent: modis(17, 17) },
	"MODIS h11v03": { crs: sinusoidal, extent: modis(11, 3) },
	"MODIS h18v04": { crs: sinusoidal, extent: modis(18, 4) },
	"Robinson, all": { crs: "+proj=robin +lon_0=0 +ellps=WGS84", extent: [-17005833, -8625155, 17005833, 8625155] },
	"Equal Earth, all": { crs: "+proj=eqearth +lon_0=0 +ellps=WGS84", extent: [-17243959, -8392927, 17243959, 8392927] },
	"Lambert, the whole Earth": { crs: "+proj=laea +lat_0=0 +lon_0=20 +R=6371000", extent: [-13e6, -13e6, 13e6, 13e6] },
	"Lambert, a hemisphere": {
		crs: "+proj=laea +lat_0=90 +lon_0=0 +R=6371228",
		extent: [-9036842, -9036842, 9036842, 9036842],
	},
	"EASE-Grid 2 north": { crs: "EPSG:6931", extent: [-9e6, -9e6, 9e6, 9e6] },
	"polar stereographic": { crs: "EPSG:3413", extent: [-3850000, -5350000, 3750000, 5850000] },
	"polar stereographic, the pole inside near a side": {
		crs: "EPSG:3031",
		extent: [-100000, -3950000, 3950000, 4350000],
	},
	UTM: { crs: "EPSG:32633", extent: [399960, 5190240, 509760, 5300040] },
	"half a degree beyond all sides": { crs: "EPSG:4326", extent: [-180.075, -90.075, 179.925, 90.075] },
	"0 to 360": { crs: "EPSG:4326", extent: [-0.125, -90, 359.875, 90] },
	"half of it from 100": { crs: "EPSG:4326", extent: [100, -60, 280, 60] },
	"cells of 2.5 degrees on the poles": { crs: "EPSG:4326", extent: [-1.25, -91.25, 358.75, 91.25] },
};

const sizes: Readonly<Record<string, readonly [number, number]>> = { "cells of 2.5 degrees on the poles": [144, 73] };

const footprints = Object.fromEntries(
	Object.entries(cases).map(([name, { crs, extent }]) => [
		name,
		footprintOfRaster({ crs, extent, gcps: null, ...(sizes[name] && { size: sizes[name] }) }),
	]),
);
const covers = coverageFromTable("coverage", cases);

describe("footprints cover what PROJ says", () => {
	test.each(Object.keys(cases))("%s", (name) => {
		const footprint = footprints[name] as Footprint;
		expect(footprint).not.toBeNull();
		expectValid(footprint);
		for (const ring of footprint.coordinates.flat()) expect(isSimple(ring)).toBe(true);
		const wrong = [...(covers[name] ?? "")].flatMap((letter, index) => {
			const place: Position = [-176.3 + 7.5 * (index % 48), -86.3 + 7.5 * Math.floor(index / 48)];
			return letter !== "?" && (letter === "1") !== isWithin(place, footprint) ? [place] : [];
		});
		expect(wrong).toEqual([]);
	});

	test.skipIf(!hasGdal)("and are valid, says GEOS", () => {
		const answers = askCoverage({ footprints }).footprints;
		expect(Object.entries(answers).filter(([, answer]) => answer !== true)).toEqual([]);
	});
});

function isWithin([x, y]: Position, { coordinates }: Footprint): boolean {
	const crossings = coordinates.flat().flatMap((ring) =>
		ring.slice(1).filter(([bx, by], index) => {
			const [ax, ay] = ring[index] as Position;
			return ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay);
		}),
	);
	return crossings.length % 2 === 1;
}
