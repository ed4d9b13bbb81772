import fc from "fast-check";
import { expect, test } from "vitest";
import type { Footprint, Ring } from "#lib/metadata/metadata.ts";
import { areaOf, expectValid } from "#lib/metadata/testing/footprints.ts";
import { footprintOfPolygons, unionFootprints } from "./footprint.ts";
import { signedArea } from "./ring.ts";

/** A star-shaped, hence simple ring, its centre anywhere. */
const star = fc
	.record({
		lon: fc.double({ min: -180, max: 360, noNaN: true }),
		lat: fc.double({ min: -60, max: 60, noNaN: true }),
		radii: fc.array(fc.double({ min: 1, max: 25, noNaN: true }), { minLength: 3, maxLength: 12 }),
		clockwise: fc.boolean(),
	})
	.map(({ lon, lat, radii, clockwise }): Ring => {
		const ring = radii.map((radius, i) => {
			const angle = (2 * Math.PI * i) / radii.length;
			return [lon + radius * Math.cos(angle), lat + radius * Math.sin(angle)] as const;
		});
		return clockwise ? ring.reverse() : ring;
	});

/** Longitudes as files have them: each brought into -180…180. */
const wrapped = (ring: Ring): Ring =>
	ring.map(([lon, lat]) => [lon - 360 * Math.floor((lon + 180) / 360), lat] as const);

test("any ring: within bounds, closed, oriented, and of the same area wherever it is cut", () => {
	fc.assert(
		fc.property(star, (ring) => {
			const footprint = footprintOfPolygons([[ring]]);
			expect(footprint).not.toBeNull();
			expectValid(footprint as Footprint);
			expect(areaOf(footprint)).toBeCloseTo(Math.abs(signedArea(ring)), 3);
			expect(areaOf(footprintOfPolygons([[wrapped(ring)]]))).toBeCloseTo(areaOf(footprint), 3);
		}),
		{ numRuns: 300 },
	);
});

test("whatever the positions: a valid footprint or null", () => {
	const position = fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -90, max: 90 }));
	fc.assert(
		fc.property(
			fc.array(fc.array(fc.array(position, { maxLength: 8 }), { maxLength: 3 }), { maxLength: 3 }),
			(polygons) => {
				const footprint = footprintOfPolygons(polygons);
				if (footprint !== null) expectValid(footprint);
			},
		),
		{ numRuns: 300 },
	);
});

test("a union covers each of its parts, and nothing twice", () => {
	fc.assert(
		fc.property(fc.array(star, { minLength: 1, maxLength: 5 }), (rings) => {
			const footprints = rings.map((ring) => footprintOfPolygons([[ring]]) as Footprint);
			const union = unionFootprints(footprints) as Footprint;
			expectValid(union);
			const sum = footprints.reduce((total, footprint) => total + areaOf(footprint), 0);
			expect(areaOf(union)).toBeLessThan(sum + 1e-3);
			for (const footprint of footprints) {
				expect(areaOf(unionFootprints([union, footprint]))).toBeCloseTo(areaOf(union), 3);
			}
		}),
		{ numRuns: 60 },
	);
});
