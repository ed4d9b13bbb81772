import { expect, test } from "vitest";
import { fileWith, randomNumbers } from "#lib/metadata/testing/files.ts";
import { opinionOf } from "#lib/metadata/testing/gdal-files.ts";
import * as variants from "#lib/metadata/testing/raster-variants.ts";
import { differenceOf } from "#lib/metadata/testing/second-opinion.ts";

/**
 * Our readers against GDAL on generated files: size, bands, types, values for no data and the corners on Earth. The choices are the same at
 * every run, so the gate tries the first of them only; `EOSYNC_VARIANTS=5000` tries more of each format.
 */
const tried = Number(process.env.EOSYNC_VARIANTS ?? 60);

test.each(Object.entries(variants))(
	"%s: GDAL says the same",
	async (_, make) => {
		const random = randomNumbers(20061130);
		const differences: string[] = [];
		for (let i = 0; i < tried && differences.length < 20; i++) {
			const variant = make(random);
			const { name, bytes, siblings, options } = variant;
			const difference = await differenceOf(fileWith(bytes, name, siblings), await opinionOf(variant));
			if (difference !== null) differences.push(`${i}: ${difference}\n${JSON.stringify(options)}`);
		}
		expect(differences.join("\n\n")).toBe("");
	},
	600_000,
);
