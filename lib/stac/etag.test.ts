import fc from "fast-check";
import { expect, test } from "vitest";
import { isUnmodified, lastModifiedOf, settling } from "./etag.ts";

test("a date that was told of one state is never taken for another, however close they are", () => {
	const later = fc.integer({ min: 0, max: 2500 });
	const asked = fc.integer({ min: 0, max: 2 * settling });
	fc.assert(
		fc.property(later, later, later, asked, asked, (first, apart, seen, early, late) => {
			const start = Date.UTC(2026, 0, 1) + first;
			const changed = start + apart;
			// The second state is seen some time after it was noted; until then the first is answered with.
			const visible = changed + seen;
			const askedAt = Math.min(start + early, visible - 1);
			if (askedAt < start) return;
			const askedAgainAt = visible + late;
			const { date } = lastModifiedOf(new Date(start).toISOString(), askedAt);
			const modified = lastModifiedOf(new Date(changed).toISOString(), askedAgainAt);
			const headers = new Headers({ "if-modified-since": date });
			expect(apart > 0 && isUnmodified(headers, { etag: '"x"', modified })).toBe(false);
		}),
		{ numRuns: 2000 },
	);
});
