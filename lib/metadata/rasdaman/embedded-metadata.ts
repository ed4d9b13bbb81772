import { metadataOfGdal } from "#lib/metadata/documents/gdal-metadata.ts";
import { metadataReaders } from "#lib/metadata/documents/metadata-readers.ts";
import { isEoId } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, XmlElement } from "#lib/metadata/metadata.ts";
import { member, parseJsonObject } from "#lib/metadata/text/json.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { elementsAt } from "#lib/metadata/text/xml-path.ts";

/**
 * Reads the observation from a coverage's own metadata: a document of any supported format, as elements or as
 * text, or the flat names and values that rasdaman's importer writes as JSON or XML. null: nothing.
 * @throws RejectedError `invalid-metadata` for a document that is not sound.
 */
export function embeddedMetadata(description: XmlElement, timeZone: string): EoMetadata | null {
	const holders = elementsAt(description, "metadata|Metadata");
	for (const holder of holders) {
		const found = recognisedWithin(holder, timeZone) ?? readTexts(holder, timeZone);
		if (found !== null) return found;
	}
	return null;
}

function recognisedWithin(element: XmlElement, timeZone: string): EoMetadata | null {
	for (const reader of metadataReaders) {
		if (reader.kind === "xml" && reader.recognises(element)) return reader.read(element, { timeZone });
	}
	for (const child of element.children) {
		const found = recognisedWithin(child, timeZone);
		if (found !== null) return found;
	}
	return null;
}

function readTexts(holder: XmlElement, timeZone: string): EoMetadata | null {
	const textsByName = new Map<string, string>();
	const visit = (element: XmlElement): EoMetadata | null => {
		const text = element.text.trim();
		if (element.children.length === 0 && text !== "" && !/^[{<]/.test(text))
			textsByName.set(nameOf(element.name), text);
		const found = text.startsWith("{") ? readJson(text) : text.startsWith("<") ? readXml(text) : null;
		if (found !== null) return found;
		for (const child of element.children) {
			const below = visit(child);
			if (below !== null) return below;
		}
		return null;
	};
	const readXml = (text: string) => recognisedWithin(parseXml(new TextEncoder().encode(text)), timeZone);
	const readJson = (text: string) => {
		const root = parseJsonObject(new TextEncoder().encode(text));
		const reader = metadataReaders.find((candidate) => candidate.kind === "json" && candidate.recognises(root));
		if (reader?.kind === "json") return reader.read(root, { timeZone });
		for (const name of Object.keys(root)) {
			const value = member(root, name);
			if (typeof value === "string" || typeof value === "number") textsByName.set(nameOf(name), String(value));
		}
		return null;
	};
	const found = visit(holder);
	if (found !== null || textsByName.size === 0) return found;
	const metadata = metadataOfGdal({ textsByName, namesBySample: new Map() }, "", timeZone);
	const id = textsByName.get("eoId") ?? "";
	return { ...metadata, eoId: metadata.eoId ?? (isEoId(id) ? id : null) };
}

/** Maps the names that people use for begin, end and identifier to the known ones. */
function nameOf(name: string): string {
	const plain = name.toLowerCase().replace(/[_-]/g, "");
	if (/^(begin|start)(time|date|datetime|position)?$/.test(plain)) return "time_coverage_start";
	if (/^(end|stop)(time|date|datetime|position)?$/.test(plain)) return "time_coverage_end";
	return /^(eoid|eoidentifier|identifier)$/.test(plain) ? "eoId" : name;
}
