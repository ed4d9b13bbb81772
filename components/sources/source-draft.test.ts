import { expect, test } from "vitest";
import { sourceInput } from "#lib/catalog/inputs.ts";
import { draftToSource, newSourceDraft, sourceToDraft } from "./source-draft.ts";

test("a source survives its form unchanged", () => {
	const source = sourceInput.parse({
		storage: "archive",
		path: "meris/2006",
		include: ["*.tif", "**/*.tiff"],
		exclude: ["*_tmp.tif"],
		metadata: ["{stem}.xml", "{stem}.eop"],
		metadataStorage: "partner",
		metadataPath: "eo/{collection}",
		rangeType: "RGB",
		fileName: "(?<begin>\\d{8})",
		timeZone: "Europe/Vienna",
		symlinks: "follow",
		marker: ".archive",
		checksum: true,
		stableFor: 60,
	});
	expect(sourceInput.parse(draftToSource(sourceToDraft(source)))).toEqual(source);
});

test("a new source has the defaults of the configuration file", () => {
	const written = sourceInput.parse({ storage: "archive", include: ["*.tif"] });
	expect(sourceInput.parse(draftToSource(newSourceDraft("archive")))).toEqual(written);
});

test("what is not a number is refused rather than taken for none", () => {
	expect(sourceInput.safeParse(draftToSource({ ...newSourceDraft("a"), stableFor: "soon" })).success).toBe(false);
});
