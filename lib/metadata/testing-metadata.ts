import type { EoMetadata } from "./metadata.ts";
import { readMetadataDocument } from "./metadata-document.ts";
import { metadataReaders } from "./metadata-readers.ts";
import { fileWith } from "./testing-files.ts";

const { signal } = new AbortController();

/** For tests: what the document says, read by whichever reader knows it. */
export function readText(text: string, timeZone = "UTC"): Promise<EoMetadata> {
	const source = fileWith(new TextEncoder().encode(text), "scene.xml", {});
	return readMetadataDocument(source, metadataReaders, { timeZone, signal });
}
