import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { ByteSource, EoMetadata, MetadataReader, ReadOptions, XmlElement } from "#lib/metadata/metadata.ts";
import { parseJsonObject } from "./json.ts";
import { parseOdl } from "./odl.ts";
import { parseXml, xmlLimits } from "./xml.ts";

/** A metadata file in one of the known formats. */
export interface ReadDocument {
	readonly format: string;
	readonly metadata: EoMetadata;
}

/** Reads a metadata file with the reader that knows its format. */
export async function readMetadataDocument(
	source: ByteSource,
	readers: readonly MetadataReader[],
	options: ReadOptions,
): Promise<ReadDocument> {
	const bytes = await readWhole(source, options);
	switch (kindOf(bytes)) {
		case "json": {
			const root = parseJsonObject(bytes);
			const reader = readers.find((candidate) => candidate.kind === "json" && candidate.recognises(root));
			if (reader?.kind === "json") return { format: reader.format, metadata: reader.read(root, options) };
			throw noReader(`JSON with ${names(root)}`);
		}
		case "odl": {
			const root = parseOdl(bytes);
			const reader = readers.find((candidate) => candidate.kind === "odl" && candidate.recognises(root));
			if (reader?.kind === "odl") return { format: reader.format, metadata: reader.read(root, options) };
			throw noReader(`text with ${names(root)}`);
		}
		case "xml": {
			const root = parseXml(bytes);
			const reader = readers.find((candidate) => candidate.kind === "xml" && candidate.recognises(root));
			if (reader?.kind === "xml") return { format: reader.format, metadata: reader.read(root, options) };
			throw noReader(`<${(root.namespace === "" ? root.name : `{${root.namespace}}${root.name}`).slice(0, 200)}>`);
		}
	}
}

/** The root of a file that is to be XML. @throws RejectedError `invalid-metadata`. */
export async function readXmlDocument(source: ByteSource, options: Pick<ReadOptions, "signal">): Promise<XmlElement> {
	return parseXml(await readWhole(source, options));
}

/** All of a file that is small enough to be a document. */
export async function readWhole(source: ByteSource, options: Pick<ReadOptions, "signal">): Promise<Uint8Array> {
	if (source.size === 0) throw new RejectedError("invalid-metadata", "it is empty");
	if (source.size > xmlLimits.bytes) {
		throw new RejectedError("invalid-metadata", `it has ${source.size} bytes, more than ${xmlLimits.bytes}`);
	}
	return readFirst(source, xmlLimits.bytes, options);
}

/** By the first character: `{` is JSON, a letter begins `KEY = VALUE`; all else is left to the XML parser to judge. */
function kindOf(bytes: Uint8Array): MetadataReader["kind"] {
	const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
	const first = String.fromCharCode(bytes.subarray(start, start + 4096).find((byte) => byte > 0x20) ?? 0);
	if (first === "{") return "json";
	return /[A-Za-z_#/]/.test(first) ? "odl" : "xml";
}

function names(root: object): string {
	return `${Object.keys(root).slice(0, 5).join(", ").slice(0, 200) || "nothing in it"}`;
}

function noReader(what: string): RejectedError {
	return new RejectedError("invalid-metadata", `no reader for ${what}`);
}
