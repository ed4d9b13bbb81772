import { expect, test } from "vitest";
import { sourceInput } from "#lib/catalog/inputs.ts";
import {
	draftToSource,
	editedLines,
	newSourceDraft,
	onStorage,
	type StorageChoice,
	sourceToDraft,
} from "./source-draft.ts";

const archive: StorageChoice = { name: "archive", type: "local" };
const arrays: StorageChoice = { name: "arrays", type: "rasdaman" };

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
	expect(sourceInput.parse(draftToSource(newSourceDraft([archive])))).toEqual(written);
});

test("what is not a number is refused rather than taken for none", () => {
	expect(sourceInput.safeParse(draftToSource({ ...newSourceDraft([archive]), stableFor: "soon" })).success).toBe(false);
});

test.each([
	["none of several", [archive, arrays], "", "*.tif"],
	["the only one", [archive], "archive", "*.tif"],
	["the only one, a rasdaman server", [arrays], "arrays", "*.json"],
])("a new source is on %s", (_, storages, storage, include) => {
	expect(newSourceDraft(storages)).toMatchObject({ storage, include });
});

test.each([
	["is suggested goes with the storage", "*.tif", "*.json"],
	["was typed stays", "*.tiff", "*.tiff"],
])("a pattern that %s", (_, include, after) => {
	const storages = [archive, arrays];
	const draft = { ...newSourceDraft([archive]), include };
	const moved = onStorage(draft, "arrays", storages);
	expect(moved).toEqual({ ...draft, storage: "arrays", include: after });
	expect(onStorage(moved, "archive", storages)).toEqual(draft);
});

test.each([
	["another line", "exclude", { add: "b/*.tif" }, { exclude: "a.tif\nb/*.tif" }],
	["one that is there", "exclude", { add: "a.tif" }, { exclude: "a.tif" }],
	["none of one", "exclude", { drop: "a.tif" }, { exclude: "" }],
	["none of one that is not there", "include", { drop: "a.tif" }, { include: "*.tif" }],
	["nothing in a field that is no list", "fileName", { add: "x" }, {}],
])("a link asks for %s", (_, field, edit, expected) => {
	expect(editedLines({ ...newSourceDraft([archive]), exclude: "a.tif" }, field, edit)).toEqual(expected);
});
