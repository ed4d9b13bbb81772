import { join } from "node:path";
import { type Key, keyOf } from "#lib/catalog/secrets/sealing.ts";
import { ensureSecretFile, readSecretFile } from "#lib/catalog/secrets/secret-file.ts";
import type { Env } from "#lib/env.ts";
import { type StoragePolicy, storagePolicyOf } from "#lib/storage/security/storage-policy.ts";
import type { Storage } from "#lib/storage/storage.ts";

/** How a process gets at storages: with which keys, and which of them. */
export interface StorageAccess {
	readonly policy: StoragePolicy;
	/**
	 * What opens sealed credentials, read anew each time: a rotated secret needs no restart where it is kept in a file.
	 * `make`: there must be one to seal with, the first; without it there may be none.
	 */
	readonly keys: (options?: { readonly make?: boolean }) => Promise<readonly Key[]>;
	/** Where the indexes of lists are kept; left out: nowhere, so that each run makes them anew. */
	readonly listsFolder?: string;
	/** See `OpenOptions`; for tests of what servers may say. */
	readonly aroundAdapter?: (adapter: Storage) => Storage;
}

type Said = Pick<Env, "home" | "secret" | "oldSecret" | "host" | "allowedHosts" | "allowedRoots">;

export function storageAccess(env: Said): StorageAccess {
	return {
		policy: storagePolicyOf(env),
		listsFolder: join(env.home, "lists"),
		keys: async ({ make = false } = {}) => {
			const filed = make && env.secret === null ? await ensureSecretFile(env.home) : await readSecretFile(env.home);
			const secrets = [env.secret, ...filed.slice(0, env.secret === null ? 1 : 0), env.oldSecret, ...filed];
			return [...new Set(secrets)].filter((secret) => secret !== null).map(keyOf);
		},
	};
}
