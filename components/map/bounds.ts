import type { Footprint } from "#lib/metadata/metadata.ts";

/** Degrees; `west` is in -180…180, `east` ≥ `west` and beyond 180 where the box crosses the antimeridian. */
export interface GeoBounds {
	readonly west: number;
	readonly south: number;
	readonly east: number;
	readonly north: number;
}

type Interval = readonly [number, number];

/**
 * The smallest box around all footprints: the meridian is cut where nothing lies, so footprints on both sides of the
 * antimeridian make one narrow box and not one around the world. null: there are none.
 */
export function boundsOf(footprints: Iterable<Footprint>): GeoBounds | null {
	const spans: Interval[] = [];
	let south = 90;
	let north = -90;
	for (const footprint of footprints) {
		for (const [ring] of footprint.coordinates) {
			let west = Number.POSITIVE_INFINITY;
			let east = Number.NEGATIVE_INFINITY;
			for (const [lon, lat] of ring ?? []) {
				west = Math.min(west, lon);
				east = Math.max(east, lon);
				south = Math.min(south, lat);
				north = Math.max(north, lat);
			}
			if (west <= east) spans.push([west, east]);
		}
	}
	if (spans.length === 0) return null;
	const [west, east] = outsideWidestGap(spans);
	return { west, south, east, north };
}

/** The rest of the circle without the widest gap between `spans`. */
function outsideWidestGap(spans: readonly Interval[]): Interval {
	const merged = mergeIntervals(spans);
	let west = merged[0]?.[0] ?? -180;
	let east = merged.at(-1)?.[1] ?? 180;
	let widest = west + 360 - east;
	for (const [index, [begin]] of merged.entries()) {
		const before = merged[index - 1];
		if (before === undefined || begin - before[1] <= widest) continue;
		widest = begin - before[1];
		[west, east] = [begin, before[1] + 360];
	}
	return [west, east];
}

function mergeIntervals(spans: readonly Interval[]): readonly Interval[] {
	const merged: [number, number][] = [];
	for (const [begin, end] of spans.toSorted((a, b) => a[0] - b[0])) {
		const last = merged.at(-1);
		if (last !== undefined && begin <= last[1]) last[1] = Math.max(last[1], end);
		else merged.push([begin, end]);
	}
	return merged;
}

/** A little air around the box, and never a point: at least 0.01° on each side. */
export function padBounds(bounds: GeoBounds, share: number): GeoBounds {
	const x = Math.max((bounds.east - bounds.west) * share, 0.01);
	const y = Math.max((bounds.north - bounds.south) * share, 0.01);
	return {
		west: bounds.west - x,
		south: Math.max(-90, bounds.south - y),
		east: bounds.east + x,
		north: Math.min(90, bounds.north + y),
	};
}
