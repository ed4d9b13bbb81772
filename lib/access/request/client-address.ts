import { isIP } from "node:net";

/**
 * The address a request comes from. Of `X-Forwarded-For` only what our own proxies wrote is believed: each appends the
 * address it serves, so with one proxy it is the last entry. `peer` is who connected to us.
 */
export function clientAddress(
	peer: string | undefined,
	forwardedFor: string | undefined,
	proxies: number,
): string | null {
	const claimed = (forwardedFor ?? "").split(",").map((entry) => plain(entry.trim()));
	const candidate = proxies === 0 ? plain(peer ?? "") : (claimed.at(-proxies) ?? "");
	if (isIP(candidate) !== 0) return candidate;
	return peer !== undefined && isIP(plain(peer)) !== 0 ? plain(peer) : null;
}

/** Without brackets and port, and IPv4 as such: `::ffff:192.0.2.1`, `[2001:db8::1]:443`. */
function plain(address: string): string {
	const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
	return bare.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
}
