"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import { type ActiveLine, activeNow } from "./active-line.ts";

interface VirtualListOptions {
	readonly count: number;
	/** Something else is shown: begin at the top again. */
	readonly resetOn: string;
	readonly keyOf: (index: number) => string | number;
}

const lineHeight = 32;

/**
 * Virtual lines of a list with one of them active. `j k`, arrows, Home, End and Page keys move; the active line's
 * `[data-line]` element takes the focus.
 */
export function useVirtualList({ count, resetOn, keyOf }: VirtualListOptions) {
	const scroller = useRef<HTMLDivElement>(null);
	const [line, setLine] = useState<ActiveLine | null>(null);
	const now = line === null ? null : activeNow(line, count, keyOf);
	if (now !== null && (now.index !== line?.index || now.key !== line.key)) setLine(now);
	const active = now?.index ?? null;
	const setActive = useCallback((index: number) => setLine({ index, key: null }), []);
	const wantsFocus = useRef(false);
	const virtualizer = useVirtualizer({
		count,
		getScrollElement: () => scroller.current,
		estimateSize: () => lineHeight,
		getItemKey: keyOf,
		overscan: 12,
		// The header scrolls with the rows and stands on them.
		scrollMargin: lineHeight,
		scrollPaddingStart: lineHeight,
		// The line that Tab reaches is always there, however far it was scrolled away.
		rangeExtractor: (range) => {
			const seen = defaultRangeExtractor(range);
			const kept = Math.min(active ?? 0, count - 1);
			return kept < 0 || seen.includes(kept) ? seen : [...seen, kept].toSorted((a, b) => a - b);
		},
	});

	// biome-ignore lint/correctness/useExhaustiveDependencies: what it begins with is the trigger
	useEffect(() => {
		setLine(null);
		scroller.current?.scrollTo({ top: 0 });
	}, [resetOn]);

	// A line that was far away exists only some renderings after it was scrolled to.
	useEffect(() => {
		if (!wantsFocus.current) return;
		const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"] [data-line]`);
		if (element === null || element === undefined) return;
		wantsFocus.current = false;
		element.focus({ preventScroll: true });
	});

	function go(index: number, focus = true) {
		if (count === 0) return;
		const target = Math.min(Math.max(index, 0), count - 1);
		wantsFocus.current = focus;
		setActive(target);
		virtualizer.scrollToIndex(target, { align: "auto" });
	}
	const current = active ?? -1;
	useShortcuts({ j: () => go(current + 1), k: () => go(current - 1) });

	function onKeyDown(event: KeyboardEvent) {
		const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? lineHeight) / lineHeight) - 2);
		const step = stepOf(event.key, page);
		if (step === null || event.ctrlKey || event.metaKey || event.altKey) return;
		if (!(event.target as HTMLElement).hasAttribute("data-line")) return;
		event.preventDefault();
		go(current + step);
	}

	return {
		scroller,
		virtualizer,
		/** The line that Tab reaches: the active one, or the first. */
		active: active ?? 0,
		setActive,
		/** Index of the last line that is rendered; -1: none is. */
		lastShown: virtualizer.getVirtualItems().at(-1)?.index ?? -1,
		/** Scrolls to a line and makes it active; `focus`: moves the keyboard there too. */
		go,
		onKeyDown,
	};
}

/** How many lines a key moves; null: it does not. */
function stepOf(key: string, page: number): number | null {
	switch (key) {
		case "ArrowDown":
			return 1;
		case "ArrowUp":
			return -1;
		case "PageDown":
			return page;
		case "PageUp":
			return -page;
		case "Home":
			return Number.NEGATIVE_INFINITY;
		case "End":
			return Number.POSITIVE_INFINITY;
		default:
			return null;
	}
}
