import { StorageError } from "#lib/errors.ts";
import { assertWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";

/** The host, or the folder of the Unix socket, that a target's address leads to. */
export function targetHost(url: string): string {
	const { hostname, searchParams } = new URL(url);
	const given = searchParams.get("host");
	return given !== null && given !== "" ? given : hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * @throws StorageError `forbidden` when the address is out of bounds, as that of a storage would be. A name is looked up, and bounded, when a
 * connection is made.
 */
export function requireTargetHost(url: string, network: NetworkPolicy | undefined): void {
	const host = targetHost(url);
	if (!host.startsWith("/")) {
		assertWithin(network, host);
		return;
	}
	if (network === undefined || network.allowedHosts.includes(host) || network.allowedHosts.includes("localhost"))
		return;
	throw new StorageError(
		"forbidden",
		"",
		`${host} is a socket of this machine; add it, or localhost, to EOSYNC_ALLOWED_HOSTS to allow it.`,
	);
}
