import { useSyncExternalStore } from "react";

/**
 * false while a component is rendered on the server, and when it takes over what the server rendered. A part of the page may do that
 * long after the frame, whose queries may have their answers by then: what the server did not know must not be shown yet.
 */
export function useHydrated(): boolean {
	return useSyncExternalStore(never, isBrowser, isServer);
}

const never = () => () => {};
const isBrowser = () => true;
const isServer = () => false;
