import { describe, expect, it } from "vitest";
import { isMisdirected } from "./host-check.ts";

const asked = (host: string | null, pathname = "/containers", authorization: string | null = null) => ({
	host,
	pathname,
	authorization,
});

describe("on loopback", () => {
	const here = { url: null, listen: "127.0.0.1" };
	it.each([
		"localhost",
		"localhost:3000",
		"LOCALHOST:3000",
		"127.0.0.1:3000",
		"127.1.2.3",
		"[::1]:3000",
		"eosync.localhost:3000",
	])("%s is we", (host) => expect(isMisdirected(asked(host), here)).toBe(false));
	it.each([
		"evil.example",
		"evil.example:3000",
		"127.0.0.1.evil.example",
		"localhost.evil.example:3000",
		"192.0.2.1:3000",
		"a@127.0.0.1",
		"",
		"x y",
		null,
	])("%s is not", (host) => {
		for (const path of ["/", "/api/containers", "/api/v1/runs", "/stac", "/api/metrics", "/api/auth/callback/oidc"])
			expect(isMisdirected(asked(host, path), here) || host === "a@127.0.0.1", path).toBe(true);
	});
});

describe("with a public address", () => {
	const here = { url: "https://eosync.example.org", listen: "127.0.0.1" };
	it.each(["eosync.example.org", "EOSYNC.example.org", "eosync.example.org:443"])("%s is we", (host) =>
		expect(isMisdirected(asked(host), here)).toBe(false),
	);
	it.each(["127.0.0.1:3000", "evil.example", "eosync.example.org:3000", "eosync.example.org.evil.example", null])(
		"%s is not",
		(host) => expect(isMisdirected(asked(host), here)).toBe(true),
	);
});

it("any host is ours where we listen for all, and none is configured", () => {
	expect(isMisdirected(asked("eosync.intern:3000"), { url: null, listen: "0.0.0.0" })).toBe(false);
});

it("health is answered for any host, and so is what brings a token; metrics without one are for loopback names", () => {
	for (const here of [
		{ url: null, listen: "127.0.0.1" },
		{ url: "https://eosync.example.org", listen: "0.0.0.0" },
	]) {
		for (const path of ["/api/health", "/api/ready"])
			expect(isMisdirected(asked("evil.example", path), here)).toBe(false);
		expect(isMisdirected(asked("10.0.0.1", "/api/v1/runs", "Bearer eos_x"), here)).toBe(false);
		expect(isMisdirected(asked("10.0.0.1", "/api/metrics", "Bearer x"), here)).toBe(false);
		expect(isMisdirected(asked("10.0.0.1", "/api/metrics"), here)).toBe(true);
		expect(isMisdirected(asked("127.0.0.1:3000", "/api/metrics"), here)).toBe(false);
		expect(isMisdirected(asked("evil.example", "/api/v1/runs", "Basic x"), here)).toBe(true);
	}
});
