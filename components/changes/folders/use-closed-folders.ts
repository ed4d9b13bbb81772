"use client";

import { useCallback, useMemo, useState } from "react";
import { toggled } from "#components/ui/toggled.ts";
import type { FolderRows } from "./folder-layout.ts";

/** As the address says that all folders are closed at first. */
const closedFirst = "closed";

/** Which folders of the list are closed: none or, where the address says so, all, but for those that were clicked since. */
export function useClosedFolders(
	folders: readonly FolderRows[] | undefined,
	fold: string,
	onFold: (fold: string) => void,
) {
	const [clicked, setClicked] = useState<ReadonlySet<string>>(new Set());
	const closed = useMemo<ReadonlySet<string>>(() => {
		if (fold !== closedFirst) return clicked;
		return new Set(folders?.map(({ directory }) => directory).filter((directory) => !clicked.has(directory)));
	}, [folders, fold, clicked]);
	const toggleFolder = useCallback((directory: string) => setClicked((before) => toggled(before, directory)), []);
	function closeAll(close: boolean) {
		setClicked(new Set());
		onFold(close ? closedFirst : "");
	}
	return { closed, isAllClosed: folders !== undefined && closed.size >= folders.length, toggleFolder, closeAll };
}
