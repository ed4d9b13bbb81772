"use client";

import { useState } from "react";
import { ancestorsOf, isBelow } from "#components/changes/paths.ts";

/** The folders of a tree that are open: those above the chosen one, until the user opens and closes others. */
export function useOpenFolders(chosen: string) {
	const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
	const byUser = [...opened].flatMap(([folder, isOpen]) => (isOpen ? [folder] : []));
	return {
		/** Of which the folders below are asked for; "": all folders. */
		parents: [...new Set(["", ...ancestorsOf(chosen), ...byUser])],
		isAllOpen: opened.get("") ?? true,
		isOpen: (folder: string) => opened.get(folder) ?? isBelow(chosen, folder),
		open: (folder: string, isOpen: boolean) => setOpened((before) => new Map(before).set(folder, isOpen)),
	};
}
