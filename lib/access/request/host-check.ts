/** What tells whom a request was meant for. */
export interface AddressedRequest {
	readonly host: string | null;
	readonly pathname: string;
	readonly authorization: string | null;
}

/** Where the dashboard is: `url` for its users (null: at the address they call), `listen` its own end. */
export interface DashboardPlace {
	readonly url: string | null;
	readonly listen: string;
}

/**
 * Whether a request was meant for another host. A page of a name that leads here, to loopback most of all, could read
 * everything with the reader's browser (DNS rebinding). Where users reach the dashboard is known: by that host only. Else,
 * while it listens on loopback, by loopback names only. What asks for health, or brings a token, is no browser.
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

/** As a URL has it: in small letters, without the port that the protocol has anyway. */
function hostOf(host: string | null, protocol: string): string | null {
	const text = `${protocol}//${host}`;
	return host !== null && URL.canParse(text) ? new URL(text).host : null;
}

function isLoopbackHost(host: string | null): boolean {
	const text = `http://${host}`;
	return host !== null && URL.canParse(text) && isLoopbackName(new URL(text).hostname);
}

function isLoopbackName(name: string): boolean {
	return /^(?:(?:[\w-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]?)$/i.test(
		name,
	);
}
