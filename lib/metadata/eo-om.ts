import { RejectedError } from "../errors.ts";
import {
	beginPaths,
	endPaths,
	footprintPath,
	identifierPath,
	numberPathsByProperty,
	textPathsByProperty,
} from "./eo-om-fields.ts";
import { footprintOfGml } from "./gml.ts";
import type { Instant, XmlElement, XmlMetadataReader } from "./metadata.ts";
import { parseInstant } from "./time.ts";
import { elementsAt, textAt } from "./xml-path.ts";

/** Earth Observation Metadata profile of Observations & Measurements, 1.x (ESA's namespaces), 2.0 and 2.1. */
export const eoOm: XmlMetadataReader = {
	format: "EO-O&M",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "EarthObservation" && namespaces.test(namespace),
	read: (document, { timeZone }) => ({
		eoId: textAt(document, identifierPath),
		begin: instantAt(document, beginPaths, timeZone),
		end: instantAt(document, endPaths, timeZone),
		footprint: footprintAt(document),
		properties: propertiesOf(document),
	}),
};

const namespaces =
	/^http:\/\/(www\.opengis\.net\/(eop|opt|sar|atm|alt|lmb|ssp)\/2\.[01]|earth\.esa\.int\/(eop|opt|sar|atm))$/;

function instantAt(document: XmlElement, paths: readonly string[], timeZone: string): Instant | null {
	const text = paths.map((path) => textAt(document, path)).find((found) => found !== null);
	return text === undefined ? null : instantOrReject(text, timeZone);
}

/** @throws RejectedError `invalid-metadata` if the text is no time. */
export function instantOrReject(text: string, timeZone: string): Instant {
	const instant = parseInstant(text, timeZone);
	if (instant === null)
		throw new RejectedError(
			"invalid-metadata",
			`"${text.slice(0, 60)}" is not a time; write it as 2006-08-16T09:09:29Z`,
		);
	return instant;
}

function footprintAt(document: XmlElement) {
	const [geometry] = elementsAt(document, footprintPath);
	return geometry === undefined ? null : footprintOfGml(geometry);
}

const maxTextLength = 1000;
const plainUnits = /^(m|met(er|re)s?|deg(ree)?s?|%|percent|hz)?$/i;

function propertiesOf(document: XmlElement): Record<string, string | number> {
	const properties: Record<string, string | number> = {};
	for (const [property, path] of Object.entries(textPathsByProperty)) {
		const text = textAt(document, path);
		if (text !== null) properties[property] = text.slice(0, maxTextLength);
	}
	for (const [property, path] of Object.entries(numberPathsByProperty)) {
		const element = elementsAt(document, path).find(({ text }) => text.trim() !== "");
		const number = Number(element?.text ?? Number.NaN);
		const unit = element?.attributes.uom?.trim() ?? "";
		if (Number.isFinite(number))
			properties[property] = plainUnits.test(unit) ? number : `${number} ${unit.slice(0, 40)}`;
	}
	return properties;
}
