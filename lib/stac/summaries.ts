import type { JsonValue } from "#lib/metadata/metadata.ts";
import type { StacItem } from "./item.ts";

/** What the items of a collection say together: values, ranges, and the assets that they have. True of all of them. Pure. */

export interface Summaries {
	readonly fields: Readonly<Record<string, JsonValue>>;
	readonly assets: Readonly<Record<string, AssetDefinition>>;
}

interface AssetDefinition {
	readonly title?: string;
	readonly type?: string;
	readonly roles?: readonly string[];
}

/** Fields whose values are listed, and those of which least and greatest are given. */
const listed = [
	"platform",
	"instruments",
	"gsd",
	"proj:code",
	"sat:orbit_state",
	"sar:instrument_mode",
	"sar:polarizations",
	"product:type",
	"processing:level",
	"grid:code",
];
const ranged = ["eo:cloud_cover", "eo:snow_cover", "view:incidence_angle", "view:sun_elevation", "sat:absolute_orbit"];
/** With more different values than that a list says nothing to people, and is left out. */
const maxValues = 100;
const maxAssets = 50;

/** What some items say, so that it can be put together with what others say. Stored: raise `summaryFormat` when it changes. */
export interface SummaryParts {
	/** null: more than are listed. */
	readonly values: Readonly<Record<string, readonly (string | number)[] | null>>;
	readonly ranges: Readonly<Record<string, Range>>;
	/** null: more than are named. */
	readonly assets: Readonly<Record<string, AssetDefinition>> | null;
}

interface Range {
	readonly minimum: number;
	readonly maximum: number;
}

export const summaryFormat = 1;

type SummarisedItem = Pick<StacItem, "properties" | "assets">;

export function summarise(items: readonly SummarisedItem[]): Summaries {
	return summaryOf(joinParts(items.map(partsOf)));
}

function partsOf({ properties, assets }: SummarisedItem): SummaryParts {
	const values: Record<string, (string | number)[]> = {};
	for (const field of listed) {
		const found = [properties[field] ?? []].flat() as (string | number)[];
		if (found.length > 0) values[field] = found;
	}
	const ranges: Record<string, Range> = {};
	for (const field of ranged) {
		const value = properties[field];
		if (typeof value === "number") ranges[field] = { minimum: value, maximum: value };
	}
	const named = Object.entries(assets).map(([key, { type, roles }]) => [key, { title: key, type, roles }] as const);
	return { values, ranges, assets: Object.fromEntries(named) };
}

export const partsOfItems = (items: readonly SummarisedItem[]) => joinParts(items.map(partsOf));

/** The same in whatever order, and whatever was put together before. */
export function joinParts(all: readonly SummaryParts[]): SummaryParts {
	const values: Record<string, (string | number)[] | null> = {};
	for (const field of listed) {
		const found = all.flatMap((parts) => (field in parts.values ? [parts.values[field] ?? null] : []));
		if (found.length === 0) continue;
		const different = new Set(found.flatMap((some) => some ?? []));
		const tooMany = found.includes(null) || different.size > maxValues;
		values[field] = tooMany ? null : [...different].sort((a, b) => (a < b ? -1 : 1));
	}
	const ranges: Record<string, Range> = {};
	for (const { ranges: some } of all) {
		for (const [field, range] of Object.entries(some)) {
			const known = ranges[field] ?? range;
			const minimum = Math.min(known.minimum, range.minimum);
			ranges[field] = { minimum, maximum: Math.max(known.maximum, range.maximum) };
		}
	}
	return { values, ranges, assets: joinAssets(all) };
}

/** An asset's type and roles are given where they are the same wherever it occurs. */
function joinAssets(all: readonly SummaryParts[]): SummaryParts["assets"] {
	const definitions = new Map<string, AssetDefinition>();
	for (const { assets } of all) {
		if (assets === null) return null;
		for (const [key, { type, roles }] of Object.entries(assets)) {
			const known = definitions.get(key) ?? { type, roles };
			const shared = sharedRoles(known.roles, roles);
			const same = known.type === type && type !== undefined;
			definitions.set(key, { title: key, ...(same ? { type } : {}), roles: shared });
		}
	}
	return definitions.size > maxAssets ? null : Object.fromEntries(definitions);
}

function sharedRoles(some: readonly string[] = [], others: readonly string[] = []): readonly string[] {
	return some.filter((role) => others.includes(role));
}

/** In an order that does not depend on how it was put together. */
export function summaryOf({ values, ranges, assets }: SummaryParts): Summaries {
	const fields: Record<string, JsonValue> = {};
	for (const field of listed) {
		const found = values[field] ?? [];
		if (found.length > 0) fields[field] = [...found];
	}
	for (const field of ranged) {
		const range = ranges[field];
		if (range !== undefined) fields[field] = { minimum: range.minimum, maximum: range.maximum };
	}
	// With more, products are of many kinds: then keys are as good as names of files.
	const named = Object.entries(assets ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
	return { fields, assets: Object.fromEntries(named) };
}
