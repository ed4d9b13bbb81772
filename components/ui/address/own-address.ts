// biome-ignore lint/style/noProcessEnv: Next writes its value into the pages when it builds them
const basePath = process.env.EOSYNC_BASE_PATH ?? "";

/** The address of one of the dashboard's own paths for what knows nothing of Next: pictures, downloads, `fetch`. Links know it. */
export function ownAddress(path: string): string {
	return `${basePath}${path}`;
}

/** Whether a path of the browser's address is that of one of the dashboard's own. Below another path the first page has no `/` at its end. */
export function isAddressOf(path: string, address: string, base = basePath): boolean {
	return address === `${base}${path}` || (path === "/" && address === base);
}

/** Leaves the page for one of the dashboard's own paths, which is loaded anew. */
export function leaveFor(path: string): void {
	window.location.assign(ownAddress(path));
}

/** The path and parameters of the page that is shown. */
export function shownPath(): string {
	return `${window.location.pathname.slice(basePath.length)}${window.location.search}`;
}
