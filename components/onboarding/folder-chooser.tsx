"use client";

import { FolderBrowser } from "#components/storages/folder-browser.tsx";
import { Button } from "#components/ui/button.tsx";

interface FolderChooserProps {
	readonly storage: string;
	readonly path: string;
	readonly onOpen: (path: string) => void;
	readonly isChosen: boolean;
	readonly onChoose: () => void;
}

/** Chooses a folder of a storage that is to be looked through. */
export function FolderChooser({ storage, path, onOpen, isChosen, onChoose }: FolderChooserProps) {
	return (
		<FolderBrowser
			place={storage}
			url={(asked) => `/api/folders?${new URLSearchParams({ storage, ...asked })}`}
			top={`${storage}:/`}
			path={path}
			onOpen={onOpen}
			hint="All that lies below is looked at, too."
		>
			{(listing) => (
				<Button variant={isChosen ? "secondary" : "primary"} disabled={listing === undefined} onClick={onChoose}>
					{path === "" ? "Look through all of it" : `Look through ${path.split("/").at(-1)?.slice(0, 40)}`}
				</Button>
			)}
		</FolderBrowser>
	);
}
