"use client";

import { useState } from "react";

/** The row of a list that a dialog is about: found by its identity, since lists change while dialogs are open. */
export interface Opened<T> {
	/** As it is now, or was when the dialog was opened. */
	readonly row: T;
	/** It is not in the list any more. */
	readonly isGone: boolean;
}

/** null: no dialog is open. */
export function useOpened<T extends { readonly id: string | number }>(
	rows: readonly T[],
	/** Open from the start. */
	first: T | null = null,
): readonly [Opened<T> | null, (row: T | null) => void] {
	const [opened, setOpened] = useState<T | null>(first);
	if (opened === null) return [null, setOpened];
	const now = rows.find(({ id }) => id === opened.id);
	return [{ row: now ?? opened, isGone: now === undefined }, setOpened];
}
