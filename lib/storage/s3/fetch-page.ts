import {
	ListObjectsV2Command,
	type ListObjectsV2CommandInput,
	type ListObjectsV2CommandOutput,
} from "@aws-sdk/client-s3";
import { StorageError } from "#lib/errors.ts";
import type { S3Call, S3Calls } from "./client.ts";
import { type BucketPage, isArchiveClass, readPage } from "./page.ts";

export interface PageRequest {
	readonly bucket: string;
	readonly requesterPays: boolean;
	/** What keys begin with, `""` or ending in `/`. */
	readonly prefix: string;
	/** `/`: what is directly below the prefix, folders as common prefixes. Left out: all keys, in order. */
	readonly delimiter?: "/";
	/** Keys that come after this one. */
	readonly after?: string | undefined;
	/** The page that follows another one (its `next`). */
	readonly token?: string | undefined;
}

/** 1,000 keys of 1,024 bytes, percent-encoded, are 3 MB. */
const bytesAtMost = 16 * 1024 * 1024;
const nothing = Buffer.from("<ListBucketResult/>");

/**
 * One page of a listing, at most 1,000 keys, decoded; one request.
 * @throws StorageError also when the page is not what it says it is: half a listing would look like a removal.
 */
export async function fetchPage(calls: S3Calls, asked: PageRequest, call: S3Call): Promise<BucketPage> {
	if (calls.tellsRestores !== true) {
		const page = await requestPage(calls, asked, call);
		const isAsked =
			calls.tellsRestores === null && page.objects.some(({ storageClass }) => isArchiveClass(storageClass));
		if (!isAsked) return page;
		calls.tellsRestores = true;
	}
	try {
		return await requestPage(calls, asked, call);
	} catch (error) {
		if (!(error instanceof StorageError) || error.code === "timeout") throw error;
		// Other servers than Amazon's may not know the question; it is asked only where something is archived.
		calls.tellsRestores = false;
		return requestPage(calls, asked, call);
	}
}

async function requestPage(calls: S3Calls, asked: PageRequest, { path, signal }: S3Call): Promise<BucketPage> {
	const { bucket, prefix, delimiter, after, token, requesterPays } = asked;
	const input: ListObjectsV2CommandInput = {
		Bucket: bucket,
		Prefix: prefix,
		EncodingType: "url",
		...(delimiter === undefined ? {} : { Delimiter: delimiter }),
		...(after === undefined || token !== undefined ? {} : { StartAfter: after }),
		...(token === undefined ? {} : { ContinuationToken: token }),
		...(requesterPays ? { RequestPayer: "requester" } : {}),
		...(calls.tellsRestores === true ? { OptionalObjectAttributes: ["RestoreStatus"] } : {}),
	};
	const page = await calls.run({ path, signal }, async ({ client, abortSignal }) => {
		const command = new ListObjectsV2Command(input);
		let read: BucketPage | null = null;
		// The SDK's parser takes longer than everything else together, so that it gets only what `readPage` cannot read.
		command.middlewareStack.add(
			(next) => async (args) => {
				const result = await next(args);
				const response = result.response as { statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array };
				read = null;
				if (response.statusCode !== 200) return result;
				const bytes = await collected(response.body as AsyncIterable<Uint8Array>, path);
				read = readPage(bytes.toString());
				response.body = read === null ? bytes : nothing;
				return result;
			},
			{ step: "deserialize", priority: "low", name: "eosyncReadPage" },
		);
		const output = await client.send(command, { abortSignal });
		return read ?? pageOf(output);
	});
	assertWhole(page, asked, path);
	return page.isEncoded ? decoded(page) : page;
}

async function collected(body: AsyncIterable<Uint8Array>, path: string): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		length += chunk.length;
		if (length > bytesAtMost) throw damaged(path, "does not end");
		chunks.push(chunk);
	}
	return Buffer.concat(chunks, length);
}

function pageOf(output: ListObjectsV2CommandOutput): BucketPage {
	return {
		objects: (output.Contents ?? []).map(({ Key = "", Size, LastModified, ETag, StorageClass, RestoreStatus }) => ({
			...{ key: Key, size: Size, modified: LastModified?.getTime() ?? Number.NaN, etag: ETag },
			storageClass: StorageClass,
			...(RestoreStatus?.IsRestoreInProgress === false && RestoreStatus.RestoreExpiryDate !== undefined
				? { isRestored: true }
				: {}),
		})),
		prefixes: (output.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix),
		keyCount: output.KeyCount,
		isTruncated: output.IsTruncated,
		next: output.NextContinuationToken,
		isEncoded: output.EncodingType === "url",
	};
}

function assertWhole(
	{ keyCount, objects, prefixes, isTruncated, next }: BucketPage,
	{ token }: PageRequest,
	path: string,
): void {
	if (isTruncated === undefined) throw damaged(path, "does not say whether it is complete");
	const held = objects.length + prefixes.length;
	if (keyCount !== undefined && keyCount !== held) throw damaged(path, `announces ${keyCount} keys and holds ${held}`);
	if (isTruncated && (next ?? token) === token) throw damaged(path, "has no next page");
}

function decoded(page: BucketPage): BucketPage {
	const objects = page.objects.map((object) => {
		const key = decodeKey(object.key);
		return key === object.key ? object : { ...object, key };
	});
	return { ...page, objects, prefixes: page.prefixes.map(decodeKey) };
}

/** `encoding-type=url` writes spaces as `+`, and everything XML cannot hold as its bytes. */
function decodeKey(key: string): string {
	if (!/[%+]/.test(key)) return key;
	try {
		return decodeURIComponent(key.replaceAll("+", " "));
	} catch {
		// Not UTF-8: with a character no path has, so that it is reported.
		return `${key}\0`;
	}
}

function damaged(path: string, what: string): StorageError {
	const message = `The server's listing ${what}; nothing of it is used. Run again, or check the server.`;
	return new StorageError("io", path, message, { retryable: true });
}
