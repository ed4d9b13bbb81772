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

export function summarise(items: readonly Pick<StacItem, "properties" | "assets">[]): Summaries {
	const fields: Record<string, JsonValue> = {};
	for (const field of listed) {
		const found = items.flatMap(({ properties }) => [properties[field] ?? []].flat() as (string | number)[]);
		const values = [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
		if (values.length > 0 && values.length <= maxValues) fields[field] = values;
	}
	for (const field of ranged) {
		const numbers = items.flatMap(({ properties }) => {
			const value = properties[field];
			return typeof value === "number" ? [value] : [];
		});
		if (numbers.length === 0) continue;
		const [first = 0] = numbers;
		const minimum = numbers.reduce((least, value) => Math.min(least, value), first);
		fields[field] = { minimum, maximum: numbers.reduce((most, value) => Math.max(most, value), first) };
	}
	return { fields, assets: assetDefinitions(items) };
}

/** An asset's type and roles are given where they are the same wherever it occurs. */
function assetDefinitions(items: readonly Pick<StacItem, "assets">[]): Readonly<Record<string, AssetDefinition>> {
	const definitions = new Map<string, AssetDefinition>();
	for (const { assets } of items) {
		for (const [key, { type, roles }] of Object.entries(assets)) {
			const known = definitions.get(key);
			const same = known === undefined || known.type === type;
			definitions.set(key, {
				title: key,
				...(same ? { type } : {}),
				roles: known === undefined ? roles : sharedRoles(known.roles, roles),
			});
		}
	}
	// Products of many kinds: then keys are as good as names of files.
	return definitions.size > maxAssets ? {} : Object.fromEntries(definitions);
}

function sharedRoles(some: readonly string[] = [], others: readonly string[]): readonly string[] {
	return some.filter((role) => others.includes(role));
}
