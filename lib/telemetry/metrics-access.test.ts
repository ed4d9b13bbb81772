import { expect, it } from "vitest";
import { isLoopback, mayReadMetrics } from "./metrics-access.ts";

const token = "a-token-of-some-length";

it.each([
	["no token, this machine", null, null, true, true],
	["no token, another machine", null, null, false, false],
	["no token, another machine that shows one", null, `Bearer ${token}`, false, false],
	["the token", token, `Bearer ${token}`, false, true],
	["the token, in lower case scheme", token, `bearer ${token}`, false, true],
	["another token", token, "Bearer a-token-of-some-lengtH", false, false],
	["a part of it", token, "Bearer a-token", false, false],
	["none, although it is this machine", token, null, true, false],
	["an empty one", token, "Bearer ", true, false],
])("%s", (_, required, authorization, local, allowed) => {
	expect(mayReadMetrics(required, { authorization, local })).toBe(allowed);
});

it.each([
	["127.0.0.1", true],
	["127.8.9.10", true],
	["::1", true],
	["::ffff:127.0.0.1", true],
	["192.0.2.1", false],
	["127.0.0.1.example.org", false],
	[null, false],
])("%s is loopback: %s", (address, loopback) => {
	expect(isLoopback(address)).toBe(loopback);
});
