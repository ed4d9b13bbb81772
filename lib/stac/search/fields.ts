import type { StacItem } from "#lib/stac/item.ts";

/** Which fields of items are wanted (https://github.com/stac-api-extensions/fields). */
export interface Fields {
	/** Exactly these. null: the request does not say; what is not excluded is wanted then. Empty: what makes an item. */
	readonly include: readonly string[] | null;
	readonly exclude: readonly string[];
}

/** What tells one item from another: there as well where something is left out of what is included. */
const identity = ["id", "type", "stac_version", "collection"];
/** With these alone an item is one. */
const usual = [...identity, "geometry", "bbox", "links", "assets", "properties.datetime"];

/** The item with what is included, and without what is excluded: the longest path decides, of two that are equal the included one. */
export function pickFields(item: StacItem, { include, exclude }: Fields): object {
	const known = (name: string) => (Object.hasOwn(item, topOf(name)) ? name : `properties.${name}`);
	const paths = (names: readonly string[]) => names.map((name) => known(name).split("."));
	const all = include === null && exclude.length > 0;
	const unwanted = paths(exclude);
	const isLeft = (path: Path) => !unwanted.some((gone) => gone.every((part, i) => part === path[i]));
	const isUsual = include === null || include.length === 0;
	const leavesOut = exclude.some((name) => !include?.includes(name));
	const given = paths(isUsual ? usual : leavesOut ? identity : []).filter(isLeft);
	return pick(item, { wanted: all ? [] : [...given, ...paths(include ?? [])], unwanted, otherwise: all });
}

/** `properties.eo:cloud_cover` may be called `eo:cloud_cover`. */
const topOf = (name: string) => name.split(".")[0] ?? "";

type Path = readonly string[];

/** Paths from here. */
interface Choice {
	readonly wanted: readonly Path[];
	readonly unwanted: readonly Path[];
	/** Whether that is wanted of which no path speaks. */
	readonly otherwise: boolean;
}

function pick(value: object, { wanted, unwanted, otherwise }: Choice): object {
	const picked: [string, unknown][] = [];
	for (const [name, member] of Object.entries(value)) {
		const further = (paths: readonly Path[]) => paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
		const [wants, excludes] = [further(wanted), further(unwanted)];
		const ends = (paths: readonly Path[]) => paths.some((path) => path.length === 0);
		const isWanted = ends(wants) || (otherwise && !ends(excludes));
		const below = { wanted: wants.filter(isDeeper), unwanted: excludes.filter(isDeeper), otherwise: isWanted };
		const hasParts = typeof member === "object" && member !== null && !Array.isArray(member);
		if (!hasParts || below.wanted.length + below.unwanted.length === 0) {
			if (isWanted) picked.push([name, member]);
			continue;
		}
		const parts = pick(member, below);
		if (isWanted || Object.keys(parts).length > 0) picked.push([name, parts]);
	}
	return Object.fromEntries(picked);
}

const isDeeper = (path: Path) => path.length > 0;
