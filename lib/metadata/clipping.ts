import { difference, type Geom, intersection, union } from "polyclip-ts";
import type { Ring } from "./metadata.ts";
import type { Polygon } from "./ring.ts";

/*
 * Boolean operations on planar polygons. polyclip-ts computes with exact numbers but can still fail on nearly
 * coincident edges; then it is tried again on coordinates rounded to 1e-6, 1e-5 and 1e-4 degrees (about 10 m), and at
 * last a coarser answer is given rather than none: each function says which.
 */

/** At last: the polygons side by side, overlapping as they are. */
export function unite(polygons: readonly Polygon[]): readonly Polygon[] {
	const [first, ...rest] = polygons;
	if (first === undefined) return [];
	return attempt([first, ...rest], ([head, ...tail]) => union(head as Geom, ...tail)) ?? polygons;
}

/** At last: without taking anything away. */
export function subtract(polygons: readonly Polygon[], holes: readonly Polygon[]): readonly Polygon[] {
	const count = polygons.length;
	if (count === 0 || holes.length === 0) return polygons;
	const compute = (all: Geom[]) => difference(all.slice(0, count) as Geom, ...all.slice(count));
	return attempt([...polygons, ...holes], compute) ?? polygons;
}

/** The part between two meridians. At last: what is outside is pressed onto the nearer meridian. */
export function cutBetween(polygon: Polygon, west: number, east: number): readonly Polygon[] {
	const box: Ring = [
		[west, -90],
		[east, -90],
		[east, 90],
		[west, 90],
		[west, -90],
	];
	const press = (ring: Ring): Ring => ring.map(([lon, lat]) => [Math.max(west, Math.min(east, lon)), lat] as const);
	return (
		attempt([polygon, [box]], ([subject, ...clip]) => intersection(subject as Geom, ...clip)) ?? [polygon.map(press)]
	);
}

function attempt(polygons: readonly Polygon[], compute: (geometries: Geom[]) => unknown): readonly Polygon[] | null {
	for (const scale of [null, 1e6, 1e5, 1e4]) {
		try {
			return compute(
				polygons.map((polygon) => (scale === null ? polygon : round(polygon, scale)) as unknown as Geom),
			) as readonly Polygon[];
		} catch {
			// the next, coarser grid; at last the caller's own answer
		}
	}
	return null;
}

function round(polygon: Polygon, scale: number): Polygon {
	return polygon.map((ring) =>
		ring.map(([x, y]) => [Math.round(x * scale) / scale, Math.round(y * scale) / scale] as const),
	);
}
