"use client";

import { useEffect } from "react";

/** The forms of this page in which something was typed that is not saved. */
const unsaved = new Set<symbol>();

const question = "What you typed is not saved. Leave without it?";

/** Asks before what was typed on the page is lost. @returns Whether the page may be left. */
export function mayLeave(): boolean {
	if (unsaved.size > 0 && !window.confirm(question)) return false;
	unsaved.clear();
	return true;
}

/** As long as `changed`, the page is not left by a link, a tab, Back, a reload or by closing it without a question. */
export function useUnsaved(changed: boolean): void {
	useEffect(() => {
		if (!changed) return;
		const form = Symbol("form");
		unsaved.add(form);
		window.addEventListener("beforeunload", keepFromUnloading);
		here = { state: window.history.state, href: window.location.href };
		// Before the router sees it.
		document.addEventListener("click", keepFromFollowing, { capture: true });
		return () => {
			unsaved.delete(form);
			if (unsaved.size > 0) return;
			window.removeEventListener("beforeunload", keepFromUnloading);
			document.removeEventListener("click", keepFromFollowing, { capture: true });
		};
	}, [changed]);
}

/** The entry of the history in which something is typed. */
let here = { state: null as unknown, href: "" };

/** The browser has gone already: without leave the entry comes back, behind the router's back, and nothing was lost. */
function keepFromGoingBack(event: PopStateEvent): void {
	if (unsaved.size === 0 || mayLeave()) return;
	event.stopImmediatePropagation();
	History.prototype.pushState.call(window.history, here.state, "", here.href);
}

// From the beginning: the router begins to listen when the page lives, and would be asked first.
if (typeof window !== "undefined") window.addEventListener("popstate", keepFromGoingBack);

function keepFromUnloading(event: BeforeUnloadEvent): void {
	if (unsaved.size > 0) event.preventDefault();
}

function keepFromFollowing(event: MouseEvent): void {
	const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
	const opensElsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey;
	if (!(link instanceof HTMLAnchorElement) || opensElsewhere || link.target === "_blank") return;
	if (link.pathname === window.location.pathname && link.hash !== "") return;
	if (mayLeave()) return;
	event.preventDefault();
	event.stopPropagation();
}
