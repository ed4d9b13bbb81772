/** A line of a tree, as the keyboard sees it. */
export interface KeyLine {
	/** 1: the outermost. */
	readonly level: number;
	/** null: nothing is below it. */
	readonly isOpen: boolean | null;
}

export type TreeMove =
	| { readonly kind: "focus"; readonly index: number }
	| { readonly kind: "open" | "close" | "choose"; readonly index: number };

/** What a key does at a line of a tree, by the tree pattern of the ARIA Authoring Practices; null: nothing. */
export function treeMove(key: string, index: number, lines: readonly KeyLine[]): TreeMove | null {
	const line = lines[index];
	if (line === undefined) return null;
	switch (key) {
		case "ArrowDown":
			return focus(index + 1);
		case "ArrowUp":
			return focus(index - 1);
		case "Home":
			return focus(0);
		case "End":
			return focus(lines.length - 1);
		case "ArrowRight":
			if (line.isOpen === null) return null;
			if (!line.isOpen) return { kind: "open", index };
			// What is below may still be on its way.
			return (lines[index + 1]?.level ?? 0) > line.level ? focus(index + 1) : null;
		case "ArrowLeft":
			return line.isOpen ? { kind: "close", index } : focus(lines.findLastIndex(isParent));
		case "Enter":
		case " ":
			return { kind: "choose", index };
		default:
			return null;
	}

	function focus(target: number): TreeMove | null {
		return target === index || lines[target] === undefined ? null : { kind: "focus", index: target };
	}
	function isParent(other: KeyLine, at: number): boolean {
		return at < index && other.level < (line?.level ?? 0);
	}
}
