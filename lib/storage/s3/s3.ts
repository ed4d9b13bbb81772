import { HeadObjectCommand, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import type { S3Config } from "#lib/storage/config.ts";
import { limitsOf } from "#lib/storage/flow-control/rate-limiter.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { byName, normalisePath } from "#lib/storage/path.ts";
import type { NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import type {
	AccessOptions,
	Entry,
	Lister,
	Listing,
	ListOptions,
	OpenFile,
	Storage,
	StorageFacts,
	Unclear,
} from "#lib/storage/storage.ts";
import { S3Calls } from "./client.ts";
import { archivedError } from "./errors.ts";
import { fetchPage } from "./fetch-page.ts";
import { S3File } from "./file.ts";
import { type FoundKeys, type KeyScope, listKeys, objectEntry } from "./list.ts";
import { isArchiveClass } from "./page.ts";
import { S3Prefetch } from "./prefetch.ts";

/**
 * A bucket, or the keys below one prefix in it. Object stores have no folders: the part of a key before a `/` is
 * a folder as long as such a key exists. There are no symbolic links.
 */
export class S3Storage implements Storage {
	readonly type = "s3";
	readonly timeGrain = 1_000_000;
	readonly parallel: number;
	readonly #config: S3Config;
	readonly #calls: S3Calls;

	constructor(config: S3Config, { network }: { readonly network?: NetworkPolicy | undefined } = {}) {
		const limits = limitsOf(config, { parallel: 24 });
		this.parallel = limits.parallel;
		this.#config = config;
		this.#calls = new S3Calls(config, limits, network);
	}

	async list(path: string, options: ListOptions): Promise<Listing> {
		return this.#list(path, options, null);
	}

	startWalk(): Lister {
		// Directory buckets list in no order.
		if (this.#config.bucket.endsWith("--x-s3")) return this;
		const prefetch = new S3Prefetch(this.#calls, this.#keysOf(""));
		return { list: (path, options) => this.#list(path, options, prefetch) };
	}

	async #list(
		text: string,
		{ knownDigest = null, wasThere, signal }: ListOptions,
		prefetch: S3Prefetch | null,
	): Promise<Listing> {
		signal.throwIfAborted();
		const path = normalisePath(text);
		const prefetched = (await prefetch?.take(path, signal)) ?? null;
		const found = prefetched ?? (await this.#fetchListing(path, { wasThere, signal }));
		if (prefetched === null) prefetch?.listed(path, found, signal);
		const folders = [...found.folders].sort();
		const files = [...found.files].sort(byName);
		const digest = digestOf(folders, files);
		return { digest, folders, files: digest === knownDigest ? null : files, unclear: found.unclear };
	}

	async #fetchListing(
		path: string,
		{ wasThere, signal }: { readonly wasThere: ListOptions["wasThere"] | undefined; readonly signal: AbortSignal },
	): Promise<FoundKeys> {
		const keys = this.#keysOf(path);
		const found = await listKeys(this.#calls, keys, { path, signal });
		// An empty bucket is an empty folder; a prefix no key begins with was emptied, or may be a slip of the pen.
		if (found === null && keys.prefix !== "" && !(await wasThere?.()))
			throw new StorageError(
				"not-found",
				path,
				`No key begins with ${keys.prefix} in s3://${keys.bucket}; check prefix and path.`,
			);
		return found ?? { folders: [], files: [], unclear: [] };
	}

	#keysOf(path: string): KeyScope {
		const { bucket, requesterPays } = this.#config;
		const key = this.#keyOf(path);
		return { bucket, requesterPays, prefix: key === "" ? "" : `${key}/` };
	}

	async stat(text: string, { signal }: AccessOptions): Promise<Entry | null> {
		const path = normalisePath(text);
		const head = await this.#head(path, signal);
		if (head === null) return null;
		const { ContentLength: size, LastModified, ETag: etag, StorageClass: storageClass } = head;
		const isRestored = isArchiveClass(storageClass) && !isArchived(head);
		const modified = LastModified?.getTime() ?? Number.NaN;
		return this.#sound(objectEntry(baseName(path), { size, modified, etag, storageClass, isRestored }), path);
	}

	async open(text: string, { signal }: AccessOptions): Promise<OpenFile> {
		const path = normalisePath(text);
		const head = await this.#head(path, signal);
		const { bucket, requesterPays } = this.#config;
		if (head === null)
			throw new StorageError(
				"not-found",
				path,
				`There is no object s3://${bucket}/${this.#keyOf(path)} (any more); run again.`,
			);
		if (isArchived(head)) throw archivedError(path, `s3://${bucket}/${this.#keyOf(path)}`);
		const facts = { size: head.ContentLength, modified: Number.NaN, etag: undefined };
		const { size } = this.#sound(objectEntry(baseName(path), facts), path);
		return new S3File(this.#calls, { path, bucket, key: this.#keyOf(path), size, etag: head.ETag, requesterPays });
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		await this.list("", { symlinks: "skip", signal });
		const { endpoint, requesterPays } = this.#config;
		const notes = [
			"An object store has no folders: one whose last object was removed is gone.",
			...(requesterPays ? ["Requester pays: you pay for every request and every byte."] : []),
			...(endpoint?.startsWith("http:") ? ["The connection is not encrypted."] : []),
		];
		return { server: this.#calls.server, times: "exact", versions: true, ranges: true, notes };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#calls[Symbol.asyncDispose]();
	}

	#sound(found: Entry | Unclear, path: string): Entry {
		if (!("message" in found)) return found;
		throw new StorageError(
			found.code,
			path,
			`The server of s3://${this.#config.bucket}/${this.#keyOf(path)}: ${found.message}`,
		);
	}

	#keyOf(path: string): string {
		const { prefix } = this.#config;
		return prefix === "" || path === "" ? prefix + path : `${prefix}/${path}`;
	}

	/** null: there is no object with that key. */
	async #head(path: string, signal: AbortSignal): Promise<HeadObjectCommandOutput | null> {
		signal.throwIfAborted();
		if (path === "") return null;
		const { bucket, requesterPays } = this.#config;
		const payer = requesterPays ? ({ RequestPayer: "requester" } as const) : {};
		const command = new HeadObjectCommand({ Bucket: bucket, Key: this.#keyOf(path), ...payer });
		try {
			return await this.#calls.run({ path, signal }, ({ client, abortSignal }) =>
				client.send(command, { abortSignal }),
			);
		} catch (error) {
			if (!(error instanceof StorageError) || error.code !== "not-found") throw error;
			await this.#requireBucket(path, signal);
			return null;
		}
	}

	/** HEAD has one answer, 404, for a key and for a bucket that are not there. @throws StorageError */
	async #requireBucket(path: string, signal: AbortSignal): Promise<void> {
		const { bucket } = this.#config;
		try {
			await fetchPage(this.#calls, { ...this.#keysOf(path), delimiter: "/" }, { path, signal });
		} catch (error) {
			if (!(error instanceof StorageError) || error.code !== "not-found") throw error;
			throw new StorageError(
				"unreachable",
				path,
				`The bucket ${bucket} does not exist, or was removed; check its name.`,
				{
					cause: error,
				},
			);
		}
	}
}

/** In an archive class or tier, and not restored for the time being. */
function isArchived({ StorageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): boolean {
	const isRestored = /ongoing-request="false"/.test(Restore ?? "");
	return (isArchiveClass(StorageClass) || ArchiveStatus !== undefined) && !isRestored;
}
