import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { findStorage, listStorages, rememberHostKey } from "#lib/catalog/storages/storages.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { readEnv } from "#lib/env.ts";
import { pauseBefore } from "#lib/sync/testing/pause.ts";
import { rotateSecret } from "./rotate-secret.ts";
import { readSecretFile } from "./secret-file.ts";
import { configToTry, reconcile, unsealConfig } from "./storage-secrets.ts";

let database: Database;
let home: string;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), "eosync-secrets-"));
});
afterEach(async () => {
	await database.sql`truncate storages cascade`;
	await rm(home, { recursive: true });
});

const env = (variables: Readonly<Record<string, string>> = {}) => readEnv({ EOSYNC_HOME: home, ...variables });
const access = (variables: Readonly<Record<string, string>> = {}) => storageAccess(env(variables));
const save = (input: object, variables = {}, options = {}) =>
	saveStorage(database, storageInput.parse(input), { access: access(variables), ...options });
const ftp = { name: "partner", type: "ftp", host: "ftp.example.org", user: "eo", password: "hunter2" };
const sftp = {
	name: "drop",
	type: "sftp",
	host: "drop.example.org",
	user: "eo",
	privateKey: "KEY\nKEY",
	passphrase: "open",
};

async function stored(name: string) {
	const row = await findStorage(database, name);
	if (row === null) throw new Error(`no storage ${name}`);
	return row;
}
const opened = async (name: string, variables = {}) => unsealConfig(await stored(name), await access(variables).keys());

describe("secrets", () => {
	it("are sealed, and told of by name only", async () => {
		await save(ftp);
		await save(sftp);
		const rows = await database.sql<{ row: string }[]>`select s::text as row from storages s`;
		const everything = JSON.stringify([rows, await listStorages(database)]);
		for (const secret of ["hunter2", "KEY", "open"]) expect(everything).not.toContain(secret);
		expect((await listStorages(database)).map(({ name, secrets }) => [name, secrets])).toEqual([
			["drop", ["passphrase", "privateKey"]],
			["partner", ["password"]],
		]);
		expect(await opened("partner")).toMatchObject({ type: "ftp", password: "hunter2" });
		expect(await opened("drop")).toMatchObject({ privateKey: "KEY\nKEY", passphrase: "open" });
	});

	it("stay when they are left out, are replaced when entered, and go when removed", async () => {
		await save(sftp);
		const { passphrase: _, ...left } = sftp;
		const { privateKey: __, ...without } = left;
		expect(await save({ ...without, root: "/pub" })).toBe(true);
		expect(await opened("drop")).toMatchObject({ root: "/pub", privateKey: "KEY\nKEY", passphrase: "open" });
		await save({ ...without, privateKey: "ANOTHER" });
		expect(await opened("drop")).toMatchObject({ privateKey: "ANOTHER", passphrase: "open" });
		await save({ ...without, passphrase: null });
		expect((await listStorages(database))[0]?.secrets).toEqual(["privateKey"]);
		await save({ ...without, privateKey: null });
		expect((await stored("drop")).sealed).toBeNull();
	});

	it("are no change when they are entered again as they were", async () => {
		expect(await save(ftp)).toBe(true);
		const { sealed } = await stored("partner");
		expect(await save(ftp)).toBe(false);
		expect((await stored("partner")).sealed).toBe(sealed);
		expect(await save({ ...ftp, password: "hunter3" })).toBe(true);
	});

	it.each([
		["host", ftp, { host: "evil.example.org" }],
		["port", ftp, { port: 2121 }],
		["encryption", { ...ftp, tls: "explicit" }, { tls: "none" }],
		["certificate", { ...ftp, tls: "explicit" }, { verifyCertificate: false }],
		["SSH host", sftp, { host: "evil.example.org" }],
		["SSH port", sftp, { port: 2222 }],
		["endpoint", s3, { endpoint: "https://evil.example.org" }],
		[
			"URL",
			{ name: "web", type: "http", url: "https://a.example.org/eo/", token: "t" },
			{ url: "https://b.example.org/eo/" },
		],
		[
			"URL of rasdaman",
			{ name: "ras", type: "rasdaman", url: "https://a.example.org", password: "t" },
			{ url: "https://b.example.org" },
		],
	])("do not go to another %s unless they are entered again", async (_, before, change) => {
		await save(before);
		const sealed = (await stored(before.name)).sealed;
		const kept = Object.fromEntries(
			Object.entries({ ...before, ...change }).filter(([field]) => !secretNames.includes(field)),
		);
		await expect(save(kept)).rejects.toThrow(/is at another address now: enter its .* again/);
		const row = await stored(before.name);
		expect(() => reconcile(storageInput.parse(kept), row)).toThrow(/another address/);
		expect(row).toMatchObject({ sealed, config: { type: before.type } });
		await save({ ...before, ...change });
		expect(await opened(before.name)).toMatchObject(change);
	});

	it("do not stay for another type of storage", async () => {
		await save(ftp);
		await save({ name: "partner", type: "http", url: "https://ftp.example.org" });
		expect((await stored("partner")).sealed).toBeNull();
	});

	it("cannot be put in another's place", async () => {
		await save({ ...ftp, name: "evil", password: "of evil" });
		await save(ftp);
		await save({ name: "web", type: "http", url: "https://a.example.org/", password: "p", token: "t" });
		await database.sql`update storages set sealed = (select sealed from storages where name = 'partner') where name = 'evil'`;
		await expect(opened("evil")).rejects.toThrow(/storage evil \(password\) cannot be opened: they were altered/);
		await database.sql`update storages set config = config || '{"host": "evil.example.org"}' where name = 'partner'`;
		await expect(opened("partner")).rejects.toThrow(/they were altered, or belong to another storage or address/);
		const { password, token } = JSON.parse((await stored("web")).sealed ?? "");
		await database.sql`update storages set sealed = ${JSON.stringify({ password: token, token: password })} where name = 'web'`;
		await expect(opened("web")).rejects.toThrow(/they were altered/);
	});

	it("are there for trying out a change before it is saved", async () => {
		await save(ftp);
		const { password: _, ...draft } = ftp;
		const trial = async (change: object) =>
			configToTry(
				reconcile(storageInput.parse({ ...draft, ...change }), await stored("partner")),
				await access().keys(),
			);
		expect(await trial({ root: "/new" })).toMatchObject({ root: "/new", password: "hunter2" });
		expect(await trial({ password: "hunter3" })).toMatchObject({ password: "hunter3" });
		expect(await trial({ password: null })).not.toHaveProperty("password");
		await expect(trial({ host: "evil.example.org" })).rejects.toThrow(/another address/);
	});
});

const s3 = {
	name: "bucket",
	type: "s3",
	bucket: "eo-data",
	endpoint: "https://s3.example.org",
	credentials: "keys",
	accessKeyId: "AK",
	secretAccessKey: "SK",
};
const secretNames = ["password", "privateKey", "passphrase", "secretAccessKey", "sessionToken", "token"];

describe("the key", () => {
	const mine = { EOSYNC_SECRET: "the secret of this installation" };
	it("is made once where none is given", async () => {
		await save(ftp);
		const secret = await readFile(join(home, "secret"), "utf8");
		await save({ ...ftp, password: "hunter3" });
		expect(await readFile(join(home, "secret"), "utf8")).toBe(secret);
	});

	it("is not made for storages without credentials, nor where one is given", async () => {
		await save({ name: "plain", type: "local", root: "/data" });
		await save(ftp, mine);
		await expect(readFile(join(home, "secret"))).rejects.toThrow(/ENOENT/);
	});

	it.each([
		["is missing", {}, /partner \(password\) cannot be opened: EOSYNC_SECRET is not set here/],
		["is another", { EOSYNC_SECRET: "the secret of something else" }, /sealed with another EOSYNC_SECRET/],
	])("%s: says what to do", async (_, variables, message) => {
		await save(ftp, mine);
		await expect(opened("partner", variables)).rejects.toMatchObject({
			code: "unreachable",
			retryable: false,
			message,
		});
		await save(ftp, { ...mine, ...variables }); // Entering it again is the way out.
	});

	it("may be a former one", async () => {
		await save(ftp, mine);
		const variables = { EOSYNC_SECRET: "the secret from today on", EOSYNC_OLD_SECRET: mine.EOSYNC_SECRET };
		expect(await opened("partner", variables)).toMatchObject({ password: "hunter2" });
	});

	it("is rotated from a file to a file, and nothing has to be started again", async () => {
		await save(ftp);
		await save(sftp);
		const [before, sealed] = [await readFile(join(home, "secret"), "utf8"), (await stored("partner")).sealed];
		expect(await rotateSecret(database, env())).toEqual({
			storages: 2,
			channels: 0,
			targets: 0,
			file: join(home, "secret"),
		});
		const after = (await readFile(join(home, "secret"), "utf8")).split("\n");
		expect(after).toHaveLength(3);
		expect(after[1]).toBe(before.trim());
		expect((await stored("partner")).sealed).not.toBe(sealed);
		expect(await opened("partner")).toMatchObject({ password: "hunter2" });
		await rm(join(home, "secret"));
		expect(await opened("drop", { EOSYNC_SECRET: after[0] ?? "" })).toMatchObject({ passphrase: "open" });
		await expect(opened("drop", { EOSYNC_SECRET: before })).rejects.toThrow(/another EOSYNC_SECRET/);
	});

	it("is in the file before anything is sealed with it: whenever the process dies, the file opens all", async () => {
		await save(ftp);
		let during: readonly string[] = [];
		const rotate = () => rotateSecret(database, env());
		await pauseBefore(database, "update on storages", rotate, async () => {
			during = await readSecretFile(home);
		});
		expect(during).toHaveLength(2);
		expect(during.toReversed()).toEqual(await readSecretFile(home));
	});

	it("is rotated from the environment to the environment", async () => {
		await save(ftp, mine);
		const next = "the secret of tomorrow";
		expect(await rotateSecret(database, env({ ...mine, EOSYNC_NEW_SECRET: next }))).toEqual({
			storages: 1,
			channels: 0,
			targets: 0,
			file: null,
		});
		expect(await opened("partner", { EOSYNC_SECRET: next })).toMatchObject({ password: "hunter2" });
		await expect(opened("partner", mine)).rejects.toThrow(/another EOSYNC_SECRET/);
		// The other way round: everything runs with the new one already, the old one is to be forgotten.
		const last = { EOSYNC_SECRET: "the secret of next year", EOSYNC_OLD_SECRET: next };
		expect(await rotateSecret(database, env(last))).toEqual({ storages: 1, channels: 0, targets: 0, file: null });
		expect(await opened("partner", { EOSYNC_SECRET: last.EOSYNC_SECRET })).toMatchObject({ password: "hunter2" });
	});

	it("is rotated for all or for none", async () => {
		await save(ftp, mine);
		await save(sftp, { EOSYNC_SECRET: "another secret that was lost" });
		const before = [await stored("drop"), await stored("partner")];
		await expect(rotateSecret(database, env({ ...mine, EOSYNC_NEW_SECRET: "the secret of tomorrow" }))).rejects.toThrow(
			/Nothing was changed\.\n.*storage drop/,
		);
		expect([await stored("drop"), await stored("partner")]).toEqual(before);
	});
});

describe("a host key", () => {
	const key = (letter: string) => `SHA256:${letter.repeat(43)}`;
	const learn = async (hostKey: string, host = sftp.host) =>
		rememberHostKey(database, (await stored("drop")).id, { host, port: 22, hostKey });
	const known = async () => (await stored("drop")).config;

	it("is kept at the first connection, and another one is refused", async () => {
		await save(sftp);
		await learn(key("A"));
		expect(await known()).toMatchObject({ hostKey: key("A"), host: sftp.host, user: "eo" });
		await learn(key("A"));
		await expect(learn(key("B"))).rejects.toMatchObject({
			code: "forbidden",
			message: expect.stringMatching(/a moment ago it was SHA256:AAA/),
		});
		expect(await known()).toMatchObject({ hostKey: key("A") });
	});

	it("is not kept for an address that the storage no longer has", async () => {
		await save(sftp);
		await learn(key("A"), "former.example.org");
		expect(await known()).not.toHaveProperty("hostKey");
	});

	it("stays as long as the server does", async () => {
		await save(sftp);
		await learn(key("A"));
		expect(await save(sftp)).toBe(false);
		await save({ ...sftp, root: "/pub" });
		expect(await known()).toMatchObject({ root: "/pub", hostKey: key("A") });
		await save({ ...sftp, hostKey: key("B") });
		expect(await known()).toMatchObject({ hostKey: key("B") });
		await save({ ...sftp, hostKey: null });
		expect(await known()).not.toHaveProperty("hostKey");
		await learn(key("C"));
		await save({ ...sftp, port: 2222 });
		expect(await known()).not.toHaveProperty("hostKey");
	});
});

it("refuses a storage that is out of bounds before anything is written", async () => {
	const network = { HOST: "0.0.0.0" };
	await expect(save({ name: "etc", type: "local", root: "/etc" }, network)).rejects.toThrow(/EOSYNC_ALLOWED_ROOTS/);
	await expect(save({ ...ftp, host: "169.254.169.254" }, network)).rejects.toThrow(/EOSYNC_ALLOWED_HOSTS/);
	expect(await listStorages(database)).toEqual([]);
});

it("a host key that is learned while a form is open is no edit; what others enter is", async () => {
	const now = async () => (await listStorages(database))[0];
	await save(sftp);
	const before = await now();
	await rememberHostKey(database, before?.id ?? 0, { host: "drop.example.org", port: 22, hostKey: "SHA256:x" });
	expect((await now())?.config).toMatchObject({ hostKey: "SHA256:x" });
	expect((await now())?.version).toBe(before?.version);
	await save({ ...sftp, passphrase: "another one" });
	await expect(save(sftp, {}, { version: before?.version })).rejects.toThrow("The storage drop was changed");
});
