import type { Database } from "#lib/catalog/database/database.ts";
import { type StoredStorage, unsealConfig } from "#lib/catalog/secrets/storage-secrets.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { rememberHostKey } from "#lib/catalog/storages/storages.ts";
import { type StorageConfig, secretFields } from "#lib/storage/config.ts";
import { type OpenOptions, openStorage } from "#lib/storage/open.ts";
import { withRedactedSecrets } from "#lib/storage/security/redact-secrets.ts";
import { realRoots, type StoragePolicy, withinPolicy } from "#lib/storage/security/storage-policy.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { withListOf } from "#lib/sync/storages/with-list-of.ts";

/**
 * The one way to a storage of the catalogue: its credentials unsealed, the storage policy checked, its server's key remembered.
 * @throws StorageError `unreachable` when the credentials cannot be opened, `forbidden` when it is out of bounds.
 */
export async function openStored(
	database: Pick<Database, "sql">,
	stored: StoredStorage & { readonly id: number },
	{ keys, policy, listsFolder, aroundAdapter }: StorageAccess,
): Promise<Storage> {
	const config = unsealConfig(stored, stored.sealed === null ? [] : await keys());
	const remember: OpenOptions["remember"] = async ({ hostKey }) => {
		if (config.type === "sftp") await rememberHostKey(database, stored.id, { ...config, hostKey });
	};
	return openWithin(config, policy, {
		remember,
		listsFolder,
		...(aroundAdapter === undefined ? {} : { aroundAdapter }),
	});
}

interface WithinOptions extends Pick<OpenOptions, "remember" | "aroundAdapter"> {
	readonly listsFolder?: string | undefined;
}

/** A storage that may not be in the catalogue yet. Its errors never contain its secrets. */
export async function openWithin(
	config: StorageConfig,
	policy: StoragePolicy,
	{ listsFolder, ...options }: WithinOptions,
): Promise<Storage> {
	const { network } = policy;
	const allowed = await withinPolicy(config, policy);
	const roots = await realRoots(policy);
	const storage = await openStorage(allowed, { ...(network === undefined ? {} : { network }), roots, ...options });
	return withRedactedSecrets(await withListOf(storage, config, { policy, listsFolder }), secretsOf(config));
}

function secretsOf(config: StorageConfig): readonly string[] {
	const secrets: readonly string[] = secretFields[config.type];
	return Object.entries(config).flatMap(([field, value]) =>
		secrets.includes(field) && typeof value === "string" ? [value] : [],
	);
}
