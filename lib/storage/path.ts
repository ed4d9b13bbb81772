import { StorageError } from "#lib/errors.ts";

/**
 * The rules of storage paths, the one place that has them. A path is relative to its storage's root, its names are
 * separated by `/`, and `""` is the root itself. Every name but `.`, `..` and the empty one is possible: spaces,
 * newlines, backslashes and any Unicode are ordinary; nothing is normalised to NFC or NFD, as disks do not either.
 */

/**
 * A path as people write it (`meris`, `./meris/`, `.`) as a path of ours (`meris`, `meris`, `""`).
 * @throws StorageError `invalid-path` for an absolute path, `..`, an empty name (`a//b`), NUL, or text that has no UTF-8 form.
 */
export function normalisePath(text: string): string {
	if (text === "" || text === ".") return "";
	const refuse = (why: string) =>
		new StorageError(
			"invalid-path",
			text,
			`The path ${JSON.stringify(text)} ${why}; give one below the storage's root.`,
		);
	if (text.startsWith("/")) throw refuse("is absolute");
	if (text.includes("\0")) throw refuse("contains a NUL character");
	if (!text.isWellFormed()) throw refuse("contains half a character (a lone surrogate)");
	const names = text.split("/");
	if (names.at(-1) === "") names.pop();
	if (names.includes("")) throw refuse("contains an empty name");
	if (names.includes("..")) throw refuse("contains “..”");
	return names.filter((name) => name !== ".").join("/");
}

/**
 * The path of `name` in `folder`; either may be a path of several names, or `""`.
 * @throws StorageError `invalid-path`, as `normalisePath`.
 */
export function joinPath(folder: string, name: string): string {
	const [above, below] = [normalisePath(folder), normalisePath(name)];
	return above === "" || below === "" ? above + below : `${above}/${below}`;
}

/** `path` as seen from `folder`: `""` for the folder itself, null for what is not below it. */
export function pathBelow(folder: string, path: string): string | null {
	if (folder === "") return path;
	if (path === folder) return "";
	return path.startsWith(folder) && path[folder.length] === "/" ? path.slice(folder.length + 1) : null;
}

/** By UTF-16 code unit, as listings are sorted. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
	return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
