import type { Footprint } from "#lib/metadata/metadata.ts";
import { ringBounds } from "./ring.ts";

/** The box around a footprint's outer rings as PostgreSQL writes it, `(east,north),(west,south)`; `eosync_bbox` in the database says the same. */
export function boxTextOf({ coordinates }: Footprint): string {
	const [west, south, east, north] = ringBounds(coordinates.flatMap(([outer = []]) => outer));
	return `(${east},${north}),(${west},${south})`;
}
