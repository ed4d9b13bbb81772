import type { StacItem } from "#lib/stac/item.ts";

/** Which fields of items are wanted (https://github.com/stac-api-extensions/fields). */
export interface Fields {
	readonly include: readonly string[];
	readonly exclude: readonly string[];
}

/** With these alone an item is one. */
const always = [
	"id",
	"type",
	"stac_version",
	"collection",
	"geometry",
	"bbox",
	"links",
	"assets",
	"properties.datetime",
];

/** The item with what is included, and without what is excluded. */
export function pickFields(item: StacItem, { include, exclude }: Fields): object {
	const known = (name: string) => (Object.hasOwn(item, topOf(name)) ? name : `properties.${name}`);
	const wanted = [...always, ...include.map(known)].map((name) => name.split("."));
	return pick(
		item,
		wanted,
		exclude.map((name) => known(name).split(".")),
	) as object;
}

/** `properties.eo:cloud_cover` may be called `eo:cloud_cover`. */
const topOf = (name: string) => name.split(".")[0] ?? "";

type Path = readonly string[];

/** @param wanted paths from here; an empty one wants all of it */
function pick(value: unknown, wanted: readonly Path[], unwanted: readonly Path[]): unknown {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
	const wantsAll = wanted.some((path) => path.length === 0);
	const picked: [string, unknown][] = [];
	for (const [name, member] of Object.entries(value)) {
		const further = (paths: readonly Path[]) => paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
		const [wants, excludes] = [further(wanted), further(unwanted)];
		const isWanted = wantsAll || wants.length > 0;
		if (!isWanted || excludes.some((path) => path.length === 0)) continue;
		picked.push([name, pick(member, wantsAll ? [[]] : wants, excludes)]);
	}
	return Object.fromEntries(picked);
}
