import { StorageError } from "#lib/errors.ts";
import type { HttpAnswer } from "./client.ts";
import type { HttpRoot } from "./root.ts";

/**
 * What a link in the index of a folder is.
 *
 * `file`, `folder`: a member, by a name directly below the folder. `unreadable`: a member whose name no path can express.
 * `self`: the folder itself, sorted or laid out otherwise, or a folder above it. `page`: the folder itself with a query that
 * may show another part of it. `mirror`: something below the folder, at another host, port or scheme. `elsewhere`: any other
 * place. `none`: no place of the web: a script, an address of mail.
 */
export type IndexLink =
	| { readonly kind: "file" | "folder"; readonly name: string }
	| { readonly kind: "unreadable" | "self" | "page" | "mirror" | "elsewhere" | "none" };

/** Keys of queries that sort an index, lay it out otherwise, or pack it, whatever their value; any other may lead to a further part of it. */
const harmlessKeys =
	/^(sort|sortby|sort_by|order|orderby|order_by|direction|asc|desc|column|col|layout|view|theme|lang|download)$/i;
/** Those of Apache and its kin are letters, and harmless only with the values that sort: `o=100` or `s=100` is where another part begins. */
const harmlessPairs = /^([nmsdo]=[ad]|c=[nmsd]|f=[0-2]|v=[01]|dir=(a|d|asc|desc|ascending|descending))$/i;

/** @param target the request line's target of the folder, with a slash at its end */
export function linkOf(
	href: string,
	{ root, target }: { readonly root: HttpRoot; readonly target: string },
): IndexLink {
	const url = URL.parse(href, root.url.origin + target);
	if (url === null || !/^(https?|ftps?):$/.test(url.protocol)) return { kind: "none" };
	const folder = segmentsOf(target);
	const segments = segmentsOf(url.pathname);
	const isBelow = folder.every((name, i) => name === segments[i]);
	const rest = isBelow ? segments.slice(folder.length) : [];
	if (url.origin !== root.url.origin) {
		// Below a server's root is every page of every other one: only what looks like a member counts there.
		const isMirror = folder.length === 0 ? rest.length === 1 : rest.length > 0;
		return { kind: isMirror ? "mirror" : "elsewhere" };
	}
	if (isBelow && rest.length === 0) {
		const pairs = [...new URLSearchParams(url.search.replaceAll(";", "&"))];
		const isHarmless = pairs.every(([key, value]) => harmlessKeys.test(key) || harmlessPairs.test(`${key}=${value}`));
		return { kind: isHarmless ? "self" : "page" };
	}
	if (!isBelow && segments.every((name, i) => name === folder[i])) return { kind: "self" };
	if (rest.length !== 1) return { kind: "elsewhere" };
	return memberOf(url.pathname);
}

function memberOf(pathname: string): IndexLink {
	const isFolder = pathname.endsWith("/");
	const written = (isFolder ? pathname.slice(0, -1) : pathname).split("/").at(-1) ?? "";
	let name: string;
	try {
		name = decodeURIComponent(written);
	} catch {
		return { kind: "unreadable" };
	}
	if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) return { kind: "unreadable" };
	return { kind: isFolder ? "folder" : "file", name };
}

/** Decoded, for comparison; what cannot be decoded stays as it is written. */
function segmentsOf(pathname: string): readonly string[] {
	const segments = pathname.split("/").slice(1);
	if (segments.at(-1) === "") segments.pop();
	return segments.map((segment) => {
		try {
			return decodeURIComponent(segment);
		} catch {
			return segment;
		}
	});
}

/** @throws StorageError for an answer that says in its headers that another page follows (RFC 8288, `Link`). */
export function assertNoNextPage({ headers }: HttpAnswer, path: string): void {
	const link = headers.link;
	const text = Array.isArray(link) ? link.join(",") : (link ?? "");
	if (/;\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)/i.test(text)) throw partError(path, "", "is one page of several");
}

/** @param what `is one page of several` */
export function partError(path: string, href: string, what: string): StorageError {
	const shown = href === "" ? "" : ` (${JSON.stringify(href.slice(0, 200))})`;
	const message = `The server's listing of ${path || "the root"} ${what}${shown}; nothing of it is used, because the files that are missing from it would look removed. Configure the server to list the whole folder, with links to its own address.`;
	return new StorageError("io", path, message);
}
