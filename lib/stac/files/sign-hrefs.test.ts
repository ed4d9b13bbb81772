import { afterEach, expect, test, vi } from "vitest";
import { s3Config } from "#lib/storage/config.ts";
import { signerOf } from "./sign-hrefs.ts";

const stored = (more: object = {}) => ({
	id: 1,
	name: "scenes",
	config: s3Config.parse({
		...{ type: "s3", bucket: "scenes", prefix: "l1", sign: 3600, credentials: "keys" },
		...{ accessKeyId: "AKIA", secretAccessKey: "secret" },
		...more,
	}),
	sealed: null,
});
const hour = Date.parse("2026-01-01T12:00:00Z");
const signedAt = async (minutes: number, more: object = {}) =>
	(await signerOf(stored(more), { now: hour + minutes * 60_000 }))?.("a/b.tif");

test("an address is the same for half as long as it is good, and never good for less", async () => {
	const first = await signedAt(0);
	expect(first?.href).toMatch(/^https:\/\/scenes\.s3\.us-east-1\.amazonaws\.com\/l1\/a\/b\.tif\?X-Amz-Algorithm=/);
	expect(first?.expires).toBe("2026-01-01T13:00:00.000Z");
	expect(await signedAt(29)).toEqual(first);
	expect((await signedAt(31))?.expires).toBe("2026-01-01T13:30:00.000Z");
	expect(first?.href).not.toContain("secret");
});

test("nothing is signed without keys, or where that is not asked for", async () => {
	expect(await signerOf(stored({ credentials: "anonymous" }))).toBeNull();
	expect(await signerOf(stored({ sign: undefined }))).toBeNull();
	await expect(signerOf(stored({ secretAccessKey: undefined }))).rejects.toThrow(/missing/);
});

afterEach(() => vi.unstubAllEnvs());

test("keys that expire are looked for anew before they do, so that no address is good for a moment only", async () => {
	const chain = { credentials: "chain", accessKeyId: undefined, secretAccessKey: undefined };
	const keys = (id: string, minutes: number) => {
		vi.stubEnv("AWS_ACCESS_KEY_ID", id);
		vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
		vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", new Date(hour + minutes * 60_000).toISOString());
	};
	keys("FIRST", 6);
	expect(await signedAt(0, chain)).toMatchObject({
		href: expect.stringContaining("FIRST"),
		expires: "2026-01-01T12:06:00.000Z",
	});
	keys("SECOND", 60);
	expect((await signedAt(0.9, chain))?.href).toContain("FIRST");
	expect(await signedAt(2, chain)).toMatchObject({
		href: expect.stringContaining("SECOND"),
		expires: "2026-01-01T13:00:00.000Z",
	});
});
