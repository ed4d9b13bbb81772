import { RejectedError } from "#lib/errors.ts";
import { parseSrsName } from "#lib/metadata/crs/srs-name.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { isSameFootprint } from "./footprints.ts";
import type { TargetField, TargetFile, TargetGrid, TargetMetadata, TargetObject } from "./target-object.ts";

/** Of a field: whether both values mean the same. Rounding, spelling and order are no differences. */
type Sameness = {
	readonly [Field in TargetField]: (a: TargetObject[Field], b: TargetObject[Field], grid: TargetGrid | null) => boolean;
};

/** Of a pixel; as the engine's rule for the grids of mosaics. */
const ofAPixel = 1e-6;
const relative = 1e-9;

const sameness: Sameness = {
	beginTime: isSameInstant,
	endTime: isSameInstant,
	footprint: isSameFootprint,
	coverageType: Object.is,
	grid: isSameGrid,
	origin: (a, b, grid) => isSameList(a, b, (x, y, axis) => isSameNumber(x, y, stepOf(grid, axis))),
	size: (a, b) => isSameList(a, b, Object.is),
	files: (a, b) => isSameList(byIndex(a), byIndex(b), isSameFile),
	metadata: (a, b) => isSameList(byPlace(a), byPlace(b), isSameMetadata),
	collections: (a, b) => isSameList(a.toSorted(), b.toSorted(), Object.is),
	visibility: isSameVisibility,
	properties: isSameProperties,
};

export function isSameField<Field extends TargetField>(
	field: Field,
	a: TargetObject[Field],
	b: TargetObject[Field],
	grid: TargetGrid | null,
): boolean {
	return sameness[field](a, b, grid);
}

function isSameInstant(a: string | null, b: string | null): boolean {
	if (a === null || b === null || a === b) return a === b;
	const [before, after] = [microsecondsOf(a), microsecondsOf(b)];
	return before !== null && before === after;
}

/** Text with which a microsecond more or less is another one; null: it is no instant, such as `infinity`. */
function microsecondsOf(instant: string): string | null {
	if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(instant)) return null;
	const seconds = Date.parse(instant.replace(/\.\d+/, ""));
	const fraction = /\.(\d+)/.exec(instant)?.[1] ?? "";
	return Number.isNaN(seconds) ? null : `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}`;
}

function isSameGrid(a: TargetGrid | null, b: TargetGrid | null): boolean {
	if (a === null || b === null) return a === b;
	return crsKey(a.crs) === crsKey(b.crs) && isSameList(a.offsets, b.offsets, (x, y) => isSameNumber(x, y, 0));
}

const crsKeys = new Map<string, string>();

/** The same for all texts that name one CRS, as far as that is known. */
function crsKey(text: string): string {
	const known = crsKeys.get(text);
	if (known !== undefined) return known;
	const key = parseSrsName(text)?.crs ?? ofWkt(text) ?? text.trim();
	if (crsKeys.size > 1000) crsKeys.clear();
	crsKeys.set(text, key);
	return key;
}

function ofWkt(text: string): string | null {
	if (!/^\s*[A-Z_]+\s*[[(]/i.test(text)) return null;
	try {
		return crsOfWkt(text);
	} catch (error) {
		// No well-known text: only the very same text is the same.
		if (error instanceof RejectedError) return null;
		throw error;
	}
}

function stepOf(grid: TargetGrid | null, axis: number): number {
	const step = Math.abs(Number(grid?.offsets[axis] ?? 0));
	return Number.isFinite(step) ? step * ofAPixel : 0;
}

function isSameNumber(a: string | null, b: string | null, tolerance: number): boolean {
	if (a === null || b === null || a === b) return a === b;
	const [x, y] = [numberOf(a), numberOf(b)];
	if (x === null || y === null) return isSameInstant(a, b);
	return Math.abs(x - y) <= Math.max(tolerance, relative * Math.max(Math.abs(x), Math.abs(y)));
}

function numberOf(text: string): number | null {
	return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

/** Nulls at the end are as if they were not there: axes that an object does not have. */
function isSameList<Value>(
	a: readonly Value[],
	b: readonly Value[],
	isSame: (a: Value, b: Value, index: number) => boolean,
): boolean {
	const [longer, shorter] = a.length < b.length ? [b, a] : [a, b];
	if (longer.slice(shorter.length).some((value) => value !== null)) return false;
	return shorter.every((_, index) => isSame(a[index] as Value, b[index] as Value, index));
}

function byIndex(files: readonly TargetFile[]): readonly TargetFile[] {
	return files.toSorted((a, b) => a.fieldIndex - b.fieldIndex);
}

function isSameFile(a: TargetFile, b: TargetFile): boolean {
	return (
		a.place === b.place &&
		(a.subdataset ?? "") === (b.subdataset ?? "") &&
		a.fieldIndex === b.fieldIndex &&
		a.bandCount === b.bandCount &&
		isSameFormat(a.format, b.format)
	);
}

function byPlace(items: readonly TargetMetadata[]): readonly TargetMetadata[] {
	return items.toSorted((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
}

function isSameMetadata(a: TargetMetadata, b: TargetMetadata): boolean {
	return a.place === b.place && isSameFormat(a.format, b.format);
}

/** A format that is not given is no other one. */
function isSameFormat(a: string | null, b: string | null): boolean {
	return !a || !b || a.toLowerCase() === b.toLowerCase();
}

/** Of the services that both speak of. */
function isSameVisibility(a: TargetObject["visibility"], b: TargetObject["visibility"]): boolean {
	return Object.keys(a).every((service) => b[service] === undefined || a[service] === b[service]);
}

function isSameProperties(a: TargetObject["properties"], b: TargetObject["properties"]): boolean {
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => {
		const [x = null, y = null] = [a[name], b[name]];
		if (typeof x === "number" && typeof y === "number") return isSameNumber(String(x), String(y), 0);
		return x === y || (typeof x === "string" && typeof y === "string" && isSameInstant(x, y));
	});
}
