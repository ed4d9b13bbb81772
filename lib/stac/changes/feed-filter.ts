import type { Reader } from "#lib/catalog/publications/published.ts";
import { boxesOf } from "#lib/cql2/intersects.ts";

/** What of the feed is asked for. */

/** West, south, east, north. */
export type Area = readonly [number, number, number, number];

/** Of a box that may be over the antimeridian: itself, or one on either side. */
export const areasIn = (box: Area): readonly Area[] => boxesOf(box);

export interface FeedFilter {
	readonly reader: Reader;
	/** EO IDs; null: all collections that the reader may see. */
	readonly collections: readonly string[] | null;
	/** Items in or around one of them, by their bounding boxes; null: everywhere. */
	readonly areas: readonly Area[] | null;
}
