import { expect, it } from "vitest";
import { RateLimit } from "./rate-limit.ts";

it("lets through what comes at once, then what comes back", () => {
	const limit = new RateLimit();
	for (let call = 0; call < 100; call += 1) expect(limit.take(1, 0)).toBeNull();
	expect(limit.take(1, 0)).toBe(1);
	expect(limit.take(2, 0)).toBeNull();
	expect(limit.take(1, 190)).toBe(1);
	expect(limit.take(1, 210)).toBeNull();
	expect(limit.take(1, 220)).toBe(1);
	for (let call = 0; call < 100; call += 1) expect(limit.take(1, 3_600_000)).toBeNull();
	expect(limit.take(1, 3_600_000)).toBe(1);
});

it("remembers only so many", () => {
	const limit = new RateLimit();
	for (let call = 0; call < 100; call += 1) limit.take(0, 0);
	expect(limit.take(0, 0)).toBe(1);
	for (let id = 1; id <= 10_000; id += 1) limit.take(id, 0);
	expect(limit.take(0, 0)).toBeNull();
});
