/** Who counts as one where callers are bounded. Whoever has one address of IPv6 has 2^64 of them. */
export function networkOf({ headers }: Pick<Request, "headers">): string {
	const address = headers.get("x-eosync-address") ?? "unknown";
	return address.includes(":") ? (address.split("::", 1)[0] ?? "").split(":").slice(0, 4).join(":") : address;
}
