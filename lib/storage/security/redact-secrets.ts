import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";

/**
 * The same storage, which keeps its secrets to itself whatever a server says: one that repeats a password in its refusal
 * would otherwise put it into errors, runs and logs.
 */
export function withRedactedSecrets(storage: Storage, secrets: readonly string[]): Storage {
	const hidden = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter(isTelling);
	if (hidden.length === 0) return storage;
	const hide = (text: string) => hidden.reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
	const quiet = guard(storage, hide);
	return guard(quiet, hide, {
		open: async (...options: Parameters<Storage["open"]>) => guard(await quiet.open(...options), hide),
		facts: async (...options: Parameters<Storage["facts"]>) => {
			const facts = await quiet.facts(...options);
			return { ...facts, server: facts.server === null ? null : hide(facts.server), notes: facts.notes.map(hide) };
		},
	});
}

/** What is shorter is in any sentence; to cut it out would tell it. */
const isTelling = (secret: string) => secret.length >= 4;

/** The object, whose calls throw StorageErrors with nothing hidden in them; `own` replaces some of its members. */
function guard<T extends object>(target: T, hide: (text: string) => string, own: object = {}): T {
	return new Proxy(target, {
		get(_, key) {
			const member: unknown = Reflect.get(key in own ? own : target, key);
			if (typeof member !== "function") return member;
			return async (...options: unknown[]) => {
				try {
					return await member.apply(target, options);
				} catch (error) {
					throw error instanceof StorageError ? withoutSecrets(error, hide) : error;
				}
			};
		},
	});
}

/** The cause goes with the secret: it says the same. */
function withoutSecrets(error: StorageError, hide: (text: string) => string): StorageError {
	const message = hide(error.message);
	if (message === error.message && hide(causesOf(error)) === causesOf(error)) return error;
	const { code, path, retryable } = error;
	return new StorageError(code, path, message, { retryable });
}

function causesOf({ cause }: Error): string {
	return cause instanceof Error ? `${cause.message}\n${causesOf(cause)}` : String(cause ?? "");
}
