"use client";

import { useCallback, useEffect, useState } from "react";
import type { ChangesFilter } from "./changes-filter.ts";
import { useChangePlace } from "./use-change-place.ts";
import { useOpenedChanges } from "./use-opened-changes.ts";

type Show = (address: { readonly change: string }) => void;

/**
 * The rows that are open, of which the address names the last one, and the row that the table scrolls to: what the address
 * names when the page is opened, and after *Back*.
 */
export function useNamedChange(
	run: number,
	filter: ChangesFilter,
	named: string,
	{ set, replace }: { readonly set: Show; readonly replace: Show },
) {
	const change = /^\d{1,15}$/.test(named) ? Number(named) : null;
	const [sought, setSought] = useState<number | null>(null);
	const [reveal, setReveal] = useState<{ readonly row: number } | null>(null);
	const onChange = useCallback(
		(key: number | null) => (key === null ? replace({ change: "" }) : set({ change: String(key) })),
		[set, replace],
	);
	const { opened, open, toggle } = useOpenedChanges({ change, onChange, onNamed: setSought });
	const row = useChangePlace(run, filter, sought);
	useEffect(() => {
		if (row === undefined || row === null) return;
		setReveal({ row });
		setSought(null);
	}, [row]);
	return {
		opened,
		open: useCallback((key: number) => open(key, { instead: true }), [open]),
		toggle,
		reveal,
		revealRow: (row: number) => setReveal({ row }),
		/** The address names a change that is not among those that match. */
		isLost: row === null && sought === change,
	};
}
