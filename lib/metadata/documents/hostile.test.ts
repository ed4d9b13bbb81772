import { expect, test } from "vitest";
import * as documents from "#lib/metadata/testing/documents.ts";
import { expectDamageIsRejected } from "#lib/metadata/testing/files.ts";
import { readMetadataDocument } from "#lib/metadata/text/metadata-document.ts";
import { metadataReaders } from "./metadata-readers.ts";

const { signal } = new AbortController();
const texts = [...Object.values(documents).filter((value) => typeof value === "string"), documents.mtlText()];

test("damaged documents of all formats are read or rejected, nothing else", async () => {
	expect(texts).toHaveLength(15);
	await expectDamageIsRejected(
		texts.map((text) => new TextEncoder().encode(text)),
		{
			read: (source) => readMetadataDocument(source, metadataReaders, { timeZone: "UTC", signal }),
			maxBytes: 64 * 1024,
			name: "scene.xml",
		},
	);
}, 60_000);
