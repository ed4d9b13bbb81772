import { expect, test } from "vitest";
import { isTimeToRetry } from "./use-retry.ts";

test.each([
	["the first time, when the server is there", true, false, Number.POSITIVE_INFINITY, true],
	["as soon as the server is back, however often", true, true, 5000, true],
	["not while the server is away", false, true, Number.POSITIVE_INFINITY, false],
	["not at once again when the page itself is what fails", true, false, 5000, false],
	["but after a minute", true, false, 60_000, true],
])("%s", (_, isReady, wasAway, sinceRetry, expected) => {
	expect(isTimeToRetry(isReady, wasAway, sinceRetry)).toBe(expected);
});
