import { lookup } from "node:dns";
import { networkInterfaces } from "node:os";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { StorageError } from "#lib/errors.ts";
import { assertWithin, lookupWithin } from "./network-policy.ts";

const nothing = { allowedHosts: [] };

describe("assertWithin", () => {
	it.each([
		"127.0.0.1",
		"127.8.9.10",
		"0.0.0.0",
		"169.254.169.254",
		"::1",
		"[::1]",
		"::",
		"fe80::1",
		"::ffff:127.0.0.1",
		"::ffff:7f00:1",
		"fd00:ec2::254",
	])("refuses %s", (host) => {
		expect(() => assertWithin(nothing, host)).toThrow(StorageError);
		expect(() => assertWithin({ allowedHosts: [host] }, host)).not.toThrow();
		expect(() => assertWithin(undefined, host)).not.toThrow();
	});

	it("refuses the addresses of this machine's own interfaces, unless they are listed", () => {
		const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
		expect(own.length).toBeGreaterThan(0);
		for (const { address, family } of own) {
			const written = family === "IPv4" ? [address, `::ffff:${address}`] : [address, `[${address}]`];
			for (const host of written) expect(() => assertWithin(nothing, host), host).toThrow(/EOSYNC_ALLOWED_HOSTS/);
			expect(() => assertWithin({ allowedHosts: [address] }, address)).not.toThrow();
		}
	});

	it.each(["10.0.0.1", "192.168.1.1", "93.184.216.34", "2001:db8::1", "localhost"])("lets %s pass", (host) => {
		expect(() => assertWithin(nothing, host)).not.toThrow();
	});
});

describe("lookupWithin", () => {
	const resolve = (network: Parameters<typeof lookupWithin>[0], host: string, all: boolean) =>
		new Promise((done) => lookupWithin(network)(host, { all }, (error, address) => done(error ?? address)));

	it("refuses a name that leads to this machine, and says how to allow it", async () => {
		for (const all of [true, false]) {
			const answer = await resolve(nothing, "localhost", all);
			expect(answer).toMatchObject({ code: "forbidden", message: expect.stringContaining("EOSYNC_ALLOWED_HOSTS") });
		}
	});

	it.each([
		[["93.184.216.34", "127.0.0.1"], "forbidden"],
		[["127.0.0.1", "93.184.216.34"], "forbidden"],
		[["93.184.216.34", "93.184.216.35"], null],
	])("of a name with the addresses %j every one must be allowed", async (addresses, code) => {
		const found = addresses.map((address) => ({ address, family: 4 }));
		const resolver = ((_host: string, _options: object, done: (error: null, all: object[]) => void) =>
			done(null, found)) as unknown as typeof lookup;
		for (const all of [true, false]) {
			const error = await new Promise((done) =>
				lookupWithin(nothing, resolver)("eo.example.org", { all }, (refused) => done(refused)),
			);
			if (code === null) expect(error).toBeNull();
			else expect(error).toMatchObject({ code });
		}
	});

	it("resolves a name that is allowed as Node does", async () => {
		const { address } = await promisify(lookup)("localhost");
		expect(await resolve({ allowedHosts: ["localhost"] }, "localhost", false)).toBe(address);
		expect(await resolve(undefined, "localhost", true)).toContainEqual(expect.objectContaining({ address }));
	});
});
