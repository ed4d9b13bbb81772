import { describe, expect, test } from "vitest";
import { memorySource } from "#lib/demo/memory-source.ts";
import { cfVariants } from "#lib/metadata/testing/oracle/cf-variants.ts";
import { metresBetween } from "#lib/metadata/testing/oracle/metres.ts";
import { answersFromTable, pointsOf } from "#lib/metadata/testing/oracle/oracle.ts";
import { netcdf3 } from "./netcdf.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
const files = cfVariants();
const answers = answersFromTable("cf", files);

describe("CF grid mappings lie where GDAL says, within 300 m", () => {
	test.each(Object.entries(files))("%s", async (name, bytes) => {
		const { raster } = await netcdf3.read(memorySource(bytes, name), options);
		const expected = answers[name]?.points ?? [];
		const points = pointsOf(raster);
		expect(points).toHaveLength(5);
		for (const [index, point] of points.entries()) {
			const theirs = expected[index];
			// GDAL 3.6 has no answer for these.
			if (theirs) expect(metresBetween(point, theirs)).toBeLessThan(300);
			else expect(name).toMatch(/perspective|sinusoidal|transverse-sphere/);
		}
	});
});
