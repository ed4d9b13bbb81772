import { unstorableIn } from "#lib/catalog/storable.ts";

/** Whether a path can be decoded; else Next finds no route for it, and would answer 500. */
export function isDecodable(pathname: string): boolean {
	try {
		decodeURIComponent(pathname);
		return true;
	} catch {
		return false;
	}
}

/** Says what in an address cannot be decoded as text; null: nothing. @param pathname as the browser wrote it */
export function urlProblem({ pathname, searchParams }: Pick<URL, "pathname" | "searchParams">): string | null {
	if (!isDecodable(pathname))
		return "its path is not valid: % must be followed by two hexadecimal digits, together UTF-8";
	for (const text of [decodeURIComponent(pathname), ...[...searchParams].flat()]) {
		const what = unstorableIn(text);
		if (what !== null) return `it holds ${what}`;
	}
	return null;
}
