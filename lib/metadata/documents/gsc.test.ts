import { expect, test } from "vitest";
import { gscText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";

test("a GSC report: identifier, times, a footprint with line breaks, and what EOxServer left out", async () => {
	expect(await readText(gscText)).toEqual({
		eoId: "DM_GSC_1",
		begin: "2008-03-13T00:00:10Z",
		end: "2008-03-13T00:00:20Z",
		footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[2.12, 43.51]])]] },
		properties: { platform: "ENVISAT", productType: "MER_FR__1P", cloudCover: "12 percentage" },
	});
});

test.each([
	["none", gscText.replaceAll("opt_metadata", "other"), /0 of opt_metadata/],
	["two", gscText.replace("<gsc:opt_metadata>", "<gsc:sar_metadata/><gsc:opt_metadata>"), /2 of opt_metadata/],
	["of another namespace", gscText.replace("earth.esa.int/gsc", "example.com"), /no reader for/],
])("observations: %s", async (_, text, message) => {
	await expect(readText(text)).rejects.toThrow(message);
});
