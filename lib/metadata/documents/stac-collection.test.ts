import { expect, test } from "vitest";
import { stacCollectionText } from "#lib/metadata/testing/documents.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { readMetadataDocument } from "#lib/metadata/text/metadata-document.ts";
import { metadataReaders } from "./metadata-readers.ts";

const { signal } = new AbortController();
const collection = JSON.parse(stacCollectionText);

async function idFor(name: string, folder?: string, features = collection.features) {
	const text = JSON.stringify({ ...collection, features });
	const source = fileWith(new TextEncoder().encode(text), "items.json", {});
	const { metadata } = await readMetadataDocument(source, metadataReaders, {
		timeZone: "UTC",
		signal,
		data: { name, folder },
	});
	return metadata.eoId;
}

const [first, other] = collection.features;
const elsewhere = { ...first, id: "elsewhere", assets: { red: { href: "s3://archive/c/red.tif" } } };

test.each<[string, string, string | undefined, readonly unknown[], string]>([
	["an asset of its name", "red.tif", undefined, [first, other], "_20201211_223832_CS2"],
	["a name in an encoded address with a query", "r ed.tif", undefined, [first, other], "other"],
	["the ID is the name without ending", "other.tif", undefined, [first, other], "other"],
	["the ID is the folder", "B01.tif", "other", [first, other], "other"],
	["of two of one name the one in that folder", "red.tif", "c", [first, elsewhere], "elsewhere"],
	["a single item is about what it lies beside", "anything.tif", undefined, [other], "other"],
])("which item: %s", async (_, name, folder, features, id) => {
	expect(await idFor(name, folder, features)).toBe(id);
});

test("none, or more than one, is named", async () => {
	await expect(idFor("blue.tif")).rejects.toThrow(
		'of its 2 items none is about "blue.tif": one of them must have an asset of that name, or the ID "blue"',
	);
	await expect(idFor("red.tif", undefined, [first, elsewhere])).rejects.toThrow(/2 may be about "red.tif"/);
	await expect(idFor("red.tif", undefined, [{ type: "Feature" }])).rejects.toThrow(/no reader for JSON/);
});
