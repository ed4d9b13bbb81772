"use client";

import { useEffect, useRef } from "react";

type Shortcuts = Readonly<Record<string, () => void>>;

/**
 * Single keys by `KeyboardEvent.key`; `Ctrl+k` means Ctrl or, on a Mac, Command. Single keys rest while something is
 * typed or a dialog or menu is open. The newest hook with a key wins.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
	const latest = useRef(shortcuts);
	useEffect(() => {
		latest.current = shortcuts;
	});
	useEffect(() => {
		function onKeyDown(event: KeyboardEvent) {
			if (event.defaultPrevented || event.altKey) return;
			const held = event.ctrlKey || event.metaKey;
			if (!held && isBusy(event.target)) return;
			const action = latest.current[held ? `Ctrl+${event.key.toLowerCase()}` : event.key];
			if (!action) return;
			event.preventDefault();
			action();
		}
		document.addEventListener("keydown", onKeyDown);
		return () => document.removeEventListener("keydown", onKeyDown);
	}, []);
}

function isBusy(target: EventTarget | null): boolean {
	if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], [role=menu]"))
		return true;
	return document.querySelector("[role=dialog], [role=menu]") !== null;
}
