import type { XmlElement } from "#lib/metadata/metadata.ts";

/**
 * The elements at a path of local names, in document order: `procedure|using/Equipment` is `Equipment` in `procedure` or
 * in `using`. Prefixes and namespaces below the root differ by version and profile of a schema; its local names do not.
 */
export function elementsAt(root: XmlElement, path: string): readonly XmlElement[] {
	let elements: readonly XmlElement[] = [root];
	for (const names of stepsOf(path)) {
		const below: XmlElement[] = [];
		for (const { children } of elements) {
			for (const child of children) if (names.includes(child.name)) below.push(child);
		}
		elements = below;
	}
	return elements;
}

/** Paths are those of the readers' tables: few, and asked for in every document. */
const stepsByPath = new Map<string, readonly (readonly string[])[]>();

function stepsOf(path: string): readonly (readonly string[])[] {
	const known = stepsByPath.get(path);
	if (known !== undefined) return known;
	const steps = path.split("/").map((step) => step.split("|"));
	stepsByPath.set(path, steps);
	return steps;
}

/** The first text at the path that is not blank, white space around it removed; null if there is none. */
export function textAt(root: XmlElement, path: string): string | null {
	for (const { text } of elementsAt(root, path)) {
		const trimmed = text.trim();
		if (trimmed !== "") return trimmed;
	}
	return null;
}
