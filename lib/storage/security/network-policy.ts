import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { StorageError } from "#lib/errors.ts";

/** Which addresses remote storages may be at. */
export interface NetworkPolicy {
	/** Hosts, as configurations name them, that are always allowed. */
	readonly allowedHosts: readonly string[];
}

/**
 * Addresses of this machine and of its link, where a server that is asked to fetch things finds what was not meant for
 * it: loopback, unspecified, link-local (with the clouds' metadata services), and the same as IPv4-mapped IPv6.
 */
const forbidden = new BlockList();
forbidden.addSubnet("0.0.0.0", 8, "ipv4");
forbidden.addSubnet("127.0.0.0", 8, "ipv4");
forbidden.addSubnet("169.254.0.0", 16, "ipv4");
forbidden.addAddress("::", "ipv6");
forbidden.addAddress("::1", "ipv6");
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addAddress("fd00:ec2::254", "ipv6");

/**
 * The `lookup` of a connection that keeps the network policy: names that resolve to a forbidden address are refused when they are
 * resolved, so changing a name's address in between does not help. An address instead of a name is not looked up
 * by Node: `assertWithin` is for those. undefined network policy: everything is allowed, and this is Node's own.
 */
export function lookupWithin(network: NetworkPolicy | undefined, resolve: typeof lookup = lookup): LookupFunction {
	if (network === undefined) return resolve as LookupFunction;
	return (host, options: LookupOptions, callback) => {
		resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
			if (error) return callback(error, "", 0);
			const refused = addresses.find(({ address }) => !isAllowed(host, address, network));
			if (refused !== undefined) return callback(refusal(host, refused.address), "", 0);
			if (options.all) return callback(null, addresses);
			const [first] = addresses;
			return callback(null, first?.address ?? "", first?.family ?? 0);
		});
	};
}

/** @throws StorageError `forbidden` for a host that is a forbidden address; names are checked by `lookupWithin`. */
export function assertWithin(network: NetworkPolicy | undefined, host: string): void {
	const address = host.replace(/^\[(.*)\]$/, "$1");
	if (network !== undefined && isIP(address) !== 0 && !isAllowed(host, address, network)) throw refusal(host, address);
}

function isAllowed(host: string, address: string, { allowedHosts }: NetworkPolicy): boolean {
	if (allowedHosts.includes(host) || allowedHosts.includes(address)) return true;
	return !forbidden.check(address, isIP(address) === 6 ? "ipv6" : "ipv4") && !isOwn(address);
}

/** An address of one of this machine's interfaces, as they are now. */
function isOwn(address: string): boolean {
	const own = new BlockList();
	for (const each of Object.values(networkInterfaces()).flat())
		if (each !== undefined) own.addAddress(each.address, each.family === "IPv6" ? "ipv6" : "ipv4");
	return own.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function refusal(host: string, address: string): StorageError {
	const at = host === address ? host : `${host} (${address})`;
	return new StorageError(
		"forbidden",
		"",
		`${at} is an address of this machine or of its local link; add the host to EOSYNC_ALLOWED_HOSTS to allow it.`,
	);
}
