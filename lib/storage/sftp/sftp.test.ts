import { afterAll, beforeAll } from "vitest";
import { storageConformance } from "#lib/storage/conformance/storage.conformance.ts";
import { makeSftpBench, sftpConfigOf } from "#lib/storage/test-servers/sftp-bench.ts";
import { startSilentServer } from "#lib/storage/test-servers/silent-server.ts";
import { type SshServer, sshd, startSshd } from "#lib/storage/test-servers/sshd.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { SftpStorage } from "./sftp.ts";

describeWithServer(sshd, "OpenSSH", () => {
	let server: SshServer;
	beforeAll(async () => {
		server = await startSshd();
	});
	afterAll(() => server?.[Symbol.asyncDispose]());

	storageConformance({
		name: "sftp (OpenSSH)",
		make: () => makeSftpBench(server),
		makeStalled: async () => {
			const silent = await startSilentServer();
			const storage = new SftpStorage({ ...sftpConfigOf(server), port: silent.port, timeout: 0.3 });
			const dispose = storage[Symbol.asyncDispose].bind(storage);
			return Object.assign(storage, {
				[Symbol.asyncDispose]: async () => {
					await dispose();
					await silent[Symbol.asyncDispose]();
				},
			});
		},
		hands: ["mkdir", "rename", "touch", "forbid", "symlink"],
	});
});
