import { metadataReaders } from "#lib/metadata/documents/metadata-readers.ts";
import type { EoMetadata } from "#lib/metadata/metadata.ts";
import { readMetadataDocument } from "#lib/metadata/text/metadata-document.ts";
import { fileWith } from "./files.ts";

const { signal } = new AbortController();

/** For tests: what the document says, read by whichever reader knows it. */
export async function readText(text: string, timeZone = "UTC"): Promise<EoMetadata> {
	const source = fileWith(new TextEncoder().encode(text), "scene.xml", {});
	return (await readMetadataDocument(source, metadataReaders, { timeZone, signal })).metadata;
}
