"use client";

import { usePathname } from "next/navigation";
import { useEffect, useSyncExternalStore } from "react";

/** The path at which there turned out to be nothing; null: none. */
let missing: string | null = null;
const listeners = new Set<() => void>();

function set(path: string | null): void {
	missing = path;
	for (const listen of listeners) listen();
}

function subscribe(listen: () => void): () => void {
	listeners.add(listen);
	return () => listeners.delete(listen);
}

/** Says that there is nothing at the path: what the page would be called is not its title then. */
export function MissingPage() {
	const path = usePathname();
	useEffect(() => {
		set(path);
		return () => set(null);
	}, [path]);
	return null;
}

export function useIsMissing(path: string): boolean {
	return useSyncExternalStore(
		subscribe,
		() => missing === path,
		() => false,
	);
}
