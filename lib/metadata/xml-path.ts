import type { XmlElement } from "./metadata.ts";

/**
 * The elements at a path of local names, in document order: `procedure|using/Equipment` is `Equipment` in `procedure` or
 * in `using`. Prefixes and namespaces below the root differ by version and profile of a schema; its local names do not.
 */
export function elementsAt(root: XmlElement, path: string): readonly XmlElement[] {
	let elements: readonly XmlElement[] = [root];
	for (const step of path.split("/")) {
		const names = step.split("|");
		elements = elements.flatMap(({ children }) => children.filter(({ name }) => names.includes(name)));
	}
	return elements;
}

/** The first text at the path that is not blank, white space around it removed; null if there is none. */
export function textAt(root: XmlElement, path: string): string | null {
	for (const { text } of elementsAt(root, path)) {
		const trimmed = text.trim();
		if (trimmed !== "") return trimmed;
	}
	return null;
}
