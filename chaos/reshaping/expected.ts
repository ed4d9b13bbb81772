import type { SourceInput } from "#lib/catalog/inputs.ts";
import { fitsGlob } from "./brute-force.ts";
import type { Containers } from "./catalogue.ts";
import { files, type ways } from "./steps.ts";

/** What should be, and how it differs from what is. Pure. */

/** Whether a file belongs to a part by how the container is split. */
export function isOfPart(
	how: (typeof ways)[number],
	key: string,
	path: string,
	sources: readonly SourceInput[],
): boolean {
	// A part takes its files from every source that looks there.
	const bases = sources.flatMap(({ path: root }) =>
		root === "" ? [path] : path.startsWith(`${root}/`) ? [path.slice(root.length + 1)] : [],
	);
	switch (how.by) {
		case "year":
			return files.find((file) => file.path === path)?.year === Number(key);
		case "folder":
			return bases.some((below) => below.split("/").slice(0, -1).slice(0, how.depth).join("/") === key);
		case "pattern": {
			const patterns = how.parts.find((part) => part.key === key)?.patterns ?? [];
			return bases.some((below) => patterns.some((pattern) => fitsGlob(pattern, below)));
		}
	}
}

export function shapeOf(sources: readonly SourceInput[]): string {
	return JSON.stringify(
		sources.map(({ storage, path, include, exclude }) => JSON.stringify([storage, path, include, exclude])).toSorted(),
	);
}

export function differencesOf(what: string, wanted: readonly string[], has: readonly string[]): string[] {
	const lacking = wanted.filter((each) => !has.includes(each)).toSorted();
	const tooMuch = has.filter((each) => !wanted.includes(each)).toSorted();
	return [
		...(lacking.length > 0 ? [`${what}: ${lacking.join(", ")} lacking`] : []),
		...(tooMuch.length > 0 ? [`${what}: ${tooMuch.join(", ")} too much`] : []),
	];
}

/** @param other EO IDs that may be different */
export function sameBut(before: Containers, now: Containers, other: readonly string[]): string[] {
	const told = (containers: Containers) =>
		[...containers]
			.filter(([id]) => !other.includes(id))
			.map(([id, { key, formerIds, sources }]) => JSON.stringify([id, key, formerIds, sources]));
	return differencesOf("other containers", told(before), told(now));
}
