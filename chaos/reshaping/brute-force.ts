import type { SourceInput } from "#lib/catalog/inputs.ts";

/** Which files sources look for, by regular expressions made of their patterns, without the engine's own matching. */

type Rules = Pick<SourceInput, "path" | "include" | "exclude">;

export function looksFor(sources: readonly Rules[], path: string): boolean {
	return sources.some(({ path: root, include, exclude }) => {
		const below = root === "" ? path : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
		const fits = (pattern: string) => below !== null && fitsGlob(pattern, below);
		return include.some(fits) && !exclude.some(fits);
	});
}

/** A pattern without a slash matches the name, in any folder. */
export function fitsGlob(pattern: string, below: string): boolean {
	const tested = pattern.includes("/") ? below : below.slice(below.lastIndexOf("/") + 1);
	return expressionOf(pattern).test(tested);
}

const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
	const known = expressions.get(pattern);
	if (known) return known;
	const parts: string[] = [];
	let depth = 0;
	for (let at = 0; at < pattern.length; at += 1) {
		const character = pattern[at] ?? "";
		if (character === "\\") parts.push(literal(pattern[++at] ?? ""));
		else if (pattern.startsWith("**/", at)) {
			parts.push("(?:[^/]+/)*");
			at += 2;
		} else if (pattern.startsWith("**", at)) {
			parts.push(".+");
			at += 1;
		} else if (character === "*") parts.push("[^/]*");
		else if (character === "?") parts.push("[^/]");
		else if (character === "[") {
			const end = pattern.indexOf("]", at + 2);
			parts.push(pattern.slice(at, end + 1));
			at = end;
		} else if (character === "{") {
			depth += 1;
			parts.push("(?:");
		} else if (character === "}" && depth > 0) {
			depth -= 1;
			parts.push(")");
		} else if (character === "," && depth > 0) parts.push("|");
		else parts.push(literal(character));
	}
	const made = new RegExp(`^${parts.join("")}$`, "su");
	expressions.set(pattern, made);
	return made;
}

function literal(character: string): string {
	return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
