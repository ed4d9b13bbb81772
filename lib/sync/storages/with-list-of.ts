import { hash } from "node:crypto";
import { join } from "node:path";
import { type S3Config, type StorageConfig, secretFields } from "#lib/storage/config.ts";
import { findInventory } from "#lib/storage/given-list/find-inventory.ts";
import { findList, isLocalPath, localPlace } from "#lib/storage/given-list/find-list.ts";
import { withGivenList } from "#lib/storage/given-list/with-given-list.ts";
import { openStorage } from "#lib/storage/open.ts";
import { realRoots, type StoragePolicy, withinPolicy } from "#lib/storage/security/storage-policy.ts";
import type { Storage } from "#lib/storage/storage.ts";

interface ListOptions {
	readonly policy: StoragePolicy;
	/** Of all storages. */
	readonly listsFolder: string | undefined;
}

/**
 * The storage with its folders as its inventory or list shows them, if it has one.
 * @throws StorageError `forbidden` when the list is on this machine, outside the folders that are allowed.
 */
export async function withListOf(
	storage: Storage,
	config: StorageConfig,
	{ policy, listsFolder }: ListOptions,
): Promise<Storage> {
	if (config.type === "rasdaman") return storage;
	const folder = listsFolder === undefined ? undefined : join(listsFolder, nameOf(config));
	if (config.type === "s3" && config.inventory !== undefined) {
		const delivered = await openInventories(config, config.inventory, policy);
		const { bucket, prefix } = config;
		return withGivenList(storage, {
			find: (signal) => findInventory({ ...delivered, bucket, prefix }, signal),
			folder,
			further: [delivered.storage],
		});
	}
	if (config.list === undefined) return storage;
	const { list, listPrefix: prefix = "" } = config;
	if (!isLocalPath(list))
		return withGivenList(storage, { find: (signal) => findList({ storage, path: list, prefix }, signal), folder });
	const { root, path } = localPlace(list);
	const allowed = await withinPolicy({ type: "local" as const, root }, policy);
	const local = await openStorage(allowed, { roots: await realRoots(policy) });
	return withGivenList(storage, {
		find: (signal) => findList({ storage: local, path, prefix }, signal),
		folder,
		further: [local],
	});
}

/** The bucket that inventories are delivered to, with the credentials and limits of the one that they are of. */
async function openInventories(
	config: S3Config,
	inventory: string,
	{ network }: StoragePolicy,
): Promise<{ readonly storage: Storage; readonly path: string }> {
	const [, bucket = config.bucket, path = inventory] = /^s3:\/\/([^/]+)\/(.+)$/.exec(inventory) ?? [];
	const storage = await openStorage({ ...config, bucket, prefix: "" }, network === undefined ? {} : { network });
	return { storage, path: path.replace(/\/+$/, "") };
}

/** The same for the same storage with the same list, whatever its credentials. */
function nameOf(config: StorageConfig): string {
	const secrets: readonly string[] = secretFields[config.type];
	const plain = Object.entries(config).filter(([field]) => !secrets.includes(field));
	return hash("sha256", JSON.stringify(plain.sort())).slice(0, 32);
}
