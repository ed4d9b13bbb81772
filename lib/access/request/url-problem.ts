import { unstorableIn } from "#lib/catalog/storable.ts";

/** Says what in an address cannot be decoded as text; null: nothing. @param pathname as the browser wrote it */
export function urlProblem({ pathname, searchParams }: Pick<URL, "pathname" | "searchParams">): string | null {
	let path: string;
	try {
		path = decodeURIComponent(pathname);
	} catch {
		return "its path is not valid: % must be followed by two hexadecimal digits, together UTF-8";
	}
	for (const text of [path, ...[...searchParams].flat()]) {
		const what = unstorableIn(text);
		if (what !== null) return `it holds ${what}`;
	}
	return null;
}
