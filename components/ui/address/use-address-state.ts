"use client";

import { useCallback, useMemo } from "react";
import { setAddressParameters, useAddressParameters } from "./use-address-parameters.ts";

type AddressState = Readonly<Record<string, string>>;

/**
 * Keeps a page's state (filter, sort, opened row) in parameters of its address, by name: it survives Back and a reload, and
 * a copied link shows the same. What equals its default is left out; other parameters stay. `defaults` is a constant. `set` is a step
 * that Back takes back; `replace` is for what is typed or opened.
 */
export function useAddressState<S extends AddressState>(defaults: S) {
	const parameters = useAddressParameters();
	const state = useMemo(
		() =>
			Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, parameters.get(name) ?? value])) as S,
		[defaults, parameters],
	);
	const set = useCallback((change: Partial<S>) => write(defaults, change, true), [defaults]);
	const replace = useCallback((change: Partial<S>) => write(defaults, change, false), [defaults]);
	const isDefault = Object.entries(defaults).every(([name, value]) => state[name] === value);
	return { state, set, replace, isDefault };
}

function write<S extends AddressState>(defaults: S, change: Partial<S>, isStep: boolean): void {
	// The address itself, so that two changes of one moment both stay.
	const next = new URLSearchParams(window.location.search);
	for (const [name, value] of Object.entries(change)) {
		if (value === undefined || value === defaults[name]) next.delete(name);
		else next.set(name, value);
	}
	setAddressParameters(next, isStep);
}
