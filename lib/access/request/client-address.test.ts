import { expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";

it.each([
	["127.0.0.1", undefined, 0, "127.0.0.1"],
	["::ffff:192.0.2.7", undefined, 0, "192.0.2.7"],
	// What a client claims that reaches us directly is not believed.
	["192.0.2.7", "10.0.0.1", 0, "192.0.2.7"],
	["127.0.0.1", "198.51.100.4", 1, "198.51.100.4"],
	// The caller's own claim stands left of what the proxy saw.
	["127.0.0.1", "10.0.0.1, 198.51.100.4", 1, "198.51.100.4"],
	["127.0.0.1", "10.0.0.1, 198.51.100.4, 192.0.2.9", 2, "198.51.100.4"],
	["127.0.0.1", "[2001:DB8::1]:443", 1, "2001:db8::1"],
	["127.0.0.1", "198.51.100.4:5123", 1, "198.51.100.4"],
	["127.0.0.1", undefined, 1, "127.0.0.1"],
	["127.0.0.1", "unknown", 1, "127.0.0.1"],
	["127.0.0.1", "198.51.100.4", 2, "127.0.0.1"],
	[undefined, undefined, 0, null],
] as const)("peer %s, X-Forwarded-For %s, %d proxies: %s", (peer, forwardedFor, proxies, address) => {
	expect(clientAddress(peer, forwardedFor, proxies)).toBe(address);
});
