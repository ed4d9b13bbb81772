/** The parts of a request that show which host it was meant for. */
export interface AddressedRequest {
	readonly host: string | null;
	readonly pathname: string;
	readonly authorization: string | null;
}

/** Where the dashboard is: `url` is its public address (null: the address that users call), `listen` the address it listens on. */
export interface DashboardPlace {
	readonly url: string | null;
	readonly listen: string;
}

/**
 * Whether a request was meant for another host. A page whose host name resolves to this machine, loopback most of all, could read
 * everything through the user's browser (DNS rebinding). When the public address is known, only its host is accepted. Otherwise,
 * while the dashboard listens on loopback, only loopback names are. Health checks and requests with a token do not come from browsers.
 */
export function isMisdirected(
	{ host, pathname, authorization }: AddressedRequest,
	{ url, listen }: DashboardPlace,
): boolean {
	if (pathname === "/api/health" || pathname === "/api/ready") return false;
	if (/^Bearer +\S/i.test(authorization ?? "")) return false;
	if (pathname === "/api/metrics") return !isLoopbackHost(host);
	if (url !== null) return hostOf(host, new URL(url).protocol) !== new URL(url).host;
	return isLoopbackName(listen) && !isLoopbackHost(host);
}

/** The host as in a URL: in lower case, without the protocol's default port. */
function hostOf(host: string | null, protocol: string): string | null {
	const text = `${protocol}//${host}`;
	return host !== null && URL.canParse(text) ? new URL(text).host : null;
}

export function isLoopbackHost(host: string | null): boolean {
	const text = `http://${host}`;
	return host !== null && URL.canParse(text) && isLoopbackName(new URL(text).hostname);
}

function isLoopbackName(name: string): boolean {
	return /^(?:(?:[\w-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]?)$/i.test(
		name,
	);
}
