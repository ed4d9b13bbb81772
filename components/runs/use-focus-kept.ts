"use client";

import { useLayoutEffect } from "react";

/** The element that says how a run stands. */
export const runSentenceId = "run-sentence";

/**
 * For what disappears once it was used: the focus, which goes with it, continues at the sentence that says what came of it.
 * Else the keyboard would begin at the top of the page again.
 */
export function useFocusKept(): void {
	useLayoutEffect(
		() => () => {
			if (document.activeElement === document.body) return;
			// A dialog that closes as well gives the focus back first.
			requestAnimationFrame(() => {
				if (document.activeElement === document.body) document.getElementById(runSentenceId)?.focus();
			});
		},
		[],
	);
}
