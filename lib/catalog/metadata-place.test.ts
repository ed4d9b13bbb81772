import { expect, test } from "vitest";
import { fixedPartOf, metadataNameOf, metadataPathFor } from "./metadata-place.ts";

// biome-ignore format: a table
test.each([
	["", "", "", "", ""],
	["eo", "collections/mr", "collections", "eo", "eo"],
	["eo/{collection}", "collections/mr", "collections", "eo/mr", "eo"],
	["{collection}", "collections/mr", "collections/mr", "mr", ""],
	["eo/{collection}/x", "collections/mr", "", "eo/mr/x", "eo"],
	["{folder}", "a/b/c", "a", "b/c", ""],
	["x/{folder}", "a/b/c", "", "x/a/b/c", "x"],
	["x/{folder}", "a", "a", "x", "x"],
	["x/v-{folder}", "a/b", "a", "x/v-/b", "x"],
	["{collection}", "", "", "", ""],
])("the template %j for the folder %j of the source %j is %j, and %j in any case", (template, folder, source, path, fixed) => {
	expect(metadataPathFor(template, folder, source)).toBe(path);
	expect(fixedPartOf(template)).toBe(fixed);
});

test("files of a metadata storage are recognised by their folder", () => {
	expect(metadataNameOf(".@metadata/48641.xml")).toBe("48641.xml");
	expect(metadataNameOf("48641.xml")).toBeNull();
	expect(metadataNameOf("measurement/hh.tiff")).toBeNull();
});
