import { useRef } from "react";

/** For an overlay without a trigger of its own: when it closes, the focus goes back to where it was. */
export function useReturnFocus() {
	const before = useRef<Element | null>(null);
	return {
		remember: () => {
			before.current = document.activeElement;
		},
		onCloseAutoFocus: (event: Event) => {
			event.preventDefault();
			if (before.current instanceof HTMLElement) before.current.focus();
		},
	};
}
