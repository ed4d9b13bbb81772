import { difference, type Geom, intersection, union } from "polyclip-ts";
import type { Ring } from "#lib/metadata/metadata.ts";
import { coverCells } from "./cell-grid.ts";
import { outlineOfCells } from "./cell-outline.ts";
import { meetOftenerThan } from "./crossings.ts";
import type { Polygon } from "./ring.ts";

/*
 * Boolean operations on planar polygons. polyclip-ts computes with exact numbers, which takes about 0.05 ms for each
 * position and 0.2 ms for each crossing, so it is asked only what takes it about a second. It can also fail on nearly
 * coincident edges; then it is tried again on coordinates rounded to 1e-6, 1e-5 and 1e-4 degrees (about 10 m). What
 * happens at last each function says.
 */
export const exactLimits = { positions: 6000, crossings: 5000 };
const cellLimits = { across: 1024, positions: 12_000 };

/** Whether `unite` gives the exact union. */
export function isExact(polygons: readonly Polygon[]): boolean {
	const rings = polygons.flat();
	const positions = rings.reduce((count, ring) => count + ring.length, 0);
	return positions <= exactLimits.positions && !meetOftenerThan(positions + exactLimits.crossings, rings);
}

/**
 * At last: the outline of the square cells that the polygons touch, a power of two in degrees and about a thousandth of
 * their common extent, coarser if the outline would have more than 12,000 positions.
 */
export function unite(polygons: readonly Polygon[]): readonly Polygon[] {
	if (polygons.length === 0) return [];
	return attempt(polygons, ([first, ...rest]) => union(first as Geom, ...rest)) ?? uniteCells(polygons);
}

export function uniteCells(polygons: readonly Polygon[]): readonly Polygon[] {
	for (let cells = cellLimits.across; ; cells /= 2) {
		const outline = outlineOfCells(coverCells(polygons, cells));
		if (cells <= 16 || outline.flat(2).length <= cellLimits.positions) return outline;
	}
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
	const cut = attempt([polygon, [box]], ([subject, ...clip]) => intersection(subject as Geom, ...clip));
	return cut ?? [polygon.map(press)];
}

function attempt(
	polygons: readonly Polygon[],
	compute: (geometries: Geom[]) => readonly Polygon[],
): readonly Polygon[] | null {
	if (!isExact(polygons)) return null;
	for (const scale of [null, 1e6, 1e5, 1e4]) {
		const rounded = scale === null ? polygons : polygons.map((polygon) => round(polygon, scale));
		try {
			// polyclip-ts declares what it takes as mutable, and leaves it alone
			return compute(rounded as unknown as Geom[]);
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
