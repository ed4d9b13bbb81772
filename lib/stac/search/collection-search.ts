import { intersects, type Shape, shapeOf } from "#lib/cql2/intersects.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import type { TimeRange } from "#lib/stac/api/parameters.ts";
import { timeRangeOf } from "#lib/stac/api/parameters.ts";
import { placeOfBbox } from "./search-request.ts";

/** Which collections are asked for (https://github.com/stac-api-extensions/collection-search): by their extent and words. Pure. */
export interface CollectionFilter {
	readonly place: Shape | null;
	readonly time: TimeRange | null;
	/** One of them is in the ID or title; in lower case. Empty: any. */
	readonly words: readonly string[];
}

/** @throws UsageError that names the parameter */
export function readCollectionFilter(given: {
	readonly bbox?: string | undefined;
	readonly datetime?: string | undefined;
	readonly q?: string | undefined;
}): CollectionFilter {
	const place = placeOfBbox(given.bbox);
	return {
		place: place === null ? null : shapeOf(place),
		time: timeRangeOf(given.datetime),
		words: (given.q ?? "")
			.toLowerCase()
			.split(",")
			.map((word) => word.trim())
			.filter((word) => word !== ""),
	};
}

interface Extent {
	readonly id: string;
	readonly title: string;
	/** null: it never had an item. */
	readonly begin: string | null;
	readonly end: string | null;
	readonly footprint: Footprint | null;
}

export function isAskedFor(
	{ id, title, begin, end, footprint }: Extent,
	{ place, time, words }: CollectionFilter,
): boolean {
	const text = `${id} ${title}`.toLowerCase();
	if (words.length > 0 && !words.some((word) => text.includes(word))) return false;
	if (place !== null && (footprint === null || !intersects(place, footprint))) return false;
	if (time === null) return true;
	if (begin === null || end === null) return false;
	const isBefore = time.start !== null && Date.parse(end) < Date.parse(time.start);
	return !isBefore && (time.end === null || Date.parse(begin) <= Date.parse(time.end));
}
