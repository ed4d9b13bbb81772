import type { EoMetadata, XmlElement } from "#lib/metadata/metadata.ts";
import { elementsAt, textAt } from "./xml-path.ts";

/** A path as `elementsAt` takes them, or several, of which the first counts that has a text. */
export type Place = string | readonly string[];

/** Where the properties of a format stand, by their EO-O&M names. */
export interface PropertyPaths {
	readonly texts: Readonly<Record<string, Place>>;
	/** In metres, degrees, percent, hertz; with another unit (`uom`, `unit`) the property is a text with that unit. */
	readonly numbers: Readonly<Record<string, Place>>;
}

const maxTextLength = 1000;
const plainUnits = /^(m|met(er|re)s?|deg(ree)?s?|%|percent|hz)?$/i;

/** Those that are there; a number that is none is left out, a text that is too long cut. */
export function propertiesAt(root: XmlElement, { texts, numbers }: PropertyPaths): EoMetadata["properties"] {
	const properties: Record<string, string | number> = {};
	for (const [property, place] of Object.entries(texts)) {
		const element = firstAt(root, place);
		if (element !== null) properties[property] = element.text.trim().slice(0, maxTextLength);
	}
	for (const [property, place] of Object.entries(numbers)) {
		const element = firstAt(root, place);
		const number = Number(element?.text ?? Number.NaN);
		const unit = (element?.attributes.uom ?? element?.attributes.unit ?? "").trim();
		if (Number.isFinite(number))
			properties[property] = plainUnits.test(unit) ? number : `${number} ${unit.slice(0, 40)}`;
	}
	return properties;
}

function firstAt(root: XmlElement, place: Place): XmlElement | null {
	for (const path of typeof place === "string" ? [place] : place) {
		const element = elementsAt(root, path).find(({ text }) => text.trim() !== "");
		if (element !== undefined) return element;
	}
	return null;
}

/** The number at a path; null if there is none. */
export function numberAt(root: XmlElement, path: string): number | null {
	const text = textAt(root, path);
	return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}
