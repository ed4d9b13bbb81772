import { describe, expect, test } from "vitest";
import { randomFrom } from "#lib/demo/random.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import type { Extent, Footprint, Position } from "#lib/metadata/metadata.ts";
import { askCoverage, hasGdal } from "#lib/metadata/testing/oracle/oracle.ts";
import { footprintOfRaster } from "./raster-footprint.ts";

/** More, and others, with `EOSYNC_FOOTPRINTS=1000 EOSYNC_SEED=7`. */
const count = Number(process.env.EOSYNC_FOOTPRINTS ?? 12);
const seed = Number(process.env.EOSYNC_SEED ?? 1);

/** Longitudes and latitudes of the middle of each projection stand for `LON` and `LAT`. */
const projections = [
	"+proj=moll +lon_0=LON",
	"+proj=sinu +lon_0=LON",
	"+proj=robin +lon_0=LON",
	"+proj=eqearth +lon_0=LON",
	"+proj=eck6 +lon_0=LON",
	"+proj=vandg +R_A +lon_0=LON",
	"+proj=laea +lat_0=LAT +lon_0=LON",
	"+proj=aeqd +lat_0=LAT +lon_0=LON",
	"+proj=ortho +lat_0=LAT +lon_0=LON",
	"+proj=stere +lat_0=LAT +lon_0=LON +k_0=1",
	"+proj=gnom +lat_0=LAT +lon_0=LON",
	"+proj=tpers +h=2e7 +lat_0=LAT +lon_0=LON",
	"+proj=geos +h=35785831 +lon_0=LON +sweep=x",
	"+proj=tmerc +lat_0=0 +lon_0=LON +k_0=0.9996",
	"+proj=omerc +lat_0=40 +lonc=LON +alpha=30 +gamma=30 +k_0=1",
	"+proj=lcc +lat_0=40 +lon_0=LON +lat_1=30 +lat_2=60",
	"+proj=aea +lat_0=23 +lon_0=LON +lat_1=29.5 +lat_2=45.5",
	"+proj=merc +lon_0=LON +k_0=1",
	"+proj=cea +lon_0=LON +lat_ts=30",
	"+proj=eqc +lat_0=0 +lon_0=LON +lat_ts=30",
	"+proj=igh +lon_0=0",
];

function draws(): Readonly<Record<string, { readonly crs: string; readonly extent: Extent }>> {
	const random = randomFrom(seed);
	const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
	return Object.fromEntries(
		Array.from({ length: count }, (_, index) => {
			const words = one(projections)
				.replace("LON", String(one([0, 10, -75, 105, 177, -160, 180])))
				.replace("LAT", String(one([0, 40, 52, -30, 60, 90, -90])));
			const crs = `${words} +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs`;
			const width = one([3e5, 1e6, 3e6, 6e6, 1.2e7, 2.4e7]) * (0.6 + 0.8 * random());
			const height = width * one([0.25, 0.5, 1]);
			const middle = projectionOf(crs)?.fromWgs84(-180 + 360 * random(), -89 + 178 * random()) ?? [0, 0];
			const [x, y] = middle.every((value) => Math.abs(value) < 2e7) ? middle : [0, 0];
			const extent: Extent = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
			// A cylinder goes on beyond ±180, where PROJ has no answer.
			const isCylinder = /proj=(merc|cea|eqc)/.test(crs);
			const within = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));
			const cut: Extent = [
				within(extent[0], 1.6e7),
				within(extent[1], 6e6),
				within(extent[2], 1.7e7),
				within(extent[3], 6.1e6),
			];
			return [`${index}: ${crs}`, { crs, extent: isCylinder ? cut : extent }];
		}),
	);
}

describe.skipIf(!hasGdal)("any extent's footprint covers what PROJ says and is valid, or there is none", () => {
	test(`${count} extents of seed ${seed}`, { timeout: 1_800_000 }, () => {
		const covers = draws();
		const footprints = Object.fromEntries(
			Object.entries(covers).flatMap(([name, { crs, extent }]) => {
				const footprint = footprintOfRaster({ crs, extent, gcps: null });
				return footprint === null ? [] : [[name, footprint]];
			}),
		);
		const answers = askCoverage({ covers, footprints });
		const invalid = Object.entries(answers.footprints).filter(([, answer]) => answer !== true);
		const wrong = Object.entries(footprints).flatMap(([name, footprint]) => {
			const places = [...(answers.covers[name] ?? "")].flatMap((letter, index) => {
				const place: Position = [-176.3 + 7.5 * (index % 48), -86.3 + 7.5 * Math.floor(index / 48)];
				return letter !== "?" && (letter === "1") !== isWithin(place, footprint) ? [place] : [];
			});
			// A place or two at a limb that is seen at a flat angle.
			return places.length > 2 ? [{ name, extent: covers[name]?.extent, places: places.length }] : [];
		});
		expect({ invalid, wrong }).toEqual({ invalid: [], wrong: [] });
		expect(Object.keys(footprints).length).toBeGreaterThan(count * 0.7);
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
