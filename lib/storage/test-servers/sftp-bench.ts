import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { SftpConfig } from "#lib/storage/config.ts";
import { type LocalBench, makeLocalBench } from "#lib/storage/local/bench.ts";
import { SftpStorage } from "#lib/storage/sftp/sftp.ts";
import type { SshServer } from "./sshd.ts";

/** A folder of its own on a server that several tests share. */
export interface SftpBench extends Omit<LocalBench, "storage"> {
	readonly storage: SftpStorage;
	readonly config: SftpConfig;
	/** Sets the rights of a file or folder. */
	mode(path: string, mode: number): Promise<void>;
}

export async function makeSftpBench(server: SshServer, more: Partial<SftpConfig> = {}): Promise<SftpBench> {
	const local = await makeLocalBench(server.root);
	const config = { ...sftpConfigOf(server), root: local.root, ...more };
	const storage = new SftpStorage(config);
	return {
		...local,
		storage,
		config,
		mode: (path, mode) => chmod(join(local.root, path), mode),
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			await local[Symbol.asyncDispose]();
		},
	};
}

export function sftpConfigOf({ port, user, privateKey, root }: SshServer): SftpConfig {
	return { type: "sftp", host: "127.0.0.1", port, user, privateKey, root };
}
