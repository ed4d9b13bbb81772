/** Where to go after the sign-in. Client-safe. */

const home = "/";

/**
 * Returns `wanted` if it is a path of this site, else the first page. Anything that a browser could take for another
 * site's address is not (`//host`, `/\host`, control characters that it drops).
 */
export function safeReturnPath(wanted: unknown): string {
	if (typeof wanted !== "string" || wanted.length > 2000 || !/^\/(?![/\\])/.test(wanted)) return home;
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
	if (/[\u0000-\u001f\u007f\\]/.test(wanted)) return home;
	const base = "http://this.invalid";
	if (!URL.canParse(wanted, base)) return home;
	const { origin, pathname, search } = new URL(wanted, base);
	if (origin !== base || pathname.startsWith("//") || publicPages.includes(pathname) || pathname.startsWith("/api/"))
		return home;
	return `${pathname}${search}`;
}

/** The pages that are shown to those who have not signed in. */
export const publicPages: readonly string[] = ["/sign-in", "/set-up"];

/** The sign-in page, which leads back to `path`. */
export function signInPath(path: string): string {
	const back = safeReturnPath(path);
	return back === home ? "/sign-in" : `/sign-in?${new URLSearchParams({ next: back })}`;
}
