import { withSoundEntries } from "#lib/storage/listing/sound-entries.ts";
import type { NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import type { StorageConfig } from "./config.ts";
import type { Storage } from "./storage.ts";

export interface OpenOptions {
	/** The addresses that may be connected to; default: any. */
	readonly network?: NetworkPolicy;
	/** Wraps the adapter, inside all other wrappers: tests can change a server's answers here. */
	readonly aroundAdapter?: (adapter: Storage) => Storage;
	/** Folders that links of a local storage may lead into, without links themselves; default: anywhere. */
	readonly roots?: readonly string[] | undefined;
	/** The caller is a thread of its own, which may wait for the disk of a storage that `readsInThreads`. */
	readonly inThread?: boolean;
	/** Called with what the storage learned at its first connection and will require from then on: an SSH server's host key. */
	readonly remember?: (learned: { readonly hostKey: string }) => Promise<void>;
}

/** The storage of a configuration; the caller disposes of it. */
export async function openStorage(config: StorageConfig, options: OpenOptions = {}): Promise<Storage> {
	const adapter = await openAdapter(config, options);
	return withSoundEntries(options.aroundAdapter?.(adapter) ?? adapter);
}

/** Adapters are imported when first used: some are large. */
async function openAdapter(config: StorageConfig, options: OpenOptions): Promise<Storage> {
	switch (config.type) {
		case "local": {
			const { LocalStorage } = await import("#lib/storage/local/local.ts");
			return new LocalStorage(config, { inThread: options.inThread ?? false, roots: options.roots });
		}
		case "ftp": {
			const { FtpStorage } = await import("#lib/storage/ftp/ftp.ts");
			return new FtpStorage(config, options);
		}
		case "s3": {
			const { S3Storage } = await import("#lib/storage/s3/s3.ts");
			return new S3Storage(config, options);
		}
		case "sftp": {
			const { SftpStorage } = await import("#lib/storage/sftp/sftp.ts");
			return new SftpStorage(config, options);
		}
		case "http": {
			const { HttpStorage } = await import("#lib/storage/http/http.ts");
			return new HttpStorage(config, options);
		}
		case "rasdaman": {
			const { RasdamanStorage } = await import("#lib/storage/rasdaman/rasdaman.ts");
			return new RasdamanStorage(config, { network: options.network });
		}
	}
}
