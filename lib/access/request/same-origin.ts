/** What tells where a request was made. */
export interface RequestOrigin {
	readonly method: string;
	/** The headers of these names. */
	readonly origin: string | null;
	readonly fetchSite: string | null;
	readonly host: string | null;
	/** It is for a route, not a page: no link leads there. */
	readonly isRoute: boolean;
	/** It brings something to sign in with that no browser adds by itself. */
	readonly hasToken: boolean;
}

/**
 * Another site's page made this request, with the user's cookies: it is refused. `url` is where users reach us, null when
 * that is at the address they call. Browsers say by `Origin` who writes; what says nothing does not write.
 */
export function isForeign(request: RequestOrigin, url: string | null): boolean {
	if (request.hasToken) return false;
	if (["GET", "HEAD", "OPTIONS"].includes(request.method)) {
		return request.isRoute && request.fetchSite === "cross-site";
	}
	const { origin } = request;
	if (origin === null || !URL.canParse(origin)) return true;
	return url === null ? new URL(origin).host !== request.host : origin !== url;
}
