import { describe, expect, test } from "vitest";
import { memorySource } from "#lib/demo/memory-source.ts";
import { RejectedError } from "#lib/errors.ts";
import { geotiff } from "#lib/metadata/geotiff/geotiff.ts";
import { geoKeyVariants } from "#lib/metadata/testing/oracle/geo-key-variants.ts";
import { metresBetween } from "#lib/metadata/testing/oracle/metres.ts";
import { answersFromTable, pointsOf } from "#lib/metadata/testing/oracle/oracle.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
const files = geoKeyVariants();
const answers = answersFromTable("geo-keys", files);

describe("geo keys lie where GDAL says, within 300 m, or are rejected", () => {
	test.each(Object.entries(files))("%s", async (name, bytes) => {
		const expected = answers[name]?.points ?? [];
		const read = await geotiff.read(memorySource(bytes), options).catch((error: unknown) => {
			if (error instanceof RejectedError) return null;
			throw error;
		});
		if (read === null) return;
		for (const [index, point] of pointsOf(read.raster).entries()) {
			const theirs = expected[index] ?? null;
			if (Number.isFinite(point[0]) && theirs !== null) expect(metresBetween(point, theirs)).toBeLessThan(300);
			if (theirs === null) expect(point[0]).toBeNaN();
		}
	});
});
