"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { isAddressOf } from "./own-address.ts";

const listeners = new Set<() => void>();

function addressChanged(): void {
	for (const listener of listeners) listener();
}

function onAddressChange(listener: () => void): () => void {
	listeners.add(listener);
	window.addEventListener("popstate", listener);
	return () => {
		listeners.delete(listener);
		window.removeEventListener("popstate", listener);
	};
}

/**
 * The parameters of the page's address, as the browser has it. Next's own are late while it asks the server for something, and miss
 * an address that is set before *Back* has been answered.
 */
export function useAddressParameters(): URLSearchParams {
	const pathname = usePathname();
	// What the server knows; while another page is on its way, the address is that page's already.
	const ofPage = useSearchParams().toString();
	const search = useSyncExternalStore(
		onAddressChange,
		() => (isAddressOf(pathname, window.location.pathname) ? ofAddress().toString() : ofPage),
		() => ofPage,
	);
	// A link to the same page with other parameters sets the address after it is shown.
	useEffect(() => {
		if (search !== ofPage) addressChanged();
	}, [search, ofPage]);
	return useMemo(() => new URLSearchParams(search), [search]);
}

function ofAddress(): URLSearchParams {
	return new URLSearchParams(window.location.search);
}

/** Sets the parameters of the page's address; true for a step that Back takes back. */
export function setAddressParameters(parameters: URLSearchParams, isStep: boolean): void {
	const query = parameters.toString();
	if (query === ofAddress().toString()) return;
	const address = query === "" ? window.location.pathname : `?${query}`;
	window.history[isStep ? "pushState" : "replaceState"](null, "", address);
	addressChanged();
}
