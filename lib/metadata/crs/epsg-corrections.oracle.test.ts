import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { metresBetween } from "#lib/metadata/testing/oracle/metres.ts";
import { projectionOf } from "./crs.ts";
import { uncertaintyOf } from "./datum-shifts.ts";

type Point = readonly [x: number, y: number, lon: number, lat: number];

/** By PROJ 9.1: one code of each correction, and every fortieth one besides, in the middle of its area of use. */
const table: Readonly<Record<string, Point>> = JSON.parse(
	readFileSync(join(import.meta.dirname, "../testing/oracle/epsg.json"), "utf8"),
);

/** PROJ has no one shift for their whole area, or takes none of those it has. */
const known = new Set(["2000"]);

test.each(Object.entries(table))(
	"EPSG:%s lies where PROJ says, within 300 m, or is not known",
	(code, [x, y, lon, lat]) => {
		const projection = projectionOf(`EPSG:${code}`);
		if (projection === null) return;
		if (known.has(code)) expect(uncertaintyOf(`EPSG:${code}`)).not.toBeNull();
		else expect(metresBetween(projection.toWgs84(x, y), [lon, lat])).toBeLessThan(300);
	},
);

const goode = "+proj=igh +lon_0=0 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +no_defs";

test.each([
	["CH1903+ / LV95", "EPSG:2056", [2600000, 1200000], [7.438632, 46.951083]],
	["S-JTSK / Krovak East North", "EPSG:5514", [-740000, -1040000], [14.454432, 50.117741]],
	["MAGNA-SIRGAS / Bogota urban grid", "EPSG:6247", [92334.879, 109320.965], [-74.146592, 4.680486]],
	["Tananarive / Laborde", "EPSG:8441", [400000, 800000], [46.43702, -18.901328]],
	["Panama-Colon 1911, in links of Clarke", "EPSG:5472", [1106590.1, 1113048.4], [-80.115, 8.415]],
	["Macedonia", "EPSG:6204", [562540.8, 4607064.8], [21.745, 41.605]],
	["Macedonia, truncated", "EPSG:9945", [497757.3, 556488.7], [20.968, 41.152]],
	["India in yards, zone 0", "EPSG:24370", [3119943.5, 2292574.3], [75.844, 36.772]],
	["India in yards, zone IIa", "EPSG:24372", [2062504.4, 594328.5], [65.674, 22.402]],
	["India in yards, zone IIb", "EPSG:24382", [3789655.9, 1237126.1], [97.336, 27.776]],
	["Malaya in chains", "EPSG:24571", [30954.9, 30882.4], [103.598, 5.618]],
	["a deprecated code, by the one that stands for it", "EPSG:26825", [1000000, 400000], [-68.439357, 44.763999]],
	["Goode's homolosine, in the south-east", goode, [15000000, -6000000], [131.801872, -54.505319]],
	["Goode's homolosine, in the north", goode, [1000000, 5000000], [1.044188, 44.96814]],
] as const)("%s", (_, crs, [x, y], expected) => {
	const projection = projectionOf(crs);
	expect(metresBetween(projection?.toWgs84(x, y) ?? [0, 0], expected)).toBeLessThan(30);
	const [backX, backY] = projection?.fromWgs84(...projection.toWgs84(x, y)) ?? [];
	expect(backX).toBeCloseTo(x, 1);
	expect(backY).toBeCloseTo(y, 1);
});
