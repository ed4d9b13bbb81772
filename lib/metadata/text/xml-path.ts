import type { EoMetadata, Instant, XmlElement } from "#lib/metadata/metadata.ts";
import { instantOrReject } from "./time.ts";

/**
 * The elements at a path of local names, in document order: `procedure|using/Equipment` is `Equipment` in `procedure` or
 * in `using`. Prefixes and namespaces below the root differ by version and profile of a schema; its local names do not.
 */
export function elementsAt(root: XmlElement, path: string): readonly XmlElement[] {
	let elements: readonly XmlElement[] = [root];
	for (const names of stepsOf(path)) {
		const below: XmlElement[] = [];
		for (const { children } of elements) {
			for (const child of children) if (names.includes(child.name)) below.push(child);
		}
		elements = below;
	}
	return elements;
}

/** Paths are those of the readers' tables: few, and asked for in every document. */
const stepsByPath = new Map<string, readonly (readonly string[])[]>();

function stepsOf(path: string): readonly (readonly string[])[] {
	const known = stepsByPath.get(path);
	if (known !== undefined) return known;
	const steps = path.split("/").map((step) => step.split("|"));
	stepsByPath.set(path, steps);
	return steps;
}

/** The first text at the path that is not blank, white space around it removed; null if there is none. */
export function textAt(root: XmlElement, path: string): string | null {
	for (const { text } of elementsAt(root, path)) {
		const trimmed = text.trim();
		if (trimmed !== "") return trimmed;
	}
	return null;
}

/** A path as `elementsAt` takes them, or several, of which the first counts that has a text. */
export type PropertyPath = string | readonly string[];

/** Where the properties of a format stand, by their EO-O&M names. */
export interface PropertyPaths {
	readonly texts: Readonly<Record<string, PropertyPath>>;
	/** In metres, degrees, percent, hertz; with another unit (`uom`, `unit`) the property is a text with that unit. */
	readonly numbers: Readonly<Record<string, PropertyPath>>;
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

function firstAt(root: XmlElement, place: PropertyPath): XmlElement | null {
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

/** The time at the first of the paths that has a text. */
export function instantAt(document: XmlElement, paths: readonly string[], timeZone: string): Instant | null {
	const text = paths.map((path) => textAt(document, path)).find((found) => found !== null);
	return text === undefined ? null : instantOrReject(text, timeZone);
}
