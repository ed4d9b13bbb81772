import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { readEnv } from "#lib/env.ts";
import { type FtpServer, proftpd, startProftpd } from "#lib/storage/test-servers/proftpd.ts";
import { type SshServer, sshd, startSshd } from "#lib/storage/test-servers/sshd.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { executeRun } from "./execute.ts";
import { testDraft, testStorage } from "./test-source.ts";

/** The whole way from credentials that are entered to datasets in the catalogue, against real servers. */

const signal = new AbortController().signal;
let bench: Bench;
let home: string;
beforeAll(async () => {
	[bench, home] = await Promise.all([makeBench(), mkdtemp(join(tmpdir(), "eosync-remote-"))]);
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	await rm(home, { recursive: true });
});
afterEach(async () => {
	await emptyBench(bench);
	await rm(join(home, "secret"), { force: true });
});

const accessOf = (variables: Readonly<Record<string, string>> = {}) =>
	storageAccess(readEnv({ EOSYNC_HOME: home, ...variables }));
const save = (input: object) => saveStorage(bench.database, storageInput.parse(input), { access: accessOf() });
const draftOf = (input: object, access = accessOf()) =>
	testDraft(bench.database, storageInput.parse(input), { signal, access });

async function sync(access = accessOf()) {
	const { run } = await createRun(bench.database, {
		container: "S",
		kind: "sync",
		trigger: "command-line",
		actor: "tester",
	});
	await executeRun(bench.database, run, { signal, access });
	return runView(bench.database, run);
}

/** A scene below the server's root, readable for all. */
async function scene(root: string, name: string) {
	await bench.archive.scene(`${name}.tif`);
	for (const file of [`${name}.tif`, `${name}.xml`]) {
		await cp(bench.archive.at(file), join(root, file), { preserveTimestamps: true });
		await chmod(join(root, file), 0o644);
	}
}

describeWithServer(proftpd, "over FTP with a password", () => {
	let server: FtpServer;
	beforeAll(async () => {
		server = await startProftpd();
		await chmod(server.root, 0o755);
		await scene(server.root, "a");
	});
	afterAll(() => server[Symbol.asyncDispose]());
	const partner = () => ({ name: "partner", type: "ftp", host: "127.0.0.1", port: server.port, user: server.user });
	beforeEach(async () => {
		await save({ ...partner(), password: server.password });
		await bench.container("S", [{ storage: "partner" }]);
	});

	test("files become datasets; with another secret the run fails and nothing is removed", async () => {
		expect(await sync()).toMatchObject({ state: "succeeded", added: 1 });
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
		const failed = await sync(
			accessOf({ EOSYNC_HOME: join(home, "elsewhere"), EOSYNC_SECRET: "another secret than that" }),
		);
		expect(failed).toMatchObject({
			state: "failed",
			removed: 0,
			error: { code: "unreachable", message: expect.stringMatching(/sealed with another EOSYNC_SECRET/) },
		});
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);
		expect(await sync()).toMatchObject({ state: "succeeded", removed: 0, unchanged: 1 });
	});

	test("a form is tried with the password that stays, and tells none", async () => {
		expect(await draftOf({ ...partner(), root: "/" })).toMatchObject({ ok: true, files: 2, facts: { times: "exact" } });
		const wrong = await draftOf({ ...partner(), password: "a wrong password" });
		expect(wrong).toMatchObject({ ok: false });
		expect(JSON.stringify(wrong)).not.toContain("a wrong password");
		expect(await draftOf({ ...partner(), port: 1 })).toMatchObject({
			ok: false,
			message: expect.stringMatching(/enter its password again/),
		});
		expect(await testStorage(bench.database, "partner", { signal, access: accessOf() })).toMatchObject({ ok: true });
	});

	test("the server's own address is out of reach for a dashboard on the network, unless it is allowed", async () => {
		const refused = await sync(accessOf({ HOST: "0.0.0.0" }));
		expect(refused).toMatchObject({
			state: "failed",
			error: { message: expect.stringMatching(/EOSYNC_ALLOWED_HOSTS/) },
		});
		const allowed = accessOf({ HOST: "0.0.0.0", EOSYNC_ALLOWED_HOSTS: "127.0.0.1" });
		expect(await sync(allowed)).toMatchObject({ state: "succeeded" });
	});
});

describeWithServer(sshd, "over SFTP with a host key", () => {
	let server: SshServer;
	beforeAll(async () => {
		server = await startSshd();
		await scene(server.root, "a");
	});
	afterAll(() => server[Symbol.asyncDispose]());
	const drop = () => ({
		name: "drop",
		type: "sftp",
		host: "127.0.0.1",
		port: server.port,
		user: server.user,
		root: server.root,
	});
	const hostKey = async () =>
		(await listStorages(bench.database))
			.map(({ config }) => (config.type === "sftp" ? config.hostKey : null))
			.find(Boolean);

	test("it is learned at the first run, another one is refused, and forgetting it lets it be learned anew", async () => {
		await save({ ...drop(), privateKey: server.privateKey });
		await bench.container("S", [{ storage: "drop" }]);
		expect(await sync()).toMatchObject({ state: "succeeded", added: 1 });
		const learned = await hostKey();
		expect(server.hostKeys).toContain(learned);

		await server.renew();
		expect(await sync()).toMatchObject({
			state: "failed",
			removed: 0,
			error: { message: expect.stringMatching(/host key/) },
		});
		expect(await hostKey()).toBe(learned);
		expect(await bench.registered()).toEqual(["a.tif: A in S"]);

		const draft = await draftOf({ ...drop(), hostKey: null });
		expect(draft).toMatchObject({
			ok: true,
			facts: { notes: expect.arrayContaining([expect.stringMatching(/host key was not known yet/)]) },
		});
		expect(await hostKey()).toBe(learned);
		await save({ ...drop(), hostKey: null });
		expect(await sync()).toMatchObject({ state: "succeeded", unchanged: 1 });
		expect(await hostKey()).not.toBe(learned);
		expect(server.hostKeys).toContain(await hostKey());
	});
});
