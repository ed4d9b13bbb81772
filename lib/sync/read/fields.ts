import type { DatasetField, FieldDiffs } from "#lib/catalog/json-columns.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";

const stateFields = [
	"eoId",
	"kind",
	"begin",
	"end",
	"footprint",
	"crs",
	"size",
	"extent",
	"gcps",
	"rangeType",
	"bands",
	"properties",
] as const satisfies readonly (keyof DatasetState)[];

/** Rule 6: the fields that differ, before and after; an empty object when none does. */
export function differingFields(before: DatasetState, after: DatasetState): FieldDiffs {
	const fields: { [field in DatasetField]?: { before: unknown; after: unknown } } = {};
	for (const field of stateFields) {
		if (!equal(before[field], after[field])) fields[field] = { before: before[field], after: after[field] };
	}
	return fields;
}

/** Deep equality of JSON values; the order of an object's keys does not matter. */
function equal(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
	if (Array.isArray(a) !== Array.isArray(b)) return false;
	const aEntries = Object.entries(a);
	const bMap = new Map(Object.entries(b));
	return (
		aEntries.length === bMap.size && aEntries.every(([key, value]) => bMap.has(key) && equal(value, bMap.get(key)))
	);
}
