import { StorageError } from "#lib/errors.ts";
import type { Listing, Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";

/**
 * Wraps a storage so that its secrets do not appear in anything a server says: a server that repeats a password in its refusal
 * would otherwise put it into errors, runs and logs.
 */
export function withRedactedSecrets(storage: Storage, secrets: readonly string[]): Storage {
	const hidden = secrets
		.flatMap((secret) => [secret, encodeURIComponent(secret)])
		.filter((secret) => secret.length >= minSecretLength);
	if (hidden.length === 0) return storage;
	const hide = (text: string) => hidden.reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
	return wrapStorage(storage, {
		async call({ operation }, run) {
			try {
				const result = await run();
				return operation === "facts" || operation === "list" ? hideInSentences(result, hide) : result;
			} catch (error) {
				throw error instanceof StorageError ? withoutSecrets(error, hide) : error;
			}
		},
	});
}

/** Shorter secrets occur in ordinary text; masking them would reveal them. */
const minSecretLength = 4;

/** Facts and listings hold what a server said under these names; everything else in them is names and numbers. */
function hideInSentences<T>(result: T, hide: (text: string) => string): T {
	if (typeof result !== "object" || result === null) return result;
	const hidden = Object.entries(result).map(([key, value]): [string, unknown] => {
		if (key === "server" && typeof value === "string") return [key, hide(value)];
		if (key === "notes") return [key, (value as readonly string[]).map(hide)];
		if (key !== "unclear") return [key, value];
		const unclear = value as Listing["unclear"];
		return [key, unclear.map((one) => ({ ...one, message: hide(one.message) }))];
	});
	return Object.fromEntries(hidden) as T;
}

/** Drops the cause as well, because it says the same. */
function withoutSecrets(error: StorageError, hide: (text: string) => string): StorageError {
	const message = hide(error.message);
	if (message === error.message && hide(causesOf(error)) === causesOf(error)) return error;
	const { code, path, retryable } = error;
	return new StorageError(code, path, message, { retryable });
}

function causesOf({ cause }: Error): string {
	return cause instanceof Error ? `${cause.message}\n${causesOf(cause)}` : String(cause ?? "");
}
