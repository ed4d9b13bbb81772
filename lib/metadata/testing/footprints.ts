import { expect } from "vitest";
import { isSamePosition, signedArea } from "#lib/metadata/geometry/ring.ts";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";

/** Counter-clockwise. */
export const box = (west: number, south: number, east: number, north: number): Ring => [
	[west, south],
	[east, south],
	[east, north],
	[west, north],
	[west, south],
];
export const reversed = (ring: Ring): Ring => [...ring].reverse();

/** Square degrees. */
export function areaOf(footprint: Footprint | null): number {
	return (footprint?.coordinates ?? []).flat().reduce((sum, ring) => sum + signedArea(ring), 0);
}

/** RFC 7946. */
export function expectValid(footprint: Footprint): void {
	for (const polygon of footprint.coordinates) {
		for (const [i, ring] of polygon.entries()) {
			expect(ring.length).toBeGreaterThanOrEqual(4);
			expect(isSamePosition(ring[0] as [number, number], ring.at(-1) as [number, number])).toBe(true);
			expect(Math.sign(signedArea(ring))).toBe(i === 0 ? 1 : -1);
			for (const [lon, lat] of ring) {
				expect(Math.abs(lon)).toBeLessThanOrEqual(180);
				expect(Math.abs(lat)).toBeLessThanOrEqual(90);
			}
		}
	}
}
