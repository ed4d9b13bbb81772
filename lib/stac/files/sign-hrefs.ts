import { unsealConfig } from "#lib/catalog/secrets/storage-secrets.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { keyOf } from "#lib/stac/hrefs.ts";
import type { HrefSigner, StoredStorageRow } from "#lib/stac/load-items.ts";
import { type Credentials, credentialsFor, objectUrl, presign } from "#lib/storage/s3/presign.ts";

/** Addresses of S3 objects that others may read without keys, as long as the storage's `sign` says. */

interface Kept {
	readonly credentials: Promise<Credentials | null>;
	until: number;
}

/** The SDK looks for credentials in files and on the network: not for each document. */
const keptMs = 300_000;
/** Those that expire are looked for anew so long before, as the SDK does, but not more often than that. */
const [renewedMs, leastKeptMs] = [300_000, 10_000];
const maxKept = 200;
const keptByStorage = new Map<string, Kept>();

/**
 * All addresses of one window of time are the same, so that a document stays the same, and clients keep it. Windows take half as
 * long as addresses are good: each is good for at least that.
 * @returns null: the storage is read without keys
 */
export async function signerOf(
	storage: StoredStorageRow,
	{ now = Date.now(), access = storageAccess(readEnv()) }: { now?: number; access?: Pick<StorageAccess, "keys"> } = {},
): Promise<HrefSigner | null> {
	const config = unsealConfig(storage, storage.sealed === null ? [] : await access.keys());
	if (config.type !== "s3" || config.sign === undefined) return null;
	const key = JSON.stringify([storage.id, storage.config, storage.sealed]);
	const known = keptByStorage.get(key);
	const kept: Kept =
		known !== undefined && known.until > now ? known : { credentials: credentialsFor(config), until: now + keptMs };
	keptByStorage.delete(key);
	keptByStorage.set(key, kept);
	const [oldest] = keptByStorage.keys();
	if (keptByStorage.size > maxKept && oldest !== undefined) keptByStorage.delete(oldest);
	const credentials = await kept.credentials.catch((error: unknown) => {
		keptByStorage.delete(key);
		throw error;
	});
	if (credentials === null) return null;
	if (kept !== known && credentials.expiration !== undefined) {
		const expires = credentials.expiration.getTime();
		kept.until = Math.min(kept.until, Math.max(now + leastKeptMs, expires - renewedMs));
	}
	const { sign: seconds, region } = config;
	const windowMs = Math.floor(seconds / 2) * 1000;
	const at = new Date(Math.floor(now / windowMs) * windowMs);
	const end = Math.min(at.getTime() + seconds * 1000, credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY);
	const expires = new Date(end).toISOString();
	return (path) => ({
		href: presign(objectUrl(config, keyOf(config, path)), { region, credentials, at, seconds }),
		expires,
	});
}
