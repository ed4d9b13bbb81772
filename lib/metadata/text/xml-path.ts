import { RejectedError } from "#lib/errors.ts";
import type { EoMetadata, Instant, XmlElement } from "#lib/metadata/metadata.ts";
import { baseName } from "#lib/paths.ts";
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

/** The first element at the path whose text is not blank, in document order; null if there is none. */
function elementWithText(root: XmlElement, path: string): XmlElement | null {
	return withTextBelow(root, stepsOf(path), 0);
}

/** Readers ask for some sixty paths in every document: it makes no list on its way. */
function withTextBelow(element: XmlElement, steps: readonly (readonly string[])[], depth: number): XmlElement | null {
	const names = steps[depth];
	if (names === undefined) return isBlank(element.text) ? null : element;
	for (const child of element.children) {
		if (!names.includes(child.name)) continue;
		const found = withTextBelow(child, steps, depth + 1);
		if (found !== null) return found;
	}
	return null;
}

function isBlank(text: string): boolean {
	return text.trim() === "";
}

/** The first text at the path that is not blank, white space around it removed; null if there is none. */
export function textAt(root: XmlElement, path: string): string | null {
	return elementWithText(root, path)?.text.trim() ?? null;
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
	for (const [property, place] of entriesOf(texts)) {
		const element = firstAt(root, place);
		if (element !== null) properties[property] = element.text.trim().slice(0, maxTextLength);
	}
	for (const [property, place] of entriesOf(numbers)) {
		const element = firstAt(root, place);
		const number = Number(element?.text ?? Number.NaN);
		const unit = (element?.attributes.uom ?? element?.attributes.unit ?? "").trim();
		if (Number.isFinite(number))
			properties[property] = plainUnits.test(unit) ? number : `${number} ${unit.slice(0, 40)}`;
	}
	return properties;
}

/** The tables are constants of the readers. */
const entriesByTable = new WeakMap<PropertyPaths["texts"], readonly (readonly [string, PropertyPath])[]>();

function entriesOf(table: PropertyPaths["texts"]): readonly (readonly [string, PropertyPath])[] {
	const known = entriesByTable.get(table);
	if (known !== undefined) return known;
	const entries = Object.entries(table);
	entriesByTable.set(table, entries);
	return entries;
}

function firstAt(root: XmlElement, place: PropertyPath): XmlElement | null {
	if (typeof place === "string") return elementWithText(root, place);
	for (const path of place) {
		const element = elementWithText(root, path);
		if (element !== null) return element;
	}
	return null;
}

/** The number at a path; null if there is none. */
export function numberAt(root: XmlElement, path: string): number | null {
	const text = textAt(root, path);
	return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

/**
 * The time at the first of the paths that has a text.
 * @throws RejectedError for what is no time, and for an end that is `now`: it is not the begin.
 */
export function instantAt(document: XmlElement, paths: readonly string[], timeZone: string): Instant | null {
	for (const path of paths) {
		const text = textAt(document, path);
		const name = baseName(path);
		if (text !== null) return instantOrReject(text, timeZone, name);
		const open = /^end/i.test(name) ? elementsAt(document, path).find(isNow) : undefined;
		if (open === undefined) continue;
		throw new RejectedError("invalid-metadata", `its ${name} is "now"; give it the time at which it ended`);
	}
	return null;
}

function isNow({ attributes }: XmlElement): boolean {
	return attributes.indeterminatePosition === "now";
}
