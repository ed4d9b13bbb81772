import { describe, expect, test } from "vitest";
import { memorySource } from "#lib/demo/memory-source.ts";
import { RejectedError } from "#lib/errors.ts";
import { geotiff } from "#lib/metadata/geotiff/geotiff.ts";
import { geoKeyNet } from "#lib/metadata/testing/oracle/geo-key-net.ts";
import { metresBetween } from "#lib/metadata/testing/oracle/metres.ts";
import { askGdal, hasGdal, pointsOf } from "#lib/metadata/testing/oracle/oracle.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
/** More, and others, with `EOSYNC_GEO_KEYS=20000 EOSYNC_SEED=7`. */
const count = Number(process.env.EOSYNC_GEO_KEYS ?? 100);
const seed = Number(process.env.EOSYNC_SEED ?? 1);
/** Far from where a national datum is used PROJ takes no datum shift for it. */
const metresOfDatum = 1200;

describe.skipIf(!hasGdal)("any geo keys lie where GDAL says, or are rejected", () => {
	test(`${count} TIFFs of seed ${seed}`, { timeout: 600_000 }, async () => {
		const net = geoKeyNet(count, seed);
		const answers = askGdal(Object.fromEntries(Object.entries(net).map(([name, { bytes }]) => [name, bytes])));
		const wrong: unknown[] = [];
		let right = 0;
		for (const [name, { keys, bytes, isAtHome }] of Object.entries(net)) {
			const expected = answers[name]?.points ?? [];
			const read = await geotiff.read(memorySource(bytes), options).catch((error: unknown) => {
				if (error instanceof RejectedError) return null;
				throw error;
			});
			for (const [index, point] of (read === null ? [] : pointsOf(read.raster)).entries()) {
				const theirs = expected[index] ?? null;
				if (theirs === null || Number.isNaN(point[0])) continue;
				const metres = metresBetween(point, theirs);
				if (metres < (isAtHome ? 300 : metresOfDatum)) right += 1;
				else wrong.push({ name, keys, crs: read?.raster.crs, point, theirs, metres });
			}
		}
		expect(wrong).toEqual([]);
		expect(right).toBeGreaterThan(count);
	});
});
