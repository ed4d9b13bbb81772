/** The parts of a request that show which site made it. */
export interface RequestOrigin {
	readonly method: string;
	/** The headers of these names. */
	readonly origin: string | null;
	readonly fetchSite: string | null;
	readonly host: string | null;
	/** The request is for a route, not a page: no link leads there. */
	readonly isRoute: boolean;
	/** The request carries a credential that browsers do not add by themselves. */
	readonly hasToken: boolean;
}

/**
 * Whether another site's page made this request with the user's cookies: then it is refused. `url` is our public address, null when
 * that is the address users call. Browsers send `Origin` with every request that writes; one without it does not write.
 */
export function isForeign(request: RequestOrigin, url: string | null): boolean {
	if (request.hasToken) return false;
	if (["GET", "HEAD", "OPTIONS"].includes(request.method)) {
		return request.isRoute && request.fetchSite === "cross-site";
	}
	const { origin } = request;
	if (origin === null || !URL.canParse(origin)) return true;
	return url === null ? new URL(origin).host !== request.host : origin !== new URL(url).origin;
}
