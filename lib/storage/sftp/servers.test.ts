import { execFileSync } from "node:child_process";
import { rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SftpConfig } from "#lib/storage/config.ts";
import { startRcloneSftp } from "#lib/storage/test-servers/rclone-sftp.ts";
import { rclone } from "#lib/storage/test-servers/rclone-web.ts";
import { makeSftpBench, sftpConfigOf } from "#lib/storage/test-servers/sftp-bench.ts";
import { type SshServer, sshd, startSshd } from "#lib/storage/test-servers/sshd.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { SftpStorage } from "./sftp.ts";

const signal = new AbortController().signal;
const list = (storage: SftpStorage, path = "") => storage.list(path, { symlinks: "skip", signal });

describeWithServer(sshd, "OpenSSH", () => {
	let server: SshServer;
	beforeAll(async () => {
		server = await startSshd();
	});
	afterAll(() => server?.[Symbol.asyncDispose]());

	describe("the host key", () => {
		test("is reported at the first connection, and taken at the next ones", async () => {
			const learned: string[] = [];
			const remember = async ({ hostKey }: { readonly hostKey: string }) => void learned.push(hostKey);
			await using storage = new SftpStorage(sftpConfigOf(server), { remember });
			await Promise.all(Array.from({ length: 40 }, () => list(storage)));
			expect(learned).toEqual([server.hostKeys[0]]);
			await using again = new SftpStorage({ ...sftpConfigOf(server), hostKey: learned[0] as string }, { remember });
			await list(again);
			expect(learned).toHaveLength(1);
		});

		test("may be any of those that the server has", async () => {
			expect(server.hostKeys).toHaveLength(2);
			for (const hostKey of server.hostKeys) {
				await using storage = new SftpStorage({ ...sftpConfigOf(server), hostKey });
				await list(storage);
			}
		});

		test("that is another one is refused, before anything is sent", async () => {
			await using renewed = await startSshd();
			const config = { ...sftpConfigOf(renewed), hostKey: renewed.hostKeys[0] as string };
			await renewed.renew();
			await using storage = new SftpStorage(config);
			await expect(list(storage)).rejects.toMatchObject({
				code: "forbidden",
				retryable: false,
				message: expect.stringContaining(renewed.hostKeys[0] as string),
			});
			expect(await renewed.log()).not.toMatch(/Accepted|Postponed/);
		});

		test("that changes while the storage is open is refused too", async () => {
			await using renewed = await startSshd();
			await using storage = new SftpStorage(sftpConfigOf(renewed));
			await list(storage);
			await renewed.renew();
			await expect(list(storage)).rejects.toMatchObject({ code: "forbidden" });
		});

		test("that cannot be remembered is not trusted", async () => {
			const remember = () => Promise.reject(new Error("The database is gone."));
			await using storage = new SftpStorage(sftpConfigOf(server), { remember });
			await expect(list(storage)).rejects.toThrow("The database is gone.");
		});
	});

	describe("logging in", () => {
		const make = (more: Partial<SftpConfig>) => new SftpStorage({ ...sftpConfigOf(server), ...more });

		test("by a key with a passphrase", async () => {
			await using bench = await makeSftpBench(server);
			const path = join(bench.root, "key");
			await writeFile(path, server.privateKey, { mode: 0o600 });
			execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", "open sesame", "-f", path]);
			const privateKey = execFileSync("cat", [path], { encoding: "utf8" });
			await rm(path);
			await using storage = make({ privateKey, passphrase: "open sesame" });
			await list(storage);
			for (const passphrase of ["wrong", undefined]) {
				await using refused = make({ privateKey, ...(passphrase === undefined ? {} : { passphrase }) });
				await expect(list(refused)).rejects.toMatchObject({
					code: "forbidden",
					message: expect.stringContaining("key"),
				});
			}
		});

		test("with what the server does not accept is an error that names the user and no secret", async () => {
			const { privateKey: _, ...config } = sftpConfigOf(server);
			await using storage = new SftpStorage({ ...config, password: "wrong horse" });
			const error = await list(storage).catch((thrown: Error) => thrown);
			expect(error).toMatchObject({ code: "forbidden", message: expect.stringContaining(server.user) });
			expect((error as Error).message + (error as Error).stack).not.toContain("wrong horse");
		});

		test("an address out of reach is not connected to", async () => {
			await using storage = new SftpStorage(sftpConfigOf(server), { network: { allowedHosts: [] } });
			await expect(list(storage)).rejects.toMatchObject({ code: "forbidden" });
		});
	});

	test("connections that end are made again", async () => {
		await using bench = await makeSftpBench(server);
		await bench.write("a", "");
		for (let i = 0; i < 3; i++) {
			expect((await list(bench.storage)).files).toHaveLength(1);
			await server.dropConnections();
		}
	});

	test("a folder that may be read but not entered is an error, never empty", async () => {
		await using bench = await makeSftpBench(server);
		await bench.write("in/a", "");
		await bench.mode("in", 0o744);
		await list(bench.storage);
		await expect(list(bench.storage, "in")).rejects.toMatchObject({ code: "forbidden", path: "in" });
		await expect(bench.storage.stat("in/a", { signal })).rejects.toMatchObject({ code: "forbidden" });
	});

	test("a file that may not be read is listed, and an error to open", async () => {
		await using bench = await makeSftpBench(server);
		await bench.write("a", "1");
		await bench.mode("a", 0o600);
		expect((await list(bench.storage)).files).toHaveLength(1);
		await expect(bench.storage.open("a", { signal })).rejects.toMatchObject({ code: "forbidden", path: "a" });
	});

	test("a FIFO is not seen, and does not stop the server", async () => {
		await using bench = await makeSftpBench(server);
		execFileSync("mkfifo", [join(bench.root, "fifo")]);
		expect(await list(bench.storage)).toMatchObject({ folders: [], files: [] });
		await expect(bench.storage.open("fifo", { signal })).rejects.toMatchObject({ code: "not-found" });
	});

	test("a name that is not UTF-8 is a problem, and the rest of the folder is there", async () => {
		await using bench = await makeSftpBench(server);
		for (const file of ["good.tif", "\ufffd.tif"]) await bench.write(file, "");
		await writeFile(Buffer.concat([Buffer.from(`${bench.root}/`), Buffer.from([0x62, 0xe4, 0x64])]), "");
		const listing = await list(bench.storage);
		expect(listing.files?.map(({ name }) => name)).toEqual(["good.tif", "\ufffd.tif"]);
		expect(listing.unclear).toMatchObject([{ name: "b\ufffdd", code: "invalid-path" }]);
	});

	test("a header of a 2 GB file is read wherever it is", async () => {
		await using bench = await makeSftpBench(server);
		await bench.write("large.tif", "II*\0");
		await truncate(join(bench.root, "large.tif"), 2 ** 31 + 10);
		await using file = await bench.storage.open("large.tif", { signal });
		expect(Buffer.from(await file.read(0, 4, { signal })).toString()).toBe("II*\0");
		expect(await file.read(2 ** 31, 100, { signal })).toEqual(new Uint8Array(10));
	});

	test("facts name the server and its key", async () => {
		await using bench = await makeSftpBench(server);
		const facts = await bench.storage.facts({ signal });
		expect(facts).toMatchObject({ server: expect.stringContaining("OpenSSH"), times: "exact", ranges: true });
		expect(facts.notes.join()).toContain(server.hostKeys[0]);
	});
});

describeWithServer(rclone, "rclone, which is not OpenSSH", () => {
	test("lets in by password, and shows files", async () => {
		await using server = await startRcloneSftp();
		await writeFile(join(server.root, "a.tif"), "content");
		const { port, user, password, hostKey } = server;
		const config: SftpConfig = { type: "sftp", host: "127.0.0.1", port, user, password, hostKey, root: "/" };
		await using storage = new SftpStorage(config);
		expect((await list(storage)).files).toMatchObject([{ name: "a.tif", size: 7 }]);
		await using file = await storage.open("a.tif", { signal });
		expect(Buffer.from(await file.read(3, 100, { signal })).toString()).toBe("tent");
		await expect(list(storage, "missing")).rejects.toMatchObject({ code: "not-found" });
		await using refused = new SftpStorage({ ...config, password: "wrong horse" });
		await expect(list(refused)).rejects.toMatchObject({ code: "forbidden" });
	});
});
