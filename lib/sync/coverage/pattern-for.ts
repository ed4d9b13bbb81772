import type { PatternReach } from "#lib/catalog/coverage/coverage-views.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { literalGlob } from "#lib/patterns/intersect-globs.ts";
import { pathBelow } from "#lib/storage/path.ts";

/**
 * A source's pattern for a file, for the files of its kind in its folder, or for all of its kind in the folder and below.
 * @param root of the source; @returns null where the file is not below it
 */
export function patternFor(path: string, root: string, reach: PatternReach): string | null {
	const folder = pathBelow(root, folderOf(path));
	if (folder === null) return null;
	const name = baseName(path);
	const last = reach === "file" ? literalGlob(name) : `*${literalGlob(endingOf(name))}`;
	if (folder === "") return onOneLine(last);
	return onOneLine(`${literalGlob(folder)}/${reach === "below" ? "**/" : ""}${last}`);
}

/** With its dot; `""`: none. */
function endingOf(name: string): string {
	const dot = name.lastIndexOf(".");
	return dot > 0 ? name.slice(dot) : "";
}

/** Forms have a pattern in each line, without blanks at either end: `?` stands for what cannot be there. */
function onOneLine(pattern: string): string {
	return pattern.replace(/[\r\n]|^\s|\s$/g, "?");
}
