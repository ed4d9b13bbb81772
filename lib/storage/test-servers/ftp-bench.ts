import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { FtpConfig } from "#lib/storage/config.ts";
import { FtpStorage } from "#lib/storage/ftp/ftp.ts";
import { type LocalBench, makeLocalBench } from "#lib/storage/local/bench.ts";
import type { FtpServer } from "./proftpd.ts";

/** A folder of its own on a server that several tests share. */
export interface FtpBench extends Omit<LocalBench, "storage"> {
	readonly storage: FtpStorage;
	readonly config: FtpConfig;
	/** Sets the rights of a file or folder. */
	mode(path: string, mode: number): Promise<void>;
}

export async function makeFtpBench(server: FtpServer, more: Partial<FtpConfig> = {}): Promise<FtpBench> {
	const local = await makeLocalBench(server.root);
	const config = { ...ftpConfigOf(server), root: local.root.slice(server.root.length), ...more };
	const storage = new FtpStorage(config);
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

export function ftpConfigOf({ port, user, password }: FtpServer): FtpConfig {
	const connection = { type: "ftp", host: "127.0.0.1", port, user, password, root: "/" } as const;
	return { ...connection, tls: "none", verifyCertificate: true, mlsd: "auto", epsv: "auto" };
}
