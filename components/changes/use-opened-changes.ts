"use client";

import { useCallback, useEffect, useRef, useState } from "react";

interface OpenedChangesOptions {
	/** The change that the address names; null: none. */
	readonly change: number | null;
	readonly onChange: (key: number | null) => void;
	/** The address names another change without a click here: *Back*, or a link. */
	readonly onNamed: (key: number) => void;
}

/** Which rows are open: any number, of which the address names the one that was opened last. */
export function useOpenedChanges({ change, onChange, onNamed }: OpenedChangesOptions) {
	const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
	const named = useRef<number | null>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: only another address is an occasion
	useEffect(() => {
		const before = named.current;
		if (before === change) return;
		named.current = change;
		setOpened((opened) => {
			const next = new Set(opened);
			if (before !== null) next.delete(before);
			if (change !== null) next.add(change);
			return next;
		});
		if (change !== null) onNamed(change);
	}, [change]);

	const show = useCallback(
		(key: number | null) => {
			named.current = key;
			onChange(key);
		},
		[onChange],
	);
	/** Opens a row; `instead`: of the one that the address names. */
	const open = useCallback(
		(key: number, { instead = false } = {}) => {
			const before = named.current;
			setOpened((opened) => {
				const next = new Set(opened).add(key);
				if (instead && before !== null && before !== key) next.delete(before);
				return next;
			});
			show(key);
		},
		[show],
	);
	const toggle = useCallback(
		(key: number) => {
			if (!opened.has(key)) return open(key);
			setOpened((opened) => new Set([...opened].filter((other) => other !== key)));
			if (named.current === key) show(null);
		},
		[opened, open, show],
	);
	return { opened, open, toggle };
}
