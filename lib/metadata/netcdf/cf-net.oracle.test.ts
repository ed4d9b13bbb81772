import { describe, expect, test } from "vitest";
import { memorySource } from "#lib/demo/memory-source.ts";
import { cfNet } from "#lib/metadata/testing/oracle/cf-net.ts";
import { metresBetween } from "#lib/metadata/testing/oracle/metres.ts";
import { askGdal, hasGdal, pointsOf } from "#lib/metadata/testing/oracle/oracle.ts";
import { netcdf3 } from "./netcdf.ts";

/** More, and others, with `EOSYNC_CF=1000 EOSYNC_SEED=7`. */
const count = Number(process.env.EOSYNC_CF ?? 40);
const seed = Number(process.env.EOSYNC_SEED ?? 1);
/** GDAL 3.6 does not read the place of these as PROJ has them. */
const misread = /rotated_latitude|sinusoidal|oblique_mercator|geostationary|lambert_cylindrical/;

describe.skipIf(!hasGdal)("any CF grid mapping lies where GDAL says", () => {
	test(`${count} files of seed ${seed}`, { timeout: 600_000 }, async () => {
		const net = Object.entries(cfNet(count, seed)).filter(
			([, { mapping }]) => !misread.test(String(mapping.grid_mapping_name)),
		);
		const answers = askGdal(Object.fromEntries(net.map(([name, { bytes }]) => [name, bytes])));
		const wrong: unknown[] = [];
		for (const [name, { mapping, bytes }] of net) {
			const options = { timeZone: "UTC", signal: new AbortController().signal };
			const { raster } = await netcdf3.read(memorySource(bytes, name), options);
			for (const [index, point] of pointsOf(raster).entries()) {
				const theirs = answers[name]?.points?.[index] ?? null;
				if (theirs === null || Number.isNaN(point[0])) continue;
				if (metresBetween(point, theirs) > 300) wrong.push({ mapping, crs: raster.crs, point, theirs });
			}
		}
		expect(wrong).toEqual([]);
	});
});
