import { hash } from "node:crypto";
import { StorageError } from "#lib/errors.ts";

/** `SHA256:…`, as `ssh-keygen -l` prints it. @param key as the SSH protocol sends it */
export function fingerprintOf(key: Buffer): string {
	return `SHA256:${hash("sha256", key, "base64").replace(/=+$/, "")}`;
}

/**
 * Kinds of host keys, in the order in which a server is asked for them. A server has several keys, of which the one that
 * is known need not be the first.
 */
export const hostKeyKinds = [
	["ssh-ed25519"],
	["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
	["rsa-sha2-512", "rsa-sha2-256"],
] as const;

export function hostKeyError(host: string, expected: string, met: readonly string[]): StorageError {
	return new StorageError(
		"forbidden",
		"",
		`${host} does not have the host key ${expected} that was configured or seen before, but ${met.join(", ")}: it is another server, or the connection is being intercepted. If the server was reinstalled, enter its new key. No password was sent.`,
	);
}
