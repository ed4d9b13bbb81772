/** The names in a path of a storage, archive or product; `/` separates them. */

/** The last name of a path; `""` for the root. */
export function baseName(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder a path is in; `""` for those at the root, and for the root. */
export function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The name without its last extension; a name that begins with its only dot has none. */
export function stemOf(name: string): string {
	const dot = name.lastIndexOf(".");
	return dot > 0 ? name.slice(0, dot) : name;
}
