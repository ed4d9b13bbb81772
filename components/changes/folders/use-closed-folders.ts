"use client";

import { useCallback, useMemo, useState } from "react";
import { toggled } from "#components/ui/toggled.ts";
import type { FolderRows } from "./folder-layout.ts";

/** As the address says that all folders are closed at first. */
const closedFirst = "closed";

interface ClosedFoldersOptions {
	readonly fold: string;
	readonly onFold: (fold: string) => void;
	readonly viewed: ReadonlySet<string>;
	/** Whether the marks have come. */
	readonly areViewedKnown: boolean;
	/** A row to be seen, by its number among all that match: its folder is opened. A new object each time. */
	readonly reveal: { readonly row: number } | null;
}

/** Which folders of the list are closed: those that were viewed or, where the address says so, all, but for those that were clicked since. */
export function useClosedFolders(
	folders: readonly FolderRows[] | undefined,
	{ fold, onFold, viewed, areViewedKnown, reveal }: ClosedFoldersOptions,
) {
	const [clicked, setClicked] = useState<ReadonlySet<string>>(new Set());
	const closed = useMemo<ReadonlySet<string>>(() => {
		const isClosed = (directory: string) => (fold === closedFirst || viewed.has(directory)) !== clicked.has(directory);
		return new Set(folders?.map(({ directory }) => directory).filter(isClosed));
	}, [folders, fold, viewed, clicked]);
	const [revealed, setRevealed] = useState<typeof reveal>(null);
	if (reveal !== revealed && folders !== undefined && areViewedKnown) {
		setRevealed(reveal);
		const directory = reveal === null ? undefined : directoryOfRow(folders, reveal.row);
		if (directory !== undefined && closed.has(directory)) setClicked((before) => toggled(before, directory));
	}
	const toggleFolder = useCallback((directory: string) => setClicked((before) => toggled(before, directory)), []);
	/** They are open or closed again as their marks say. */
	const forgetClicks = useCallback((directories: readonly string[]) => {
		const forgotten = new Set(directories);
		setClicked((before) => new Set([...before].filter((directory) => !forgotten.has(directory))));
	}, []);
	function closeAll(close: boolean) {
		setClicked(new Set());
		onFold(close ? closedFirst : "");
	}
	return {
		closed,
		isAllClosed: folders !== undefined && closed.size >= folders.length,
		toggleFolder,
		forgetClicks,
		closeAll,
	};
}

function directoryOfRow(folders: readonly FolderRows[], row: number): string | undefined {
	let before = 0;
	for (const { directory, rows } of folders) {
		before += rows;
		if (row < before) return directory;
	}
	return undefined;
}
