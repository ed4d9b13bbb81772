import { expect, test } from "vitest";
import { limitsOf, RateLimiter } from "./rate-limiter.ts";

test("what a configuration leaves open has its default", () => {
	expect(limitsOf({}, { parallel: 4 })).toEqual({ parallel: 4, requestsPerSecond: null, timeoutMs: 30_000 });
	const config = { parallel: 2, requestsPerSecond: 0.5, timeout: 5 };
	expect(limitsOf(config, { parallel: 4 })).toEqual({ parallel: 2, requestsPerSecond: 0.5, timeoutMs: 5000 });
});

test.each([
	["requests that come at once start one interval apart", 10, [0, 0, 0, 0], [0, 100, 200, 300]],
	["slow requests do not wait", 10, [0, 150, 300], [0, 0, 0]],
	["time that was not used is not made up for by a burst", 10, [0, 1000, 1000, 1000], [0, 0, 100, 200]],
	["a fraction of a request per second", 0.5, [0, 500], [0, 1500]],
	["no limit", null, [0, 0, 0], [0, 0, 0]],
])("%s", (_, requestsPerSecond, arrivals, waits) => {
	const rateLimiter = new RateLimiter({ requestsPerSecond });
	expect(arrivals.map((now) => rateLimiter.reserve(now))).toEqual(waits);
});

test("waiting for a turn ends with the signal's reason", async () => {
	const rateLimiter = new RateLimiter({ requestsPerSecond: 0.001 });
	await rateLimiter.turn();
	const controller = new AbortController();
	const reason = new Error("the operator pressed Cancel");
	const waiting = rateLimiter.turn({ signal: controller.signal });
	controller.abort(reason);
	await expect(waiting).rejects.toBe(reason);
	await expect(rateLimiter.turn({ signal: controller.signal })).rejects.toBe(reason);
});
