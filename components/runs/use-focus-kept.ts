"use client";

import { useLayoutEffect } from "react";

/** The element that shows the run's state. */
export const runSentenceId = "run-sentence";

/**
 * For controls that disappear after use: moves the focus to the sentence that shows the result.
 * Otherwise the keyboard would begin at the top of the page again.
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
