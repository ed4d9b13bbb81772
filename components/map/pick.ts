import type { Footprint, Position, Ring } from "#lib/metadata/metadata.ts";
import type { MapFeature } from "./feature.ts";

interface Box {
	readonly west: number;
	readonly south: number;
	readonly east: number;
	readonly north: number;
}

/** Finds the feature under a position: the smallest one that contains it, so that none hides behind a bigger one. */
export function featurePicker(features: readonly MapFeature[]): (position: Position) => MapFeature | null {
	const parts = features.flatMap((feature) => {
		const boxes = feature.footprint.coordinates.map(([ring]) => boxOf(ring ?? []));
		const area = boxes.reduce((sum, box) => sum + (box.east - box.west) * (box.north - box.south), 0);
		return boxes.map((box) => ({ feature, box, area }));
	});
	return ([lon, lat]) => {
		let best: (typeof parts)[number] | null = null;
		for (const part of parts) {
			const { box } = part;
			if (lon < box.west || lon > box.east || lat < box.south || lat > box.north) continue;
			if (best !== null && part.area >= best.area) continue;
			if (covers(part.feature.footprint, [lon, lat])) best = part;
		}
		return best?.feature ?? null;
	};
}

/** Whether a position lies in a footprint and in none of its holes. */
export function covers(footprint: Footprint, position: Position): boolean {
	return footprint.coordinates.some((polygon) => polygon.filter((ring) => crossesOdd(ring, position)).length % 2 === 1);
}

function crossesOdd(ring: Ring, [x, y]: Position): boolean {
	let odd = false;
	for (const [index, [bx, by]] of ring.entries()) {
		const before = ring[index - 1];
		if (before === undefined) continue;
		const [ax, ay] = before;
		if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
	}
	return odd;
}

function boxOf(ring: Ring): Box {
	let west = 180;
	let south = 90;
	let east = -180;
	let north = -90;
	for (const [lon, lat] of ring) {
		west = Math.min(west, lon);
		east = Math.max(east, lon);
		south = Math.min(south, lat);
		north = Math.max(north, lat);
	}
	return { west, south, east, north };
}
