"use client";

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type ActiveLine, activeNow } from "#components/virtual-list/active-line.ts";
import { type KeyLine, treeMove } from "./tree-keys.ts";

/** A line of a tree of folders: a folder, the rest of a long list of them, or what is still on its way, which is no line to go to. */
type Line = KeyLine & { readonly kind: "folder" | "more" | "waiting" };
type Item<L extends Line> = Exclude<L, { readonly kind: "waiting" }>;

interface TreeKeysOptions<L extends Line> {
	readonly lines: readonly L[];
	readonly keyOf: (line: L | undefined) => string;
	/** The key of the line that Tab reaches first. */
	readonly first: string;
	readonly onChoose: (item: Item<L>) => void;
	readonly onOpen: (item: Item<L>, isOpen: boolean) => void;
	/** A key that means something at a line of this tree alone. Returns whether it does. */
	readonly onOtherKey?: (key: string, item: Item<L> | undefined) => boolean;
}

/** The line of a tree that the keyboard is at, and what keys do there. */
export function useTreeKeys<L extends Line>(options: TreeKeysOptions<L>) {
	const { lines, keyOf, first, onChoose, onOpen, onOtherKey } = options;
	const [line, setLine] = useState<ActiveLine>({ index: 0, key: first });
	const tree = useRef<HTMLDivElement>(null);
	const wantsFocus = useRef(false);
	const items = lines.filter((one): one is Item<L> => one.kind !== "waiting");
	const active = activeNow(line, items.length, (index) => keyOf(items[index])).index;

	useEffect(() => {
		if (!wantsFocus.current) return;
		wantsFocus.current = false;
		tree.current?.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")?.focus();
	});

	function reach(item: Item<L>) {
		setLine({ index: items.indexOf(item), key: keyOf(item) });
	}
	function choose(item: Item<L>) {
		reach(item);
		onChoose(item);
	}
	function onKeyDown(event: KeyboardEvent) {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		// Controls inside a line have keys of their own.
		if ((event.target as HTMLElement).getAttribute("role") !== "treeitem") return;
		if (onOtherKey?.(event.key, items[active])) {
			event.preventDefault();
			return;
		}
		const move = treeMove(event.key, active, items);
		const target = move === null ? undefined : items[move.index];
		if (move === null || target === undefined) return;
		event.preventDefault();
		if (move.kind === "focus") {
			wantsFocus.current = true;
			reach(target);
		} else if (move.kind === "choose") choose(target);
		else onOpen(target, move.kind === "open");
	}

	return { tree, active: items[active], reach, choose, onKeyDown };
}
