/** Whether a folder is `above`, or below it; the top folder, empty, is above all. */
export function isWithin(folder: string, above: string): boolean {
	return folder === above || isBelow(folder, above);
}

export function isBelow(folder: string, above: string): boolean {
	return folder !== above && (above === "" || folder.startsWith(`${above}/`));
}

/** The folders above one: `a` and `a/b` of `a/b/c`. */
export function ancestorsOf(folder: string): readonly string[] {
	const names = folder.split("/");
	return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}
