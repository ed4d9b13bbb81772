import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StorageConfig, storageConfig } from "#lib/storage/config.ts";
import { storagePolicyOf, withinPolicy } from "./storage-policy.ts";

const nothingSaid = { allowedHosts: null, allowedRoots: null };

describe("where nothing was said", () => {
	it.each(["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])("%s: everything", (host) => {
		expect(storagePolicyOf({ host, ...nothingSaid })).toEqual({ network: undefined, roots: undefined });
	});
	it.each(["0.0.0.0", "::", "10.0.0.1", "eo.example.org", "localhost.example.org"])("%s: nothing", (host) => {
		expect(storagePolicyOf({ host, ...nothingSaid })).toEqual({ network: { allowedHosts: [] }, roots: [] });
	});
});

it("goes by what was said, whatever the dashboard listens on", () => {
	const said = { allowedHosts: ["a"], allowedRoots: ["/data"] };
	for (const host of ["127.0.0.1", "0.0.0.0"]) {
		expect(storagePolicyOf({ host, ...said })).toEqual({ network: { allowedHosts: ["a"] }, roots: ["/data"] });
	}
});

describe("a local storage", () => {
	let top: string;
	beforeAll(async () => {
		top = await realpath(await mkdtemp(join(tmpdir(), "eosync-bounds-")));
		await mkdir(join(top, "data/archive"), { recursive: true });
		await mkdir(join(top, "database"));
		await mkdir(join(top, "outside"));
		await symlink(join(top, "outside"), join(top, "data/escape"));
		await symlink(join(top, "data/archive"), join(top, "shortcut"));
		await symlink(join(top, "data"), join(top, "allowed"));
	});
	afterAll(() => rm(top, { recursive: true }));
	const open = (root: string, roots: readonly string[]) =>
		withinPolicy(
			{ type: "local", root: join(top, root) },
			{ network: undefined, roots: roots.map((each) => join(top, each)) },
		);

	it.each([
		["the allowed folder itself", "data", ["data"], "data"],
		["a folder in it", "data/archive", ["data"], "data/archive"],
		["one that is not there yet", "data/new/folder", ["data"], "data/new/folder"],
		["in the second of two", "data/archive", ["outside", "data"], "data/archive"],
		["a link that leads into it", "shortcut", ["data"], "data/archive"],
		["below an allowed link", "data/archive", ["allowed"], "data/archive"],
		["a name that begins with two dots", "data/..x", ["data"], "data/..x"],
	])("may be %s", async (_, root, roots, opened) => {
		expect(await open(root, roots)).toEqual({ type: "local", root: join(top, opened) });
	});

	it.each([
		["outside", "outside", ["data"]],
		["above", "", ["data"]],
		["beside, under a name that begins alike", "database", ["data"]],
		["at the end of a link out of it", "data/escape", ["data"]],
		["below such a link, and missing", "data/escape/new", ["data"]],
		["anywhere when nothing is allowed", "data", []],
	])("may not be %s", async (_, root, roots) => {
		await expect(open(root, roots)).rejects.toMatchObject({
			code: "forbidden",
			message: expect.stringMatching(/EOSYNC_ALLOWED_ROOTS/),
		});
	});

	it("may not climb out with dots", async () => {
		const config = { type: "local", root: `${top}/data/archive/../../outside` } as const;
		await expect(withinPolicy(config, { network: undefined, roots: [join(top, "data")] })).rejects.toThrow(
			/is outside the folders/,
		);
	});

	it("may be anywhere without bounds, and is not touched", async () => {
		const config = { type: "local", root: "/nowhere/../at/all" } as const;
		expect(await withinPolicy(config, { network: undefined, roots: undefined })).toBe(config);
	});
});

describe("a remote storage", () => {
	const sites: readonly (readonly [string, object])[] = [
		["ftp", { type: "ftp", host: "127.0.0.1" }],
		["sftp", { type: "sftp", host: "::1", user: "eo" }],
		["s3", { type: "s3", bucket: "eo", endpoint: "http://169.254.169.254" }],
		["http", { type: "http", url: "http://0x7f.1/data/" }],
		["http, IPv6", { type: "http", url: "http://[::ffff:127.0.0.1]/" }],
		["rasdaman", { type: "rasdaman", url: "https://127.0.0.1:8080" }],
	];
	it.each(sites)("%s: may not be at the server's own address", async (_, site) => {
		const config: StorageConfig = storageConfig.parse(site);
		const network = { allowedHosts: [] };
		await expect(withinPolicy(config, { network, roots: undefined })).rejects.toMatchObject({
			code: "forbidden",
			message: expect.stringMatching(/EOSYNC_ALLOWED_HOSTS/),
		});
		expect(await withinPolicy(config, { network: undefined, roots: undefined })).toBe(config);
	});

	it("may where its host is allowed, and anywhere else", async () => {
		const network = { allowedHosts: ["127.0.0.1", "localhost"] };
		for (const host of ["127.0.0.1", "localhost", "ftp.example.org", "10.0.0.1"]) {
			const config = storageConfig.parse({ type: "ftp", host });
			expect(await withinPolicy(config, { network, roots: [] })).toBe(config);
		}
	});
});
