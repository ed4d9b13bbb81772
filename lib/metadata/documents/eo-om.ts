import type { EoMetadata, ReadOptions, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOfGml } from "#lib/metadata/text/gml.ts";
import { instantAt } from "#lib/metadata/text/instant.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { propertiesAt } from "#lib/metadata/text/xml-properties.ts";
import {
	beginPaths,
	endPaths,
	footprintPath,
	identifierPath,
	numberPathsByProperty,
	textPathsByProperty,
} from "./eo-om-fields.ts";

/** Earth Observation Metadata profile of Observations & Measurements, 1.x (ESA's namespaces), 2.0 and 2.1. */
export const eoOm: XmlMetadataReader = {
	format: "EO-O&M",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "EarthObservation" && namespaces.test(namespace),
	read: readObservation,
};

/** The fields of an observation, whatever element holds them (`gsc.ts`). */
export function readObservation(observation: XmlElement, { timeZone }: Pick<ReadOptions, "timeZone">): EoMetadata {
	return {
		eoId: textAt(observation, identifierPath),
		begin: instantAt(observation, beginPaths, timeZone),
		end: instantAt(observation, endPaths, timeZone),
		footprint: footprintAt(observation),
		properties: propertiesAt(observation, { texts: textPathsByProperty, numbers: numberPathsByProperty }),
	};
}

const namespaces =
	/^http:\/\/(www\.opengis\.net\/(eop|opt|sar|atm|alt|lmb|ssp)\/2\.[01]|earth\.esa\.int\/(eop|opt|sar|atm))$/;

function footprintAt(document: XmlElement) {
	const [geometry] = elementsAt(document, footprintPath);
	return geometry === undefined ? null : footprintOfGml(geometry);
}
