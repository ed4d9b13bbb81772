"use client";

import { createContext, type ReactNode, use, useEffect, useSyncExternalStore } from "react";

/** Milliseconds since 1970 at which the server rendered: what hydration must see again. */
const ServerNow = createContext(0);

export function NowProvider({ now, children }: { readonly now: number; readonly children: ReactNode }) {
	useEffect(() => {
		setServerTime(now);
	}, [now]);
	return <ServerNow value={now}>{children}</ServerNow>;
}

/** Milliseconds by which the server is ahead of this browser, whose clock may be days off; null until it is known. */
let ahead: number | null = null;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/**
 * The server's time as the page was rendered. Only that of the page as it was loaded counts: a later one comes at another moment than
 * the page did, and *Back* brings an old one again.
 */
export function setServerTime(now: number): void {
	if (ahead !== null) return;
	ahead = now - receivedAt();
	tick();
}

/** Milliseconds since 1970 by the server's clock, as far as it is known. */
export function serverTime(): number {
	return Date.now() + (ahead ?? 0);
}

/** When the page came, by the browser's clock. */
function receivedAt(): number {
	const [page] = performance.getEntriesByType("navigation");
	const response = page && "responseStart" in page && typeof page.responseStart === "number" ? page.responseStart : 0;
	return performance.timeOrigin + response;
}

function subscribe(listener: () => void) {
	listeners.add(listener);
	if (timer === undefined) {
		current = serverTime();
		timer = setInterval(tick, 1000);
	}
	return () => {
		listeners.delete(listener);
		if (listeners.size === 0) {
			clearInterval(timer);
			timer = undefined;
		}
	};
}

function tick() {
	current = serverTime();
	for (const each of listeners) each();
}

/** `derive` of the time now; renders again only when what it returns changes (so return text or a number). */
export function useNow<T extends string | number>(derive: (now: number) => T): T {
	const server = use(ServerNow);
	return useSyncExternalStore(
		subscribe,
		() => derive(current),
		() => derive(server),
	);
}
